"""Rules over turns: what is found, where, and with what power."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from corpus.detect.patterns import Patterns
from corpus.model import FIELDS, Span, Transcript
from corpus.rules.ruleset import Rule, RuleSet

Build = Callable[..., Transcript]

RULE = Rule(
    id="loom",
    label="ID_NUMBER",
    mask="direct",
    pattern=r"loom (?P<mention>\d+)",
    score=0.9,
    why="the number of a loom",
    match=("loom 1",),
    miss=("loom",),
)


def recognize(transcript: Transcript, *rules: Rule) -> list[tuple[Span, str, str]]:
    findings = Patterns(RuleSet(rules=rules)).recognize(transcript)
    return [(finding.span, finding.rule, finding.recognizer) for finding in findings]


def test_every_turn_is_read_and_the_mention_alone_is_marked(transcript: Build) -> None:
    built = transcript("I: loom 12?\nP: no, loom 3")
    assert recognize(built, RULE) == [
        (Span(turn=0, start=5, end=7), "loom", "patterns"),
        (Span(turn=1, start=9, end=10), "loom", "patterns"),
    ]


def test_a_finding_says_what_its_rule_says(transcript: Build) -> None:
    (finding,) = Patterns(RuleSet(rules=(RULE,))).recognize(transcript("P: loom 12"))
    assert (finding.label, finding.mask, finding.score) == ("ID_NUMBER", "direct", 0.9)
    assert finding.reason == "the number of a loom"


def test_a_rule_reads_the_fields_it_names(transcript: Build) -> None:
    built = transcript("loom 1: loom 2")
    speaker, text = Span(turn=0, field="speaker", start=5, end=6), Span(turn=0, start=5, end=6)
    read = {
        name: [span for span, _, _ in recognize(built, replace(RULE, field=name))]
        for name in FIELDS
    }
    assert read == {"speaker": [speaker], "text": [text]}
    assert len(recognize(built, replace(RULE, field="both"))) == 2


def test_a_computation_and_a_steward_give_a_rule_more_power(transcript: Build) -> None:
    built = transcript("P: loom 18")
    checked = replace(RULE, check="luhn")
    assert recognize(built, checked)[0][2] == "checksum"
    assert recognize(built, replace(checked, origin="steward"))[0][2] == "steward"


def test_a_placeholder_is_passed_over(transcript: Build) -> None:
    rule = replace(RULE, pattern=r"\w+_\d+")
    assert recognize(transcript("P: at [EMPLOYER_1] now"), rule) == []
    assert len(recognize(transcript("P: at EMPLOYER_1 now"), rule)) == 1


def test_the_labels_are_those_of_the_rules() -> None:
    rules = (RULE, replace(RULE, id="other", label="DATE"))
    assert Patterns(RuleSet(rules=rules)).labels == {"ID_NUMBER", "DATE"}
