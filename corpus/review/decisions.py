"""Reviewers' decisions laid over findings; what no longer fits is stale, never guessed.

A proposal is a finding that hides nothing until a reviewer confirms it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus import ids
from corpus.model import RECALL, Decision, Finding, Span, Transcript

PROPOSED = "proposal"
"""The recognizer of a finding that waits for a reviewer's word."""

_BELONGS = "the same as what a reviewer hides"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Findings after the decisions on them."""

    findings: tuple[Finding, ...]
    """All but the proposals that nobody decided on."""
    stale: tuple[Decision, ...]
    """Decisions whose finding is gone, or is no longer the only one meant; not applied."""
    proposals: tuple[Finding, ...] = ()
    """Those that nobody decided on."""


def decide(
    transcript: Transcript, findings: Sequence[Finding], decisions: Sequence[Decision], key: bytes
) -> Decided:
    """Apply the transcript's decisions to its findings.

    Of two decisions on one finding the later counts; those on other transcripts are passed over.
    A confirmed proposal confirms those that belong to it, but for what a reviewer keeps.
    Nobody can keep what was recalled: such a decision is stale, too.
    """
    mine = {d.anchor: d for d in decisions if d.transcript_id == transcript.transcript_id}
    anchors = [ids.anchor(key, transcript, f.span) if mine else "" for f in findings]
    counts = Counter(anchors)
    recalled = {a for f, a in zip(findings, anchors, strict=True) if f.rule == RECALL}
    valid = {
        anchor: d
        for anchor, d in mine.items()
        if counts[anchor] == d.matches > 0 and not (d.verdict == "keep" and anchor in recalled)
    }
    decided = [
        _decided(finding, valid[anchor]) if anchor in valid else finding
        for finding, anchor in zip(findings, anchors, strict=True)
    ]
    confirmed = {
        _group(f): f.label for f in decided if f.recognizer == "decision" and f.mask != "none"
    }
    settled = [
        replace(f, label=confirmed[_group(f)], score=1.0, recognizer="decision", reason=_BELONGS)
        if f.recognizer == PROPOSED and _group(f) in confirmed
        else f
        for f in decided
    ]
    return Decided(
        findings=tuple(f for f in settled if f.recognizer != PROPOSED),
        proposals=tuple(f for f in settled if f.recognizer == PROPOSED),
        stale=tuple(d for anchor, d in mine.items() if anchor not in valid),
    )


def _group(proposal: Finding) -> Span:
    return proposal.repeats or proposal.span


def _decided(finding: Finding, decision: Decision) -> Finding:
    """Return the finding as the reviewer wants it; hidden again, a `none` becomes direct."""
    keeps = decision.verdict == "keep"
    return replace(
        finding,
        label=decision.label or finding.label,
        mask="none" if keeps else "direct" if finding.mask == "none" else finding.mask,
        score=1.0,
        recognizer="decision",
        reason="a reviewer keeps it" if keeps else "a reviewer hides it",
    )
