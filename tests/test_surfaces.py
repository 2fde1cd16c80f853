"""Every occurrence of a surface is found, with offsets of the text as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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
        ("see Ada%20Quill.docx and 20Quill, not Quills", "Quill", ["Quill", "Quill"]),
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


@pytest.mark.parametrize(
    ("text", "letters", "expected"),
    [
        (
            "QDS Clearing, qdsclearing, @qds_clearing",
            "qdsclearing",
            ["QDS Clearing", "qdsclearing", "qds_clearing"],
        ),
        ("jon.smyth jonsmyth42 Jon-Smyth", "jonsmyth", ["jon.smyth", "jonsmyth42", "Jon-Smyth"]),
        ("Blato & Barro", "blatobarro", ["Blato & Barro"]),
        ("it is S-M-Y-T-H", "smyth", ["S-M-Y-T-H"]),
        ("jonsmythe, ajonsmyth, Jon, Smyth", "jonsmyth", []),
        ("now it's tar wares", "starwares", []),
    ],
)
def test_words_are_found_run_together_and_apart(
    transcript: Build, text: str, letters: str, expected: list[str]
) -> None:
    built = transcript(f"P: {text}")
    spans = sorted(Concordance(built).run_together(letters), key=lambda span: span.start)
    assert [built.text_of(span) for span in spans] == expected


@given(
    st.lists(
        st.from_regex(r"[A-Za-z\u00e9\u00fc\u0130]{2,6}", fullmatch=True), min_size=1, max_size=3
    ),
    st.sampled_from(["", " ", "_", ".", "-"]),
)
def test_what_is_found_run_together_has_the_letters(parts: list[str], joint: str) -> None:
    built = _build(f"P: so {joint.join(parts)} said")
    letters = "".join(key(part) for part in parts)
    assume(key("so") != key(parts[0]) and letters.isalpha())
    texts = [built.text_of(span) for span in Concordance(built).run_together(letters)]
    assert joint.join(parts) in texts


def test_coverage_is_touched_by_a_letter(transcript: Build) -> None:
    coverage = Coverage(
        transcript("P: Ada Lovelace"), [Span(turn=0, start=0, end=3), Span(turn=0, start=8, end=9)]
    )
    assert coverage.touches(Span(turn=0, start=2, end=6))
    assert coverage.touches(Span(turn=0, start=4, end=12))
    assert not coverage.touches(Span(turn=0, start=3, end=8))
    assert not coverage.touches(Span(turn=0, field="speaker", start=0, end=1))


def test_the_s_of_a_possessive_is_nowhere_else(transcript: Build) -> None:
    built = transcript("P: Prosser's vines. That's all, it’s late")
    assert not list(occurrences(built, "'s"))
    assert not list(occurrences(built, "’s"))
    assert len(list(occurrences(built, "Prosser's"))) == 1


def test_a_word_that_a_line_end_parts_counts_in_one_piece_and_in_parts(transcript: Build) -> None:
    built = transcript("P: x")
    text = "Anna Smi-\nth, a Smith-\n  like man, smi - th"
    turn = replace(built.turns[0], text=text)
    built = replace(built, turns=(turn,))
    found = [text[s.start : s.end] for s in occurrences(built, "Smith")]
    assert found == ["Smi-\nth", "Smith"]
    assert [text[s.start : s.end] for s in occurrences(built, "Anna Smith")] == ["Anna Smi-\nth"]


def test_a_concordance_is_made_once_and_never_of_another_transcript() -> None:
    first, second = _build("P: Ada came."), _build("P: Bo came.")
    assert first.transcript_id == second.transcript_id
    assert Concordance.of(first) is Concordance.of(replace(first))
    assert set(Concordance.of(second).vocabulary) >= {"bo"}
    assert "bo" not in Concordance.of(first).vocabulary
