"""What a release says of what found a mention is one of a closed list of words."""

from __future__ import annotations

import pytest

from corpus.model import Finding, Span
from corpus.redact.cause import cause


@pytest.mark.parametrize(
    ("recognizer", "rule", "expected"),
    [
        ("patterns", "employer-work-at", "employer-work-at"),
        ("checksum", "card-number", "card-number"),
        ("steward", "ada-brooks-street", "own-rule"),
        ("steward", "presidio.ada", "presidio"),
        ("roster", "roster.misspelt", "roster"),
        ("model", "model.person", "model"),
        ("speakers", "speaker-name", "speakers"),
        ("repeats", "repeats.part-of-name", "repeats"),
        ("presidio", "presidio.AdaRecognizer", "presidio"),
        ("checksum", "presidio.AdaRecognizer", "presidio"),
        ("patterns", "propagate.email-address", "propagate"),
        ("roster", "propagate.person", "propagate"),
        ("decision", "ada-brooks-street", "decision"),
        ("decision", "propagate.person", "decision"),
    ],
)
def test_what_found_a_mention_is_told_without_a_name(
    recognizer: str, rule: str, expected: str
) -> None:
    found = Finding(
        span=Span(turn=0, start=0, end=3),
        label="PERSON",
        mask="direct",
        score=1.0,
        rule=rule,
        recognizer=recognizer,
        reason="",
    )
    assert cause(found) == expected
