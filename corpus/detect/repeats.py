"""Resolved findings come in; the same, with every repeat of what they hide, go out.

Each occurrence of a hidden surface is then hidden too, or carries a `none` finding
that says why it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from corpus.detect.context import OWN, Place, reason_to_keep
from corpus.detect.resolve import POWER
from corpus.detect.variants import Variant, variants
from corpus.model import Finding, Span, Transcript
from corpus.surfaces import Concordance, Coverage, key

_EITHER = ("PERSON", "EMPLOYER", "ORGANIZATION")
_REASONS = {
    "repeats.surface": "the same as a mention found elsewhere in the transcript",
    "repeats.part-of-name": "part of a name found elsewhere in the transcript",
    "repeats.possessive": "a name found elsewhere in the transcript, with an s",
    "repeats.initials": "initials of a name found elsewhere in the transcript",
    "repeats.handle": "a handle or login found elsewhere in the transcript, by itself",
    "repeats.domain": "the domain of an address found elsewhere in the transcript",
    "repeats.address": "an address found elsewhere in the transcript, shortened",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seed:
    finding: Finding
    surface: str = field(repr=False)
    variant: Variant = field(repr=False)


def repeat(
    transcript: Transcript,
    findings: Iterable[Finding],
    *,
    concordance: Concordance,
    ambiguous: frozenset[str] = frozenset(),
    public: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Return the findings and those that repeat them, yet to be resolved.

    A keep rule that covers more than the surface stands ("Google Docs" where Google is
    the employer). One that covers no more gives way to a person or firm, since the bare
    name may mean either, and to whatever the steward or a reviewer named.
    """
    stated = tuple(findings)
    covered = Coverage(transcript, (finding.span for finding in stated))
    yielding = {
        (f.span.turn, f.span.field, f.span.start): f
        for f in stated
        if f.recognizer == "keep" and f.rule not in OWN
    }
    found: list[Finding] = []
    overruled: set[Finding] = set()
    for seed in _seeds(transcript, stated, public):
        for span in _occurrences(transcript, seed.variant, concordance, ambiguous):
            starts = ((span.turn, span.field, at) for at in range(span.start, span.end))
            near = (yielding[start] for start in starts if start in yielding)
            inner = [f for f in near if f.span.end <= span.end and _outweighs(seed.finding)]
            if inner or not covered.holds(span):
                found.append(_judged(transcript, span, seed, ambiguous))
                overruled.update(inner if found[-1].mask != "none" else ())
    return (*(finding for finding in stated if finding not in overruled), *found)


def _outweighs(finding: Finding) -> bool:
    """Tell whether a keep rule on the bare surface gives way."""
    return finding.label in _EITHER or POWER[finding.recognizer] >= POWER["steward"]


def _occurrences(
    transcript: Transcript,
    variant: Variant,
    concordance: Concordance,
    ambiguous: frozenset[str],
) -> Iterator[Span]:
    if not variant.is_exact:
        yield from concordance.occurrences(variant.surface)
    elif key(variant.surface) not in ambiguous:
        spans = concordance.occurrences(variant.surface)
        yield from (span for span in spans if transcript.text_of(span) == variant.surface)


def _seeds(
    transcript: Transcript, findings: Iterable[Finding], public: frozenset[str]
) -> Iterator[_Seed]:
    """Yield each surface to look for once: whole ones first, the strongest finding first."""
    seeds = [
        _Seed(finding=finding, surface=surface, variant=variant)
        for finding in sorted(findings, key=_rank)
        if finding.mask != "none"
        for surface in [transcript.text_of(finding.span)]
        for variant in variants(finding.label, surface, public)
    ]
    seen: set[str] = set()
    for seed in sorted(seeds, key=lambda s: (s.variant.surface != s.surface, s.variant.is_exact)):
        wanted = key(seed.variant.surface)
        if wanted not in seen:
            seen.add(wanted)
            yield seed


def _rank(finding: Finding) -> tuple[object, ...]:
    return (-POWER[finding.recognizer], finding.mask, finding.span.position)


def _judged(transcript: Transcript, span: Span, seed: _Seed, ambiguous: frozenset[str]) -> Finding:
    repeated = replace(
        seed.finding,
        span=span,
        label=seed.variant.label or seed.finding.label,
        rule=seed.variant.rule,
        recognizer="repeats",
        reason=_REASONS[seed.variant.rule],
        repeats=seed.finding.repeats or seed.finding.span,
    )
    text = transcript.turns[span.turn].of(span.field)
    if span.field == "speaker" and text[: span.start].strip() == text[span.end :].strip() == "":
        return repeated
    place = Place.at(text, span.start, span.end)
    why = reason_to_keep(
        place, label=repeated.label, first=seed.variant.surface, ambiguous=ambiguous
    )
    if why is None:
        return repeated
    return replace(repeated, mask="none", rule=why.rule, reason=why.reason, recognizer="keep")
