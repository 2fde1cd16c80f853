"""A workspace in, what stands where in counts out; never any text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from corpus import releasable
from corpus.confirmed import is_propagated
from corpus.consent import Access, Gate
from corpus.model import Finding, Redacted, Withheld
from corpus.registry import Registry
from corpus.review.decisions import PROPOSED, decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Counts over the whole workspace."""

    transcripts: int
    turns: int
    words: int
    cohorts: dict[str, int]
    """Transcripts by cohort."""
    searched: int
    """Transcripts that have findings, even none."""
    findings: dict[str, int]
    """Findings that may have to be hidden (mask direct or quasi), by label."""
    taken_over: int
    """Findings, among those, that are there since another transcript hides the same."""
    proposals: dict[str, int]
    """Mentions that other transcripts hide and a reviewer has yet to decide on, by label."""
    left: int
    """Findings of mask none: name-like mentions that stay."""
    redacted: int
    """Transcripts that are ready for release."""
    redactions: dict[str, int]
    """Redactions by label."""
    operators: dict[str, int]
    """Redactions by operator."""
    kept: int
    placeholders: int
    """Placeholders that stood in the source already."""
    consent_required: bool
    """Whether a transcript that no participants table gives consent for is withheld."""
    access: Access
    """Whom the release that is spoken of is for."""
    day: str
    """What embargoes are compared with."""
    withheld: tuple[Withheld, ...]
    decisions: int
    stale: int
    """Decisions that no longer fit a finding."""


def summarise(registry: Registry, key: bytes, gate: Gate) -> Summary:
    """Count what the registry holds and the gate lets through; the key is the workspace's."""
    entries = registry.entries()
    searched = registry.findings_made_from()
    findings: Counter[str] = Counter()
    proposals: Counter[str] = Counter()
    left = taken_over = 0
    for id_ in searched:
        for finding in registry.findings(id_):
            if finding.recognizer == PROPOSED:
                continue
            if finding.mask == "none":
                left += 1
            else:
                findings[finding.label] += 1
                taken_over += is_propagated(finding)
        proposals.update(f.label for f in _proposals(registry, id_, key))
    outcomes = list(releasable.outcomes(registry, gate))
    redacted = [o for o in outcomes if isinstance(o, Redacted)]
    withheld = [o for o in outcomes if isinstance(o, Withheld)]
    redactions = [redaction for outcome in redacted for redaction in outcome.redactions]
    return Summary(
        transcripts=len(entries),
        turns=sum(e.turns for e in entries),
        words=sum(e.words for e in entries),
        cohorts=dict(sorted(Counter(e.cohort for e in entries).items())),
        searched=len(searched),
        findings=_sorted(findings),
        taken_over=taken_over,
        proposals=_sorted(proposals),
        left=left,
        redacted=len(redacted),
        redactions=_sorted(Counter(r.label for r in redactions)),
        operators=_sorted(Counter(r.operator for r in redactions)),
        kept=sum(outcome.kept for outcome in redacted),
        placeholders=sum(e.placeholders for e in entries),
        consent_required=gate.is_required,
        access=gate.access,
        day=gate.day.isoformat(),
        withheld=tuple(sorted(withheld, key=lambda w: w.transcript_id)),
        decisions=len(registry.decisions()),
        stale=registry.stale(),
    )


def _proposals(registry: Registry, transcript_id: str, key: bytes) -> tuple[Finding, ...]:
    """Return the proposals that nobody decided on."""
    findings = registry.findings(transcript_id)
    if not any(f.recognizer == PROPOSED for f in findings):
        return ()
    transcript, decisions = registry.transcript(transcript_id), registry.decisions(transcript_id)
    return decide(transcript, findings, decisions, key).proposals


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))
