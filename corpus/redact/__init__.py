"""A transcript, its findings and a policy come in; it goes out redacted, or is withheld."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.layers import needs
from corpus.model import (
    FIELDS,
    RECALL,
    Field,
    Finding,
    Hidden,
    Passage,
    Redacted,
    RedactedTurn,
    Redaction,
    Span,
    Transcript,
    Turn,
    Withheld,
)
from corpus.redact import pseudonyms
from corpus.redact.cause import cause
from corpus.redact.guarantee import Guarantee, places
from corpus.redact.policy import Operator, Policy
from corpus.rules.placeholders import PLACEHOLDER

__all__ = [
    "HIDDEN_ELSEWHERE",
    "LANGUAGE_NOT_COVERED",
    "SURFACE_SURVIVES",
    "Done",
    "hidden",
    "redact",
]

SURFACE_SURVIVES = "surface-survives"
"""Why a transcript is withheld: what is hidden in one place stands in another."""

HIDDEN_ELSEWHERE = "hidden-elsewhere"
"""Why a transcript is withheld: what another transcript hides stands in this one."""

LANGUAGE_NOT_COVERED = "language-not-covered"
"""Why a transcript is withheld: a passage is in a language in which next to nothing is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    finding: Finding
    operator: Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a transcript, and what only its steward may know of that."""

    outcome: Redacted | Withheld
    hidden: tuple[Hidden, ...] = ()
    """What was hidden, in the order of the redactions."""


def redact(
    transcript: Transcript,
    findings: Sequence[Finding],
    policy: Policy,
    elsewhere: Collection[str] = (),
    passages: Sequence[Passage] = (),
    *,
    earlier: Sequence[Hidden] = (),
) -> Done:
    """Hide what the policy says, or withhold the transcript where a hidden surface survives.

    It is withheld for a passage in a language that the policy does not cover as well.

    A finding below its threshold is hidden only where its place holds a surface that is
    hidden in another place. Findings must be disjoint.

    Args:
        transcript: what to redact.
        findings: what may be hidden in it, and what stays.
        policy: what to do with which finding.
        elsewhere: surfaces that other transcripts hide and this one must not show.
        passages: what is not in English, and was not read by a person yet.
        earlier: what the releases that carried the transcript hid in it, the earliest first.

    Raises:
        ValueError: two findings overlap, or one lies outside its text.
        LayerError: Presidio is not installed.
    """
    uncovered = policy.uncovered(passages)
    if uncovered:
        return Done(outcome=_withheld(transcript, LANGUAGE_NOT_COVERED, _by_language(uncovered)))
    excused = [finding.span for finding in findings if finding.mask == "none"]
    guarantee = Guarantee(transcript, excused)
    hidden, standing = _plan(transcript, findings, policy, guarantee, elsewhere)
    surfaces = _surfaces(transcript, (h.finding for h in hidden))
    if standing:
        own = guarantee.standing(surfaces, (h.finding.span for h in hidden))
        reason = SURFACE_SURVIVES if own else HIDDEN_ELSEWHERE
        return Done(outcome=_withheld(transcript, reason, places(own or standing)))
    redacted, redactions = _rewrite(transcript, hidden, findings, earlier)
    moved = [_moved(span, hidden, redactions) for span in excused]
    for reason, sought in ((SURFACE_SURVIVES, surfaces), (HIDDEN_ELSEWHERE, elsewhere)):
        left = Guarantee(redacted, moved).standing(sought, map(_span, redactions))
        if left:
            detail = f"in the redacted text: {places(left)}"
            return Done(outcome=_withheld(transcript, reason, detail))
    outcome = Redacted(
        transcript_id=transcript.transcript_id,
        cohort=transcript.cohort,
        turns=tuple(
            RedactedTurn(
                index=t.index,
                speaker=t.speaker,
                role=t.role,
                text=t.text,
                start_ms=t.start_ms,
                end_ms=t.end_ms,
            )
            for t in redacted.turns
        ),
        redactions=redactions,
        kept=sum(_operator(finding, policy) == "keep" for finding in findings),
        kept_by_decision=sum(f.mask == "none" and f.recognizer == "decision" for f in findings),
        placeholders=sum(
            len(PLACEHOLDER.findall(t.of(f))) for t in transcript.turns for f in FIELDS
        ),
    )
    spans = [h.finding.span for h in hidden]
    return Done(
        outcome=outcome,
        hidden=tuple(
            Hidden(
                span=span,
                label=redaction.label,
                surface=transcript.text_of(span),
                shown=redacted.text_of(_span(redaction)),
            )
            for span, redaction in zip(spans, redactions, strict=True)
        ),
    )


def hidden(
    transcript: Transcript, findings: Sequence[Finding], policy: Policy
) -> tuple[Finding, ...]:
    """Return the findings that `redact` would hide, in reading order."""
    excused = [finding.span for finding in findings if finding.mask == "none"]
    planned, _ = _plan(transcript, findings, policy, Guarantee(transcript, excused))
    return tuple(one.finding for one in planned)


def _operator(finding: Finding, policy: Policy) -> Operator:
    """Return what is done to the finding.

    A reviewer's verdict overrules a policy that keeps; of what was recalled nothing is left.
    """
    operator = policy.operator(finding.label, finding.mask)
    if finding.rule == RECALL and operator == "generalise":
        return policy.otherwise
    if operator == "keep" and finding.mask != "none" and finding.recognizer == "decision":
        return policy.otherwise
    return operator


def _plan(
    transcript: Transcript,
    findings: Sequence[Finding],
    policy: Policy,
    guarantee: Guarantee,
    elsewhere: Collection[str] = (),
) -> tuple[tuple[_Planned, ...], tuple[Span, ...]]:
    """Return what is to be hidden, in reading order, and which places would still stand."""
    hidable = [f for f in findings if _operator(f, policy) != "keep"]
    chosen = {f for f in hidable if f.score >= policy.threshold(f.label)}
    while True:
        surfaces = {*_surfaces(transcript, chosen), *elsewhere}
        standing = guarantee.standing(surfaces, (f.span for f in chosen))
        called = {f for f in hidable if any(f.span.overlaps(place) for place in standing)} - chosen
        if not called:
            break
        chosen |= called
    ordered = sorted(chosen, key=lambda finding: finding.span.position)
    return tuple(_Planned(finding=f, operator=_operator(f, policy)) for f in ordered), standing


def _surfaces(transcript: Transcript, findings: Iterable[Finding]) -> set[str]:
    return {transcript.text_of(finding.span) for finding in findings}


def _by_language(passages: Sequence[Passage]) -> str:
    """Return the passages' languages and positions for a person, without text."""
    spans: dict[str, list[Span]] = {}
    for passage in passages:
        spans.setdefault(passage.language, []).append(passage.span)
    return "; ".join(f"{language} in {places(spans[language])}" for language in sorted(spans))


def _withheld(transcript: Transcript, reason: str, detail: str) -> Withheld:
    return Withheld(
        transcript_id=transcript.transcript_id,
        cohort=transcript.cohort,
        reason=reason,
        detail=detail,
    )


def _rewrite(
    transcript: Transcript,
    hidden: Sequence[_Planned],
    findings: Sequence[Finding],
    earlier: Sequence[Hidden],
) -> tuple[Transcript, tuple[Redaction, ...]]:
    numbered = [h.finding for h in hidden if h.operator == "pseudonym"]
    numbers = pseudonyms.number(transcript, numbered, among=findings, earlier=earlier)
    by_place: dict[tuple[int, Field], list[_Planned]] = {}
    for one in hidden:
        by_place.setdefault((one.finding.span.turn, one.finding.span.field), []).append(one)
    turns = list(transcript.turns)
    redactions: list[Redaction] = []
    for (index, name), here in by_place.items():
        turns[index], made = _rewrite_field(turns[index], name, here, numbers)
        redactions += made
    return replace(transcript, turns=tuple(turns)), tuple(redactions)


def _rewrite_field(
    turn: Turn, name: Field, hidden: Sequence[_Planned], numbers: dict[Span, int]
) -> tuple[Turn, Iterator[Redaction]]:
    with needs("steward"):
        from corpus.redact.operators import Replacement, apply
    rewritten = apply(
        turn.of(name),
        [
            Replacement(
                start=h.finding.span.start,
                end=h.finding.span.end,
                label=h.finding.label,
                operator=h.operator,
                number=numbers.get(h.finding.span, 0),
            )
            for h in hidden
        ],
    )
    redactions = (
        Redaction(
            turn=turn.index,
            field=name,
            start=start,
            end=end,
            label=h.finding.label,
            mask=h.finding.mask,
            operator=h.operator,
            rule=cause(h.finding),
        )
        for h, (start, end) in zip(hidden, rewritten.ranges, strict=True)
    )
    if name == "speaker":
        return replace(turn, speaker=rewritten.text), redactions
    return replace(turn, text=rewritten.text), redactions


def _span(redaction: Redaction) -> Span:
    return Span(
        turn=redaction.turn, field=redaction.field, start=redaction.start, end=redaction.end
    )


def _moved(span: Span, hidden: Sequence[_Planned], redactions: Sequence[Redaction]) -> Span:
    """Return where an untouched span stands in the redacted text."""
    shift = sum(
        (new.end - new.start) - (old.finding.span.end - old.finding.span.start)
        for old, new in zip(hidden, redactions, strict=True)
        if (new.turn, new.field) == (span.turn, span.field) and old.finding.span.end <= span.start
    )
    return replace(span, start=span.start + shift, end=span.end + shift)
