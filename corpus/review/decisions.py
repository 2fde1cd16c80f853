"""Reviewers' decisions laid over findings; what no longer fits is stale, never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus import ids
from corpus.model import Decision, Finding, Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Findings after the decisions on them."""

    findings: tuple[Finding, ...]
    stale: tuple[Decision, ...]
    """Decisions whose finding is gone, or is no longer the only one meant; not applied."""


def decide(
    transcript: Transcript, findings: Sequence[Finding], decisions: Sequence[Decision], key: bytes
) -> Decided:
    """Apply the transcript's decisions to its findings.

    Of two decisions on one finding the later counts; those on other transcripts are passed over.
    """
    mine = {d.anchor: d for d in decisions if d.transcript_id == transcript.transcript_id}
    if not mine:
        return Decided(findings=tuple(findings), stale=())
    anchors = [ids.anchor(key, transcript, finding.span) for finding in findings]
    counts = Counter(anchors)
    valid = {anchor: d for anchor, d in mine.items() if counts[anchor] == d.matches > 0}
    return Decided(
        findings=tuple(
            _decided(finding, valid[anchor]) if anchor in valid else finding
            for finding, anchor in zip(findings, anchors, strict=True)
        ),
        stale=tuple(d for anchor, d in mine.items() if anchor not in valid),
    )


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
