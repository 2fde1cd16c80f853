"""A language, month or tool that is only spoken of is told from what tells of a person."""

from __future__ import annotations

import pytest

from corpus.detect.context import Place
from corpus.detect.usage import is_tool, reason_of_usage
from corpus.model import Label


def place(text: str, surface: str) -> Place:
    start = text.index(surface)
    return Place.at(text, start, start + len(surface))


@pytest.mark.parametrize(
    ("text", "surface", "label", "rule"),
    [
        ("I'm Somali, you know", "Somali", "DEMOGRAPHIC", None),
        ("and Estonian is my mother tongue", "Estonian", "DEMOGRAPHIC", None),
        ("a leaflet about asthma and gout", "asthma", "DEMOGRAPHIC", "keep.subject"),
        ("There is a Welsh option", "Welsh", "DEMOGRAPHIC", "keep.subject"),
        ("it was 4 July here", "4 July", "DATE", None),
        ("since March 2019", "March 2019", "DATE", None),
        ("on the ninth of May", "ninth of May", "DATE", None),
        ("all through January", "January", "DATE", "keep.bare-date"),
        ("she is off in April", "April", "PERSON", "keep.ambiguous-word"),
        ("April 20, they said", "April", "PERSON", "keep.ambiguous-word"),
        ("and April said no", "April", "PERSON", None),
        ("we sell in Leeds", "Leeds", "LOCATION", None),
    ],
)
def test_what_is_only_spoken_of_stays(
    text: str, surface: str, label: Label, rule: str | None
) -> None:
    why = reason_of_usage(place(text, surface), label)
    assert (why.rule if why else None) == rule


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we talk in Zorgo", True),
        ("we use Zorgo", True),
        ("a Zorgo call", True),
        ("I work in Zorgo", False),
        ("my boss at Zorgo", False),
        ("Zorgo pays me", False),
    ],
)
def test_a_tool_is_told_by_its_neighbours(text: str, expected: bool) -> None:
    assert is_tool(place(text, "Zorgo")) is expected
