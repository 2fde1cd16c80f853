"""What a release says of what found a mention is one of a closed list of words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus import rules
from corpus.model import Finding, Span
from corpus.redact.cause import cause

NARROWING = ("DEMOGRAPHIC",)
FOUND = Finding(
    span=Span(turn=0, start=0, end=3),
    label="DEMOGRAPHIC",
    mask="quasi",
    score=1.0,
    rule="",
    recognizer="patterns",
    reason="",
)


@pytest.mark.parametrize(
    ("recognizer", "rule", "expected"),
    [
        ("patterns", "employer-work-at", "employer-work-at"),
        ("patterns", "faith-stated", "demographics"),
        ("patterns", "national-insurance", "numbers"),
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
    found = replace(FOUND, recognizer=recognizer, rule=rule)
    assert cause(found) == expected


def test_no_rule_of_demographics_is_told_by_its_id() -> None:
    narrowing = {r.id for r in rules.load([rules.builtin_folder()]).rules if r.label in NARROWING}
    assert narrowing
    found = {id_: cause(replace(FOUND, rule=id_)) for id_ in narrowing}
    assert set(found.values()) == {"demographics"}
