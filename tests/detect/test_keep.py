"""What tempts a detector is marked to stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import rules
from corpus.detect.keep import Keep
from corpus.detect.resolve import LISTED
from corpus.errors import RuleError
from corpus.examples import failures
from corpus.model import SourceMap, Transcript, Turn
from corpus.rules.ruleset import KeepEntry, RuleSet

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
    assert kept(transcript("P: the target of Target"), TOOL) == [("Target", "keep.tools")]


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


def test_capitals_are_asked_for_where_the_entry_says_so(transcript: Build) -> None:
    entry = replace(TOOL, capitals=True)
    built = transcript("P: Zorgo Sheets, ZORGO SHEETS, zorgo Sheets, zorgo sheets")
    assert [text for text, _ in kept(built, entry)] == ["Zorgo Sheets", "ZORGO SHEETS"]


def test_an_entry_may_ask_for_what_stands_before_or_after(transcript: Build) -> None:
    entry = KeepEntry(
        id="firms", surfaces=("Vantor",), before="using ", after=" app", why="x", match=(), miss=()
    )
    built = transcript("P: using Vantor, the Vantor app, but Vantor hired me")
    assert [built.text_of(f.span) for f in Keep([entry], frozenset()).recognize(built)] == [
        "Vantor",
        "Vantor",
    ]


def test_a_pattern_with_keywords_runs_on_turns_that_hold_one(transcript: Build) -> None:
    entry = replace(TYPE, keywords=("zorgo",))
    built = transcript("P: a List<T>\nI: Zorgo has a List<T>")
    (only,) = Keep([entry], frozenset()).recognize(built)
    assert only.span.turn == 1


ZORGO = KeepEntry(id="zorgo", surfaces=("Zorgo", "Ada Zorgo"), why="a tool", match=(), miss=())


@pytest.mark.parametrize(
    "text",
    [
        "I work at Zorgo, and Zorgo is nice",
        "our firm, a company called Zorgo",
        "My name is Zorgo. Zorgo was tired",
        "the cat is called Zorgo, and Zorgo eats",
        "Zorgo pays me well",
        "At Zorgo we ship weekly",
        "I have been with Zorgo for years",
        "I am on Zorgo's growth team",
        "our Zorgo office in town",
        "I joined Zorgo in 2019",
        "a data analyst with Zorgo",
        "Zorgo's finance team is kind",
        "There's Ada Zorgo, no relation",
        "on Zorgo Lane",
        "Brightwell & Zorgo made it",
        "our friend Leroy Zorgo said so",
        "the host yuk-zorgo-2",
        "the branch fix-zorgo-login",
        "ask ann at zorgo dot com",
        "see srv1.zorgo or zorgo.internal",
        "ticket ZORGO-40881",
        "Zorgo: I was there",
    ],
)
def test_a_name_of_someones_own_or_part_of_a_longer_one_is_not_kept(
    transcript: Build, text: str
) -> None:
    assert not list(Keep([ZORGO], frozenset()).recognize(transcript(f"P: {text}")))


def test_what_one_is_good_at_or_looks_at_is_kept(transcript: Build) -> None:
    built = transcript("P: I am good at Zorgo, look at Zorgo")
    assert len(list(Keep([ZORGO], frozenset()).recognize(built))) == 2


def test_where_a_tool_is_also_the_workplace_its_plain_use_is_kept(transcript: Build) -> None:
    built = transcript("P: I work at Zorgo.\nQ: Is it in the Zorgo app, or does Zorgo mind?")
    (only,) = Keep([ZORGO], frozenset()).recognize(built)
    assert built.turns[1].text[only.span.start :].startswith("Zorgo app")


@given(st.lists(st.sampled_from(["Zorgo Sheets", "Größe", "\u0301", "x", "\n", "Target", "-"])))
def test_each_surface_of_an_entry_is_kept_where_it_stands(parts: list[str]) -> None:
    source = SourceMap(segments=())
    turn = Turn(
        index=0,
        speaker="P",
        role="participant",
        text=", ".join(parts),
        speaker_source=source,
        text_source=source,
    )
    built = Transcript(transcript_id="work_0001", cohort="work", source="", turns=(turn,))
    spans = {f.span for f in Keep([TOOL], frozenset()).recognize(built)}
    kept_in_order = [built.text_of(span) for span in sorted(spans, key=lambda s: s.position)]
    assert kept_in_order == [part for part in parts if part in TOOL.surfaces]


KEPT = """
- id: looms
  surfaces: >
    Zorgo Loom, Zorgo
    Shuttle,
  before: '{before}'
  why: a tool
  match: ['on Zorgo Loom']
  miss: ['a loom']
"""


def test_a_folder_of_keep_files_is_read_and_a_long_list_may_be_one_text(tmp_path: Path) -> None:
    (tmp_path / "keep").mkdir()
    (tmp_path / "keep" / "looms.yaml").write_text(KEPT.format(before="on "), "utf-8")
    (entry,) = rules.load([tmp_path]).keep
    assert entry.surfaces == ("Zorgo Loom", "Zorgo Shuttle")
    assert entry.origin == "steward"


def test_an_entry_whose_neighbours_are_no_pattern_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keep.yaml").write_text(KEPT.format(before="on ("), "utf-8")
    with pytest.raises(RuleError, match="before: is not a regular expression"):
        rules.load([tmp_path])


def test_the_example_runner_honours_capitals_and_neighbours() -> None:
    entry = KeepEntry(
        id="looms",
        surfaces=("Zorgo",),
        capitals=True,
        before="on ",
        why="a tool",
        match=("on Zorgo",),
        miss=("on zorgo", "at Zorgo"),
    )
    assert not list(failures(RuleSet(keep=(entry,))))
    assert list(failures(RuleSet(keep=(replace(entry, miss=("on Zorgo",)),))))


def test_a_stewards_entry_is_surer_than_a_built_in_one(transcript: Build) -> None:
    built = transcript("P: in Zorgo Sheets")
    (ours,) = Keep((TOOL,), frozenset()).recognize(built)
    (own,) = Keep((replace(TOOL, origin="steward"),), frozenset()).recognize(built)
    assert (ours.score, own.score) == (LISTED, 1.0)
