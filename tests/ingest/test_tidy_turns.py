"""What a transcriber wrote into the turns: times of the recording, notes, labels' spellings."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.ingest import Roles, bare, read_file
from corpus.ingest.repair import repair
from corpus.model import Draft

ROLES = Roles.default()


def answer(text: str, *, stamped: bool = False) -> Draft:
    label = "[00:00:01] " if stamped else ""
    return bare(f"{label}Interviewer: one\n\nP7: {text}\n\nInterviewer: two", roles=ROLES)


STAMPS = {
    "in a sentence": ("and then [00:14:10] we", "and then we", 1),
    "before a comma": ("and then [00:14:10], we", "and then, we", 1),
    "at the end": ("and then [00:14:10]", "and then", 1),
    "glued": ("then[00:14:10] we", "then we", 1),
    "round": ("then (00:14:10) we", "then we", 1),
    "of f4": ("then #00:14:10-3# we", "then we", 1),
    "two": ("a [00:14:10] [00:14:11] b", "a b", 1),
    "range": ("a [00:14:10 --> 00:14:11] b", "a b", 1),
    "own line": ("a\n[00:14:10]\nb", "a\nb", 1),
    "own paragraph": ("a\n\n00:14:10\n\nb", "a\n\nb", 1),
    "time of day": ("at 12:30 I (12:45) or [12:50]", "at 12:30 I (12:45) or [12:50]", 0),
    "code": ("so `[00:14:10]` is", "so `[00:14:10]` is", 0),
    "fence": ("so\n```\n[00:14:10]\n```", "so\n```\n[00:14:10]\n```", 0),
    "quotation": ("so\n> x [00:14:10]", "so\n> x [00:14:10]", 0),
    "log": (
        "so\n[10:02:33] failed\n[10:02:34] again",
        "so\n[10:02:33] failed\n[10:02:34] again",
        0,
    ),
    "chat": ("so\n[10:02] zoe: hey", "so\n[10:02] zoe: hey", 0),
    "slice": ("x[10:20] is", "x[10:20] is", 0),
}


@pytest.mark.parametrize(("text", "expected", "count"), STAMPS.values(), ids=STAMPS.keys())
def test_times_of_the_recording_leave_the_text(text: str, expected: str, count: int) -> None:
    draft = answer(text)
    assert (draft.turns[1].text, draft.repairs.stamps) == (expected, count)


def test_where_labels_are_stamped_short_stamps_and_those_ahead_go_too() -> None:
    assert answer("a [12:03] b\n[12:04] c", stamped=True).turns[1].text == "a b\nc"
    chat = "look:\n[10:02] zoe: hey\nx[10:20]"
    assert answer(chat, stamped=True).turns[1].text == chat


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        (["10:02", "10:02", "11:05"], [0, 0, 3_780_000]),
        (["11:58 PM", "12:01 AM", "12:02 am"], [0, 180_000, 240_000]),
        (["14:02:10", "14:02:15", "14:03:10"], [0, 5000, 60_000]),
        (["0:02", "1:10", "61:00"], [2000, 70_000, 3_660_000]),
        (["00:00:02", "00:59:00", "01:00:01"], [2000, 3_540_000, 3_601_000]),
        (["14:02:10", "14:02:05", "14:03:10"], [0, None, 60_000]),
        (["26:15", "26:45", "31:00"], [0, 30_000, 285_000]),
    ],
)
def test_a_time_of_day_counts_from_the_first(stamps: list[str], expected: list[int | None]) -> None:
    lines = zip(stamps, ["Ana", "Ben", "Ana"], strict=True)
    turns = bare("\n".join(f"[{stamp}] {name}: x" for stamp, name in lines), roles=ROLES).turns
    assert [t.start_ms for t in turns] == expected


NOTES = {
    "(inaudible)": "[inaudible]",
    "[inaudible 00:12:03]": "[inaudible]",
    "(INAUDIBLE at 12:03)": "[inaudible]",
    "[Laughs]": "[laughs]",
    "(laughter)": "[laughter]",
    "[cross-talk]": "[crosstalk]",
    "<unclear>": "[unclear]",
    "(long pause)": "[long pause]",
    "(unclear?)": "[unclear]",
}
UNTOUCHED = (
    "[laughs]",
    "[REDACTED]",
    "[Anna enters]",
    "(Anna laughs)",
    "`(laughs)`",
    '"(laughs)"',
    "(laughs]",
)


@pytest.mark.parametrize(("note", "expected"), NOTES.items())
def test_notes_take_one_spelling(note: str, expected: str) -> None:
    draft = answer(f"so {note} yes")
    assert (draft.turns[1].text, draft.repairs.notes) == (f"so {expected} yes", 1)


@pytest.mark.parametrize("note", UNTOUCHED)
def test_what_is_no_note_or_is_well_spelt_stays(note: str) -> None:
    draft = answer(f"so {note} yes")
    assert (draft.turns[1].text, draft.repairs.notes) == (f"so {note} yes", 0)


PIECES = st.sampled_from(
    ["word", " ", " ", "\n", "\r\n", "é", "(laughs)", "[00:14:10]", "[INAUDIBLE 0:12]", ".", "â€“"]
)


@given(st.lists(PIECES, max_size=30).map("".join), st.data())
def test_what_stays_leads_back_to_where_it_stood(text: str, data: st.DataObject) -> None:
    draft = answer(text)
    turn = draft.turns[1]
    if turn.text:
        at = data.draw(st.integers(0, len(turn.text) - 1))
        start, end = turn.text_source.to_source(at, at + 1)
        before = draft.source[start:end]
        made = turn.text[at] in repair(before).text or before[0] in "([)"
        assert made, (turn.text[at], before)


def spellings(*labels: str) -> list[str]:
    return [t.speaker for t in bare("\n\n".join(f"{x}: y" for x in labels), roles=ROLES).turns]


SPELT = {
    "case": (["Interviewer", "P1"] * 3 + ["INTERVIEWER", "p1"], ["Interviewer", "P1"] * 4),
    "space": (
        ["Speaker 1", "Speaker 2"] * 2 + ["Speaker1"],
        ["Speaker 1", "Speaker 2"] * 2 + ["Speaker 1"],
    ),
    "stop": (["Anna K.", "P1"] * 2 + ["Anna K"], ["Anna K.", "P1"] * 2 + ["Anna K."]),
    "slip": (["Interviewer", "P1"] * 3 + ["Interveiwer", "P1"], ["Interviewer", "P1"] * 4),
    "slip in a name": (["Hanneke", "P1"] * 3 + ["Haneke", "P1"], ["Hanneke", "P1"] * 4),
}


@pytest.mark.parametrize(("labels", "expected"), SPELT.values(), ids=SPELT.keys())
def test_a_label_takes_its_commonest_spelling(labels: list[str], expected: list[str]) -> None:
    assert spellings(*labels) == expected


@pytest.mark.parametrize(
    "labels",
    [
        ["P1", "P2"] * 4,
        ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 11"] * 3,
        ["Ana", "Moderator"] * 4 + ["Ann"],
        ["Interviewer", "P1"] * 4 + ["Interviewee"],
        ["Martin", "Moderator"] * 4 + ["Martina"],
        ["Moderator", "Hanneke", "Ben", "Cem"] * 4 + ["Haneke"],
        ["Moderator", "Hanneke"] * 4 + ["Haneke"],
        ["Speaker A", "Speaker B"] * 4 + ["Speaker C"],
        ["Anna K", "Moderator"] * 4 + ["Anna M"],
    ],
)
def test_two_speakers_stay_two(labels: list[str]) -> None:
    assert spellings(*labels) == labels


def test_spellings_of_roles_are_shown_and_those_of_names_only_counted() -> None:
    text = "Interviewer: a\n\nAnna K.: b\n\n" * 3 + "interviewer: a\n\nAnna K: b"
    repairs = bare(text, roles=ROLES).repairs
    assert repairs.labels == 2
    assert repairs.respelt == (("interviewer", "Interviewer"),)
    named = "Interviewer (Hanneke): a\n\nP1: b\n\n" * 3 + "interviewer (Hanneke): a"
    assert bare(named, roles=ROLES).repairs.respelt == ()


def test_records_are_tidied_alike(tmp_path: Path) -> None:
    out = io.StringIO()
    rows = [("Interviewer", "one"), ("P1", "a (Laughs) b [00:14:10] c")] * 2 + [
        ("interviewer", "x")
    ]
    csv.writer(out).writerows([("speaker", "text"), *rows])
    (tmp_path / "x.csv").write_text(out.getvalue(), encoding="utf-8")
    (draft,) = read_file(str(tmp_path / "x.csv"), roles=ROLES)
    assert [t.speaker for t in draft.turns] == ["Interviewer", "P1"] * 2 + ["Interviewer"]
    assert draft.turns[1].text == "a [laughs] b c"
    assert draft.source[slice(*draft.turns[1].text_source.to_source(2, 10))] == "(Laughs)"
    counted = draft.repairs
    assert (counted.stamps, counted.notes, counted.labels) == (2, 2, 1)
