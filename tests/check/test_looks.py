"""What looks like a transcript, and what only has colons in it."""

from __future__ import annotations

import pytest

from corpus.check.looks import Looks
from corpus.check.types import Passage

SAID = [
    ("Interviewer", "Thank you for making the time, how is it going with the move?"),
    ("P7", "It is fine, I think that we are most of the way there, to be honest."),
]


def _looks(text: str, kind: str = "text") -> bool:
    looks = Looks(kind)
    for line in text.splitlines(keepends=True):
        looks.feed(Passage(text=line))
    return looks.like_a_transcript()


@pytest.mark.parametrize(
    "turn",
    [
        "{}: {}\n",
        "**{}:** {}\n\n",
        "**{}**: {}\n",
        "[00:01:02] {}: {}\n",
        "> {}: {}\n",
        "## {}: {}\n",
        "00:12 {}: {}\n",
    ],
)
def test_speakers_who_take_turns(turn: str) -> None:
    assert _looks("# Talk\n\n" + "".join(turn.format(*said) for said in SAID * 4))
    assert not _looks("".join(turn.format(*said) for said in SAID * 3)), "a short quotation"


def test_captions_and_tables_of_turns() -> None:
    cue = "00:00:0{0}.000 --> 00:00:0{0}.900\nso that is it\n\n"
    assert _looks("WEBVTT\n\n" + "".join(cue.format(n) for n in range(8)), "captions")
    rows = "".join(f"t1,{who},{text!r}\n" for who, text in SAID * 5)
    assert _looks("id,speaker,text\n" + rows, "csv")
    assert not _looks("id,colour,text\n" + rows, "csv")
    assert not _looks("id,speaker,text\n" + "1,LS-3,loud\n" * 20, "csv")


@pytest.mark.parametrize(
    "text",
    [
        "name: a job\nruns-on: the machine\n" * 20,
        "".join(f"Added: a thing number {n} that is new in it\n" for n in range(20)),
        "".join(f"step {n}: you open the lid and look at it\n" for n in range(20)),
        "def f():\n    return {'a': 1}\n" * 30,
        "From: the desk\nTo: you and all\nSubject: the thing that is to be done\n",
        "Warning: x\nError: y\n" * 30,
        "",
    ],
)
def test_lists_settings_and_code_do_not(text: str) -> None:
    assert not _looks(text)
