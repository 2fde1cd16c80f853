"""What tempts a detector is marked to stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus import rules
from corpus.detect.keep import Keep
from corpus.model import Transcript
from corpus.rules import KeepEntry

Build = Callable[..., Transcript]

TOOL = KeepEntry(id="tools", surfaces=("Zorgo Sheets", "Target"), why="a tool", match=(), miss=())
TYPE = KeepEntry(id="types", pattern=r"\bList<\w+>", why="a type", match=(), miss=())


def kept(transcript: Transcript, *entries: KeepEntry) -> list[tuple[str, str]]:
    found = list(Keep(entries, frozenset({"target"})).recognize(transcript))
    assert {(f.mask, f.recognizer) for f in found} == {("none", "keep")}
    return [(transcript.text_of(f.span), f.rule) for f in found]


def test_surfaces_count_in_any_case_and_patterns_as_written(transcript: Build) -> None:
    built = transcript("P: zorgo  sheets and a List<T>")
    assert kept(built, TOOL, TYPE) == [("zorgo  sheets", "keep.tools"), ("List<T>", "keep.types")]


def test_an_everyday_word_counts_with_a_capital(transcript: Build) -> None:
    assert kept(transcript("P: the target at Target"), TOOL) == [("Target", "keep.tools")]


BUILTIN = rules.load([rules.builtin_folder()])


@pytest.mark.parametrize("entry", BUILTIN.keep, ids=lambda entry: entry.id)
def test_a_built_in_entry_keeps_to_its_examples(transcript: Build, entry: KeepEntry) -> None:
    keep = Keep([entry], BUILTIN.ambiguous)
    for text in entry.match:
        assert list(keep.recognize(transcript(f"P: {text}"))), text
    for text in entry.miss:
        assert not list(keep.recognize(transcript(f"P: {text}"))), text


def test_a_surface_is_kept_by_one_entry_only() -> None:
    surfaces = [surface.casefold() for entry in BUILTIN.keep for surface in entry.surfaces]
    assert len(surfaces) == len(set(surfaces)) > 1000
