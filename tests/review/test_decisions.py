"""Decisions: applied where they fit, stale where they do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from corpus import ids
from corpus.model import Decision, Finding, Label, Mask, Span, Transcript, Verdict
from corpus.review.decisions import PROPOSED, decide

Build = Callable[..., Transcript]
KEY = b"a key for tests"


def finding(turn: int, start: int, end: int, mask: Mask = "direct") -> Finding:
    return Finding(
        span=Span(turn=turn, start=start, end=end),
        label="PERSON",
        mask=mask,
        score=0.5,
        rule="test",
        recognizer="patterns",
        reason="for a test",
    )


def decision(
    transcript: Transcript,
    on: Finding,
    verdict: Verdict,
    *,
    label: Label | None = None,
    matches: int = 1,
) -> Decision:
    return Decision(
        transcript_id=transcript.transcript_id,
        anchor=ids.anchor(KEY, transcript, on.span),
        verdict=verdict,
        label=label,
        matches=matches,
    )


def test_a_keep_verdict_makes_the_finding_none(transcript: Build) -> None:
    talk = transcript("P: Ada met Fox")
    ada, fox = finding(0, 0, 3), finding(0, 8, 11)
    decided = decide(talk, [ada, fox], [decision(talk, ada, "keep")], KEY)
    assert [(f.mask, f.recognizer) for f in decided.findings] == [
        ("none", "decision"),
        ("direct", "patterns"),
    ]
    assert decided.stale == ()


@pytest.mark.parametrize(
    ("before", "after"), [("none", "direct"), ("quasi", "quasi"), ("direct", "direct")]
)
def test_a_redact_verdict_hides_for_certain(transcript: Build, before: Mask, after: Mask) -> None:
    talk = transcript("P: Ada met Fox")
    ada = finding(0, 0, 3, before)
    decided = decide(talk, [ada], [decision(talk, ada, "redact", label="EMPLOYER")], KEY)
    (changed,) = decided.findings
    assert (changed.mask, changed.label, changed.score) == (after, "EMPLOYER", 1.0)
    assert changed.recognizer == "decision"


def test_a_keep_decision_survives_an_edit_elsewhere_and_a_new_label(transcript: Build) -> None:
    old = transcript("I: hello\nP: Ada met Fox")
    new = transcript("I: hello, hello\nP: hm\nP: Ada met Fox")
    verdict = decision(old, finding(1, 0, 3), "keep")
    found = replace(finding(2, 0, 3), label="EMPLOYER")
    decided = decide(new, [found], [verdict], KEY)
    assert decided.findings[0].mask == "none"
    assert decided.findings[0].label == "EMPLOYER"


def test_a_decision_on_a_turn_that_changed_is_stale(transcript: Build) -> None:
    old, new = transcript("P: Ada met Fox"), transcript("P: Ada met Fox!")
    verdict = decision(old, finding(0, 0, 3), "keep")
    found = finding(0, 0, 3)
    decided = decide(new, [found], [verdict], KEY)
    assert decided.findings == (found,)
    assert decided.stale == (verdict,)


def test_a_decision_that_has_become_ambiguous_is_stale(transcript: Build) -> None:
    talk = transcript("P: Ada met Fox\nP: Ada met Fox")
    found = [finding(0, 0, 3), finding(1, 0, 3)]
    once = decision(talk, found[0], "keep")
    assert decide(talk, found, [once], KEY).stale == (once,)
    twice = decision(talk, found[0], "keep", matches=2)
    assert {f.mask for f in decide(talk, found, [twice], KEY).findings} == {"none"}


def test_decisions_on_other_transcripts_are_passed_over(transcript: Build) -> None:
    talk, other = transcript("P: Ada"), transcript("P: Ada", "work_0002")
    ada = finding(0, 0, 3)
    decided = decide(talk, [ada], [decision(other, ada, "keep")], KEY)
    assert decided.findings == (ada,)
    assert decided.stale == ()


def proposal(start: int, end: int, of: Finding | None = None) -> Finding:
    made = replace(finding(0, start, end), recognizer=PROPOSED)
    return replace(made, repeats=of.span) if of else made


def test_a_proposal_is_no_finding_until_it_is_confirmed(transcript: Build) -> None:
    talk = transcript("P: Ada met Fox")
    ada, fox = proposal(0, 3), proposal(8, 11)
    decided = decide(talk, [ada, fox], [decision(talk, fox, "redact")], KEY)
    assert [f.span for f in decided.findings] == [fox.span]
    assert decided.proposals == (ada,)


def test_a_confirmed_proposal_confirms_those_that_belong_to_it_but_what_is_kept(
    transcript: Build,
) -> None:
    talk = transcript("P: Ada, ada, ADA and Fox")
    first = proposal(0, 3)
    second, third, other = proposal(5, 8, first), proposal(10, 13, first), proposal(18, 21)
    said = [
        decision(talk, second, "redact", label="EMPLOYER"),
        decision(talk, third, "keep"),
    ]
    decided = decide(talk, [first, second, third, other], said, KEY)
    assert [(f.label, f.mask) for f in decided.findings] == [
        ("EMPLOYER", "direct"),
        ("EMPLOYER", "direct"),
        ("PERSON", "none"),
    ]
    assert decided.proposals == (other,)
