"""How speakers are named other than by "Label: ...", and what a dialogue so written reads as."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import SourceError
from corpus.ingest import Roles, bare

ROLES = Roles.default()
Line = tuple[str, str]


def said(text: str) -> list[Line]:
    return [(turn.speaker, turn.text) for turn in bare(text, roles=ROLES).turns]


def clock(seconds: int, *, hours: bool = False) -> str:
    short = f"{seconds // 60:02}:{seconds % 60:02}"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" if hours else short


def joined(
    form: Callable[[str, str, int], str], between: str = "\n\n"
) -> Callable[[list[Line]], str]:
    return lambda lines: between.join(form(s, t, 7 * n) for n, (s, t) in enumerate(lines))


STAMPED = {
    "ahead": joined(lambda s, t, at: f"[{clock(at, hours=True)}] {s}: {t}"),
    "behind": joined(lambda s, t, at: f"{s} [{clock(at, hours=True)}]: {t}"),
    "round": joined(lambda s, t, at: f"({clock(at)}) {s}: {t}", "\n"),
    "bare": joined(lambda s, t, at: f"{clock(at, hours=True)} {s}: {t}"),
    "after the colon": joined(lambda s, t, at: f"{s}: [{clock(at, hours=True)}] {t}"),
    "on the line above": joined(lambda s, t, at: f"{clock(at, hours=True)}\n{s}: {t}"),
    "a paragraph above": joined(lambda s, t, at: f"[{clock(at)}]\n\n{s}: {t}"),
    "label and time": joined(lambda s, t, at: f"{s}  {at // 60}:{at % 60:02}\n{t}"),
    "label, time, no blank": joined(lambda s, t, at: f"{s}  {at // 60}:{at % 60:02}\n{t}", "\n"),
    "bold, same line": joined(lambda s, t, at: f"**{s}** {clock(at)} {t}", "\n"),
    "bold, line of its own": joined(lambda s, t, at: f"**{s}**\n{clock(at)}\n{t}"),
    "bold, behind": joined(lambda s, t, at: f"**{s}** ({clock(at)}): {t}"),
}
RANGES = {
    "arrow": joined(
        lambda s, t, at: f"{clock(at, hours=True)} --> {clock(at + 5, hours=True)} {s}: {t}"
    ),
    "hyphen": joined(lambda s, t, at: f"[{clock(at)}-{clock(at + 5)}] {s}: {t}"),
    "three lines": joined(
        lambda s, t, at: (
            f"{clock(at, hours=True)}.000 --> {clock(at + 5, hours=True)}.000\n{s}\n{t}"
        )
    ),
}
PLAIN = {
    "dash": joined(lambda s, t, _: f"— {s}: {t}", "\n"),
    "hyphen": joined(lambda s, t, _: f"- {s}: {t}"),
    "hyphen behind": joined(lambda s, t, _: f"{s} - {t}", "\n"),
    "dash behind": joined(lambda s, t, _: f"{s} – {t}"),
    "tab": joined(lambda s, t, _: f"{s}\t{t}", "\n"),
    "bold": joined(lambda s, t, _: f"**{s}**: {t}"),
}
CASTS = (["Interviewer", "P7"], ["Anna Kovács", "Ben"], ["SPEAKER_00", "SPEAKER_01"], ["MK", "TO"])
WORDS = st.builds(
    lambda first, rest: (first + rest).strip(),
    st.sampled_from("abcXYZé"),
    st.text("abc XYZ019.,?!é", max_size=40),
)


@st.composite
def dialogues(draw: st.DrawFn) -> list[Line]:
    """Draw a talk in which two take turns, so that each speaks again."""
    cast = draw(st.sampled_from(CASTS))
    texts = draw(st.lists(WORDS, min_size=6, max_size=10))
    return [(cast[n % 2], text) for n, text in enumerate(texts)]


@given(dialogue=dialogues(), name=st.sampled_from(sorted(STAMPED)))
def test_a_stamped_dialogue_reads_back_with_its_times(dialogue: list[Line], name: str) -> None:
    turns = bare(STAMPED[name](dialogue), roles=ROLES).turns
    assert [(t.speaker, t.text) for t in turns] == dialogue
    assert [t.start_ms for t in turns] == [7000 * n for n in range(len(dialogue))]


@given(dialogue=dialogues(), name=st.sampled_from(sorted(RANGES)))
def test_a_dialogue_with_ranges_reads_back_with_its_ends(dialogue: list[Line], name: str) -> None:
    turns = bare(RANGES[name](dialogue), roles=ROLES).turns
    assert [(t.speaker, t.text) for t in turns] == dialogue
    times = [(t.start_ms, t.end_ms) for t in turns]
    assert times == [(7000 * n, 7000 * n + 5000) for n in range(len(dialogue))]


@given(dialogue=dialogues(), name=st.sampled_from(sorted(PLAIN)))
def test_a_dialogue_reads_back_from_every_manner(dialogue: list[Line], name: str) -> None:
    assert said(PLAIN[name](dialogue)) == dialogue


@given(dialogue=dialogues(), name=st.sampled_from(sorted({**STAMPED, **RANGES, **PLAIN})))
def test_every_turn_leads_back_to_its_place(dialogue: list[Line], name: str) -> None:
    draft = bare({**STAMPED, **RANGES, **PLAIN}[name](dialogue), roles=ROLES)
    for turn in draft.turns:
        for text, source in ((turn.speaker, turn.speaker_source), (turn.text, turn.text_source)):
            assert draft.source[slice(*source.to_source(0, len(text)))] == text


OTHERS = {
    "handles": ("uxr_hille: a\np_07: b\nuxr_hille: c\np_07: d", ["uxr_hille", "p_07"] * 2),
    "small letters": ("q: a\na: b\n\nq: c\na: d", ["q", "a"] * 2),
    "initials that mean more": ("INT: a\n\nTO: b\n\n" * 3, ["INT", "TO"] * 3),
    "numbered": ("Q1. a?\nA1. b\nQ2. c?\nA2. d", ["Q", "A"] * 2),
    "court": ("Q. a?\nA. b\nQ. c?\nA. d", ["Q", "A"] * 2),
    "a chat from its first line": (
        "[10:02] ana: a\n[10:02] ben: b\n[10:03] ana: c",
        ["ana", "ben", "ana"],
    ),
    "a machine's": (
        "SPK1: a\nS2: b\nUnknown Speaker: c\nSPK1: d",
        ["SPK1", "S2", "Unknown Speaker", "SPK1"],
    ),
    "merged": ("Interviewer (MK): a\n\nTO: b\n\nInterviewer (MK): c", ["Interviewer (MK)"] * 2),
}


@pytest.mark.parametrize(("text", "expected"), OTHERS.values(), ids=OTHERS.keys())
def test_these_labels_open_turns_too(text: str, expected: list[str]) -> None:
    assert [speaker for speaker, _ in said(text)] == expected


MAILS = """From: Ana Kovács <ana@mill.example>
To: Ben Oduya <ben@mill.example>
Subject: Re: the questions

Dear Ben, my answers: all good.

-----Original Message-----
**From:** "Oduya, Ben" <ben@mill.example>
**Sent:** Monday
**Cc:** someone,
 someone else

Hello Ana,
To: be or not?

From: carla@mill.example
Date: 3 May

Me too.
"""


def test_a_thread_of_mails_is_a_turn_a_mail_without_its_header() -> None:
    draft = bare(MAILS, roles=ROLES)
    assert [(t.speaker, t.text) for t in draft.turns] == [
        ("Ana Kovács", "Dear Ben, my answers: all good."),
        ("Oduya, Ben", "Hello Ana,\nTo: be or not?"),
        ("carla@mill.example", "Me too."),
    ]
    assert (draft.repairs.headers, draft.repairs.unlabelled) == (7, 0)


INSIDE = {
    "mail": "it said\n\nFrom: Zoë\nTo: me\n\nHi\n\nFrom: me\nTo: Zoë\n\nHo",
    "list": "- Zoë: a\n- Yusuf: b\n- Zoë: c\n- Yusuf: d",
    "table": "Zoë\ta\nYusuf\tb\nZoë\tc\nYusuf\td",
    "agenda": "Lunch 12:30\nCoffee 15:00\n\nLunch 12:45",
    "names and times": "Zoë  0:03\nhey\nYusuf  0:04\nho\nZoë  0:05\nbye",
    "small letters": "a: one\nb: two\na: three",
    "keys": "max_tokens: 5\ntop_p: 1",
    "options": "A. one\nB. two\nQ. three",
}


@pytest.mark.parametrize("text", INSIDE.values(), ids=INSIDE.keys())
def test_in_a_labelled_transcript_other_manners_are_text(text: str) -> None:
    scene = f"Interviewer: one\n\nP7: {text}\n\nInterviewer: two\n\nP7: no"
    apart = f"Interviewer: one\n\nP7: well\n\n{text}\n\nInterviewer: two\n\nP7: no"
    for each in (scene, apart):
        assert [speaker for speaker, _ in said(each)] == ["Interviewer", "P7"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "Milk - two litres\nEggs - ten\nBread - one",
        "Milk\t2\nEggs\t10\nBread\t1",
        "Lunch 12:30\nCoffee 15:00\nDinner 19:30",
        "- Price: low\n- Place: near",
        "A. one\nB. two",
        "From: Ana\nTo: Ben\n\nOne mail alone.",
    ],
)
def test_lists_and_single_mails_are_no_conversation(text: str) -> None:
    with pytest.raises(SourceError, match="no speaker label"):
        bare(text, roles=ROLES)


def test_many_blocks_of_facts_do_not_exhaust_the_machine() -> None:
    facts = "Date: x\nTime: y\n\n" * 3000
    assert said(facts + "Interviewer: a\n\nP7: b") == [("Interviewer", "a"), ("P7", "b")]
