"""Which labels open turns, and which role they stand for."""

from __future__ import annotations

import pickle

import pytest

from corpus.errors import ConfigError, SourceError
from corpus.ingest import Roles, bare

ROLES = Roles.default()


def said(text: str) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in bare(text, roles=ROLES).turns]


def speakers(text: str) -> list[str]:
    return [speaker for speaker, _ in said(text)]


SCENES = {
    "roles": ("Interviewer: a\n\nP7: b", ["Interviewer", "P7"]),
    "initials": ("MK: a\n\nINT: b\n\nMK: c", ["MK", "INT", "MK"]),
    "names": ("Hanneke: a\n\nDr. Okafor: b\n\nHanneke: c", ["Hanneke", "Dr. Okafor", "Hanneke"]),
    "bold": ("**Ana:** a\n\n**Jean-Luc**: b\n\n__Ana:__ c", ["Ana", "Jean-Luc", "Ana"]),
    "numbered": (
        "Speaker 1: a\nSpeaker 2: b\nSpeaker 1: c",
        ["Speaker 1", "Speaker 2", "Speaker 1"],
    ),
    "small letters": ("hanna: a\n\notar: b\n\nhanna: c\n\notar: d", ["hanna", "otar"] * 2),
    "question and answer": ("Q: a?\nA: b\n\nQ: c?\nA: d", ["Q", "A", "Q", "A"]),
    "label above": ("Interviewer:\na\n\nP7:\nb", ["Interviewer", "P7"]),
    "times": ("[00:01:02] Ana: a\n\n00:01:09 Ben: b\n\nAna (0:20): c", ["Ana", "Ben", "Ana"]),
    "aside": ("Moderator: a\n\nAna (nurse): b", ["Moderator", "Ana (nurse)"]),
    "redacted": ("[PERSON]: a\n\nINT: b", ["[PERSON]", "INT"]),
    "other scripts": ("Алла: а\n\n采访者：b\n\nАлла: в", ["Алла", "采访者", "Алла"]),
    "nothing said": ("AI:\n\nUser: b", ["AI", "User"]),
    "numbered by a machine": (
        "SPEAKER_00: a\n\nSPEAKER_01: b\n\nSPEAKER_00: a_1: c",
        ["SPEAKER_00", "SPEAKER_01", "SPEAKER_00"],
    ),
    "in brackets, one of them once": (
        "[Speaker 0]: a\n[Speaker 1]: b\n[Speaker 0]: c\n[Speaker 1]: d\n[Speaker 2]: e",
        ["Speaker 0", "Speaker 1", "Speaker 0", "Speaker 1", "Speaker 2"],
    ),
    "a third speaker, twice": (
        "Ana: a\nBen: b\nCem: c\nAna: d\nBen: e\nAna: f\nBen: g\nCem: h",
        ["Ana", "Ben", "Cem", "Ana", "Ben", "Ana", "Ben", "Cem"],
    ),
    "no blank": ("INT:a\n\nMK:b\n\nINT:c", ["INT", "MK", "INT"]),
}


@pytest.mark.parametrize(("text", "expected"), SCENES.values(), ids=SCENES.keys())
def test_these_labels_open_turns(text: str, expected: list[str]) -> None:
    assert speakers(text) == expected


def test_a_speaker_of_a_group_who_speaks_once_keeps_the_turn() -> None:
    group = "".join(f"Moderator: q{n}?\n\nAna: a{n}\n\nBen: b{n}\n\n" for n in range(3))
    assert speakers(group + "Zoltán: just this once")[-1] == "Zoltán"
    assert speakers(group.replace("\n\n", "\n") + "Zoltán: just this once")[-1] == "Zoltán"


INSIDE = {
    "note": "Note: this is text",
    "mail header": "Subject: minutes\nFrom: someone\nTo: all",
    "example": "For example: a thing",
    "feeling": "Frustrated: no",
    "time": "10:30 is fine",
    "address": "https://example.org/a",
    "list": "- Price: low\n- Place: near\n1. Ana: first",
    "code": "def run(x):\n    return x\nfor i in y:",
    "quotation": "> Interviewer: was quoted",
    "indented": "    Interviewer: was indented",
    "no blank line": "and then\nInterviewer: was pasted",
    "chat": "Look, the chat:\n\nZoë: hey\nYusuf: ho\nZoë: bye",
    "one line of chat": "She wrote:\n\nZoë: call me",
    "fence": "```\nInterviewer: in code\n\nP7: in code\n```",
    "fence on the label's line": "```\nx\n\nInterviewer: in code\n```",
}


@pytest.mark.parametrize("text", INSIDE.values(), ids=INSIDE.keys())
def test_this_stays_inside_a_turn(text: str) -> None:
    scene = f"Interviewer: one, frustrated?\n\nP7: {text}\n\nInterviewer: two\n\nP7: no"
    assert speakers(scene) == ["Interviewer", "P7"] * 2
    apart = f"Interviewer: one, frustrated?\n\nP7: well\n\n{text}\n\nInterviewer: two\n\nP7: no"
    assert speakers(apart) == ["Interviewer", "P7"] * 2


def test_an_unclosed_fence_does_not_swallow_the_rest() -> None:
    text = "Assistant: a\n\nUser: b\n```\nx = 1\n\nAI: c\n\nUser: d\n\n```py\ny\n```\n\nAI: e"
    assert speakers(text) == ["Assistant", "User", "AI", "User", "AI"]
    assert speakers(text.replace("```py", "```")) == ["Assistant", "User", "AI", "User", "AI"]


def test_in_the_published_form_no_other_label_opens_a_turn() -> None:
    text = "Assistant: a\n\nUser: b\n\nBen: c\n\nBen: d\n\nBen: e\nAI: f\n\nAI: g"
    assert said(text) == [
        ("Assistant", "a"),
        ("User", "b\n\nBen: c\n\nBen: d\n\nBen: e\nAI: f"),
        ("AI", "g"),
    ]


def test_an_assistant_may_open_a_conversation_of_others() -> None:
    text = "Assistant: Hi.\n\n" + "Moderator: a\n\nP7: b\n\n" * 3
    assert speakers(text) == ["Assistant", *["Moderator", "P7"] * 3]


def test_a_chat_pasted_after_a_colon_does_not_change_the_side() -> None:
    assert speakers("Assistant: a\n\nUser: I typed:\n\nUser: do\n\nAI: b") == [
        "Assistant",
        "User",
        "AI",
    ]


def test_a_block_of_facts_above_is_no_turn() -> None:
    facts = "Study 3\nDate: 3 March\nInterviewer: Fiona\nParticipant: P7\n\n"
    assert said(facts + "Interviewer: Hi\n\nP7: Yes") == [("Interviewer", "Hi"), ("P7", "Yes")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "prose",
        "Shopping: eggs",
        "Intro\n\nrecommended: eggs",
        "Note: a\n\nNote: b",
        "Intro\n[A]:\na\n\nB:",
        "see http://x.org\n\n10:30 go",
    ],
)
def test_a_text_without_speakers_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="no speaker label"):
        bare(text, roles=ROLES)


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("AI", "interviewer"),
        ("Interviewer 2", "interviewer"),
        ("INT", "interviewer"),
        ("user", "participant"),
        ("P07", "participant"),
        ("Participant #3", "participant"),
        ("P2 (nurse)", "participant"),
        ("Note taker", "other"),
        ("Hanneke", "other"),
    ],
)
def test_labels_stand_for_roles(label: str, role: str) -> None:
    assert ROLES.of(label) == role
    assert ROLES.known(label) == (label != "Hanneke")


@pytest.mark.parametrize(
    ("labels", "roles"),
    [
        (["INT", "MK"], ["interviewer", "participant"]),
        (["MK", "INT"], ["participant", "interviewer"]),
        (["Ana", "P1"], ["interviewer", "participant"]),
        (["Ana", "Ben"], ["interviewer", "participant"]),
        (["Ana", "Ben", "Cem"], ["participant"] * 3),
        (["Moderator", "Ana", "Notetaker"], ["interviewer", "participant", "other"]),
    ],
)
def test_names_take_the_side_that_is_free(labels: list[str], roles: list[str]) -> None:
    assert list(ROLES.assign(labels, {}).values()) == roles


def test_a_stewards_labels_are_added_to_the_defaults() -> None:
    roles = Roles.from_mapping({"interviewer": ["Fiona"], "participant": ["Group 3"]})
    assert (roles.of("FIONA"), roles.of("group 3"), roles.of("AI")) == (
        "interviewer",
        "participant",
        "interviewer",
    )
    assert pickle.loads(pickle.dumps(roles)) == roles  # noqa: S301 - our own bytes


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ConfigError, match="interviewer, participant, other"):
        Roles.from_mapping({"boss": ["Ana"]})
