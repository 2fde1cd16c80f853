"""What counts as a word of what was hidden, once its source was edited."""

from __future__ import annotations

import pytest

from corpus.model import Hidden, Span
from corpus.redact.earlier import Lost
from corpus.redact.generalise import told
from tests.conftest import Build


@pytest.mark.parametrize(
    ("surface", "word", "is_one"),
    [
        ("Ada Fox", "fox", True),
        ("Ada Fox", "adafox", True),
        ("Zofia", "sofia", True),
        ("Rosin", "nothing", False),
        ("The Kestrel Mill of Art", "the", False),
        ("The Kestrel Mill of Art", "of", False),
        ("The Kestrel Mill of Art", "mill", True),
        ("The", "the", True),
        ("Bo", "bo", True),
        ("Mo", "bo", False),
    ],
)
def test_a_word_of_it_or_another_spelling(
    surface: str, word: str, is_one: bool, transcript: Build
) -> None:
    span = Span(turn=0, field="text", start=0, end=len(surface))
    hidden = Hidden(span=span, label="PERSON", surface=surface, shown="[PERSON_1]")
    assert Lost(transcript("P: something else"), [hidden]).has(word) is is_one
    assert not Lost(transcript(f"P: {surface}"), [hidden]).has(word), "it is where it was"


@pytest.mark.parametrize(
    ("shown", "tells"),
    [
        ("[DATE]", set()),
        ("[DATE_2]", set()),
        ("*****", set()),
        ("[DATE 1975]", {"1975"}),
        ("[DATE 1975 AND 1990-1999]", {"1975", "1990-1999"}),
        ("[AGE 90 OR OVER]", {"90 OR OVER"}),
    ],
)
def test_what_a_stand_in_tells(shown: str, tells: set[str]) -> None:
    assert told(shown) == tells
