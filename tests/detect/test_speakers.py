"""Names in speaker labels are found, roles are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus import rules
from corpus.detect.speakers import ROLES, Speakers
from corpus.model import Transcript

Build = Callable[..., Transcript]

SPEAKERS = Speakers(rules.load([rules.builtin_folder()]).words[ROLES])


def names(transcript: Transcript) -> list[str]:
    findings = list(SPEAKERS.recognize(transcript))
    assert {(f.label, f.mask, f.span.field) for f in findings} <= {("PERSON", "direct", "speaker")}
    return [transcript.text_of(finding.span) for finding in findings]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Henrike", "Henrike"),
        ("henrike l.", "henrike"),
        ("Dr. Loom-Brandt", "Loom-Brandt"),
        ("Mrs O'Loom", "O'Loom"),
        ("Oke van Brandt", "Oke van Brandt"),
        ("MK", "MK"),
        ("Interviewer (Henrike)", "Henrike"),
        ("P7 Oke", "Oke"),
        ("Þórdís", "Þórdís"),
        ("Anna2", "Anna"),
        ("Tom1", "Tom"),
        ("Jo2", "Jo"),
    ],
)
def test_a_name_is_found_without_title_and_role(transcript: Build, label: str, name: str) -> None:
    assert names(transcript(f"{label}: yes")) == [name]


@pytest.mark.parametrize(
    "label",
    [
        "Interviewer", "INTERVIEWER 2", "P7", "Participant 3", "Speaker 1", "INT", "AI", "User",
        "Agent", "Moderator", "Q", "A", "Claude", "ChatGPT", "Assistant", "S12", "?", "Dr.",
        "Speaker1", "Moderator2", "Respondent12", "IV2", "pt3",
    ],
)  # fmt: skip
def test_a_role_is_no_name(transcript: Build, label: str) -> None:
    assert names(transcript(f"{label}: yes")) == []


def test_every_turn_of_a_named_speaker_is_found(transcript: Build) -> None:
    assert names(transcript("Oke: a\nI: b\nOke: c")) == ["Oke", "Oke"]
