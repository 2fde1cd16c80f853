"""Every occurrence of a surface is found, with offsets of the text as it stands."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.model import Span, Transcript
from corpus.surfaces import Concordance, Coverage, fold, key, occurrences

Build = Callable[..., Transcript]


def found(transcript: Transcript, surface: str) -> list[str]:
    return [transcript.text_of(span) for span in occurrences(transcript, surface)]


@pytest.mark.parametrize(
    ("text", "surface", "expected"),
    [
        ("ADA, ada and Ada's", "Ada", ["ADA", "ada", "Ada"]),
        ("Adam and Canada", "Ada", []),
        ("ask ada_k or @ada", "Ada", ["ada", "ada"]),
        ("Ada   Lovelace", "ada lovelace", ["Ada   Lovelace"]),
        ("in der STRASSE und Straße", "Straße", ["STRASSE", "Straße"]),
        ("Ren\u00e9e, Rene\u0301e, renee", "Renée", ["Ren\u00e9e", "Rene\u0301e", "renee"]),
        ("O\u2019Neill and o'neill", "O'Neill", ["O\u2019Neill", "o'neill"]),
        ("İpek came", "ipek", ["İpek"]),
        ("ring +44 20 7946 or 44 20 7946", "+44 20 7946", ["+44 20 7946"]),
        ("Acme Inc. and Acme Incorporated", "acme inc", ["Acme Inc"]),
        ("we know C++ and C", "C++", ["C++"]),
        ("it is [NAME], not name", "name", ["name"]),
        ("So\u00adfia", "Sofia", ["So\u00adfia"]),
        ("!!! !!!", "!!!", []),
        ("a a a", "a a", ["a a", "a a"]),
    ],
)
def test_a_surface_is_found_in_every_form(
    transcript: Build, text: str, surface: str, expected: list[str]
) -> None:
    assert found(transcript(f"P: {text}"), surface) == expected


def test_speaker_labels_and_all_turns_are_searched(transcript: Build) -> None:
    spans = list(occurrences(transcript("Ada: hello\nI: hello Ada"), "ada"))
    assert [(s.turn, s.field, s.start) for s in spans] == [(0, "speaker", 0), (1, "text", 6)]


WORDS = st.text(st.characters(categories=["L", "N", "M", "P", "Zs"]), max_size=12)


@given(WORDS, WORDS)
def test_folding_leads_back_to_the_text(left: str, right: str) -> None:
    text = f"{left}{right}"
    folded = fold(text)
    assert len(folded.starts) == len(folded.text) + 1
    assert list(folded.starts) == sorted(folded.starts)
    assert folded.starts[-1] == len(text)


@given(WORDS, st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8), WORDS)
def test_a_word_between_blanks_is_always_found(left: str, word: str, right: str) -> None:
    text = f"P: {left} {word} {right}"
    transcript = _build(text)
    wanted = len(f"{left} ")
    assume(key(word).isalnum())
    starts = [s.start for s in occurrences(transcript, word.swapcase())]
    assert wanted in starts


def _build(line: str) -> Transcript:
    from corpus.model import SourceMap, Turn

    nowhere = SourceMap(segments=())
    speaker, text = line.split(": ", 1)
    turn = Turn(
        index=0,
        speaker=speaker,
        role="participant",
        text=text,
        speaker_source=nowhere,
        text_source=nowhere,
    )
    return Transcript(transcript_id="work_0001", cohort="work", source="", turns=(turn,))


def test_coverage_asks_for_letters_and_digits_only(transcript: Build) -> None:
    text = transcript("P: Ada Lovelace")
    first, last = Span(turn=0, start=0, end=3), Span(turn=0, start=4, end=12)
    whole = Span(turn=0, start=0, end=12)
    assert Coverage(text, [first, last]).holds(whole)
    assert not Coverage(text, [first]).holds(whole)
    assert not Coverage(text, [Span(turn=0, field="speaker", start=0, end=1)]).holds(first)


def test_many_surfaces_take_milliseconds(transcript: Build) -> None:
    text = transcript("\n".join(["P: Ada met Grace in Turin and wrote to acme.test"] * 220))
    begun = time.perf_counter()
    concordance = Concordance(text)
    for surface in [f"Name{n} Part" for n in range(500)]:
        assert not list(concordance.occurrences(surface))
    assert time.perf_counter() - begun < 0.1
