"""Inline marks: what they say, and which are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import score
from training import marks
from training.example import Example, of_transcript, rewritten


def test_marks_leave_the_text_and_say_where_what_stands() -> None:
    text, spans = marks.parse("P: at <<EMPLOYER/direct|Ulm & Co>>, not <<OTHER/none|Excel>>.", "t")
    assert text == "P: at Ulm & Co, not Excel."
    assert spans == [(6, 14, "EMPLOYER", "direct"), (20, 25, "OTHER", "none")]


def test_angle_brackets_of_code_are_no_marks() -> None:
    text, spans = marks.parse("P: a << b >> c, <<OTHER/none|List<T>>>", "t")
    assert text == "P: a << b >> c, List<T>"
    assert [text[start:end] for start, end, *_ in spans] == ["List<T>"]


@pytest.mark.parametrize(
    ("marked", "complaint"),
    [
        ("a\nb <<NAME/direct|Bo>>", "t:2: there is no label NAME"),
        ("<<PERSON/secret|Bo>>", "t:1: there is no mask secret"),
        ("<<OTHER/direct|Bo>>", "t:1: OTHER is for mask none alone"),
        ("<<PERSON/direct|>>", "t:1: the mention is empty or has blanks at its ends"),
        ("<<PERSON/direct|Bo >>", "t:1: the mention is empty or has blanks at its ends"),
        ("<<PERSON/direct|Bo\n<<PERSON/direct|Al>>", "t:1: a mark begins inside another"),
        ("x <<PERSON/direct|Bo", "t:1: the mark is not closed"),
    ],
)
def test_a_mark_that_does_not_hold_is_refused_with_its_place(marked: str, complaint: str) -> None:
    with pytest.raises(marks.MarkError, match=re.escape(complaint)):
        marks.parse(marked, "t")


TEXT = "I: Hi Bo Ray\nP: I left Ulm, Bo."
SPANS = [(6, 12, "PERSON", "direct"), (23, 26, "LOCATION", "quasi"), (28, 30, "PERSON", "direct")]


def surfaces(example: Example) -> list[str]:
    return [
        example.turns[m.span.turn].of(m.span.field)[m.span.start : m.span.end]
        for m in example.marks
    ]


@given(st.lists(st.text(min_size=1, max_size=12), min_size=3, max_size=3))
def test_other_words_in_the_marks_leave_the_rest_as_it_was(words: list[str]) -> None:
    example = of_transcript("t", "written", TEXT, SPANS)
    changed = rewritten(example, dict(enumerate(words)))
    assert surfaces(example) == ["Bo Ray", "Ulm", "Bo"]
    assert surfaces(changed) == words
    assert [turn.text for turn in changed.turns] == [
        f"Hi {words[0]}",
        f"I left {words[1]}, {words[2]}.",
    ]


def test_a_folder_is_printed_as_gold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "marked"
    folder.mkdir()
    (folder / "b.md").write_text("P: at <<EMPLOYER/direct|Żubr>>\n", encoding="utf-8")
    (folder / "a.md").write_text("P: in <<OTHER/none|Excel>>\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["marks", str(folder)])
    marks.main()
    gold = tmp_path / "gold.jsonl"
    gold.write_text(capsys.readouterr().out, encoding="utf-8")
    assert score.read_gold(gold) == {
        "a": score.Gold(text="P: in Excel\n", marks=(score.Mark(6, 11, "OTHER", "none"),)),
        "b": score.Gold(text="P: at Żubr\n", marks=(score.Mark(6, 10, "EMPLOYER", "direct"),)),
    }


def test_a_folder_without_transcripts_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["marks", str(tmp_path / "typo")])
    with pytest.raises(SystemExit, match="2"):
        marks.main()
    assert "typo: no marked transcripts" in capsys.readouterr().err
