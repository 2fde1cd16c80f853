"""Resolved findings come in; the same, with every repeat of what they hide, go out.

Each occurrence of a hidden surface is then hidden too, or carries a `none` finding
that says why it is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from corpus.detect import context, usage
from corpus.detect.acronyms import introduced
from corpus.detect.context import NO_NAME, Place, Why, reason_to_keep
from corpus.detect.forms import Forms
from corpus.detect.resolve import AGREED, POWER, STAYS, is_hint
from corpus.detect.spelling import Echoes
from corpus.detect.usage import is_tool, reason_of_usage
from corpus.detect.variants import DERIVED, Variant, spelt, variants
from corpus.model import Field, Finding, Label, Span, Transcript
from corpus.surfaces import Concordance, Coverage, key

_BY_LIST = frozenset({"keep", AGREED})
_BY_MODEL = frozenset({"model", AGREED})
_OWN = context.OWN | usage.OWN
_FIRMS = ("EMPLOYER", "ORGANIZATION")
_ABBREVIATED = ("EMPLOYER", "ORGANIZATION", "WORK_TITLE")
_REASONS = {
    "repeats.surface": "the same as a mention found elsewhere in the transcript",
    "repeats.part-of-name": "part of a name found elsewhere in the transcript",
    "repeats.possessive": "a name found elsewhere in the transcript, with an s",
    "repeats.initials": "initials of a name found elsewhere in the transcript",
    "repeats.handle": "a handle or login found elsewhere in the transcript, by itself",
    "repeats.domain": "the domain of an address found elsewhere in the transcript",
    "repeats.address": "an address found elsewhere in the transcript, shortened",
    "repeats.run-together": "a name found elsewhere in the transcript, written together or apart",
    "repeats.short-form": "short for a name found elsewhere in the transcript",
    "repeats.nickname": "another name for someone found elsewhere in the transcript",
    "repeats.named-in-address": "the name that a handle or address found elsewhere is made of",
    "repeats.part-of-address": "part of a handle or address found elsewhere in the transcript",
    "repeats.acronym": "short for a name that stands beside it in brackets, or that name",
    "repeats.misspelt": "nearly a name found elsewhere in the transcript",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seed:
    finding: Finding
    surface: str = field(repr=False)
    variant: Variant = field(repr=False)

    @property
    def label(self) -> Label:
        return self.variant.label or self.finding.label


class _Proposal(NamedTuple):
    """A repeat, and why it should rather stand."""

    finding: Finding
    why: Why | None = None


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
    name may mean either, and to whatever the steward or a reviewer named. What the model left
    alone after it had read the mentions of a string side by side gives way to these, to the names
    of speakers and to a longer name around it.
    """
    stated = tuple(findings)
    covered = Coverage(transcript, (f.span for f in stated if not is_hint(f)))
    hints = _Hints(stated)
    forms = Forms(transcript, concordance, ambiguous)
    kept = _Kept(transcript, stated)
    proposals: dict[Span, _Proposal] = {}
    overruled: set[Finding] = set()
    echoes = Echoes(concordance.vocabulary, ambiguous)
    for seed in _seeds(transcript, stated, public, echoes):
        for span in forms.places(seed.variant, seed.label):
            if span in proposals:
                continue
            inner = kept.that_yield(span, seed, ambiguous)
            suspected = hints.highest(span)
            if not inner and (covered.holds(span) or suspected >= seed.finding.score):
                continue
            proposal = _judged(transcript, span, seed, forms, ambiguous)
            if suspected and proposal.why:
                continue
            proposals[span] = proposal
            overruled.update(() if proposal.why else inner)
    standing = [finding for finding in stated if finding not in overruled]
    return (*standing, *_settled(transcript, standing, proposals.values()))


def _settled(
    transcript: Transcript, stated: Iterable[Finding], proposals: Collection[_Proposal]
) -> Iterator[Finding]:
    """Yield the proposals; a reason to keep counts only where nothing hidden is touched."""
    hidden = [finding.span for finding in stated if finding.mask != "none"]
    hidden += [finding.span for finding, why in proposals if why is None]
    coverage = Coverage(transcript, hidden)
    for finding, why in proposals:
        if why is None or coverage.touches(finding.span):
            yield finding
        else:
            yield replace(finding, mask="none", rule=why.rule, reason=why.reason, recognizer="keep")


class _Hints:
    """What the model merely suspects, by place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._of_line: dict[tuple[int, Field], list[Finding]] = {}
        for f in filter(is_hint, findings):
            self._of_line.setdefault((f.span.turn, f.span.field), []).append(f)

    def highest(self, span: Span) -> float:
        """Return the best score of a hint that shares a letter with the span; 0 without one."""
        near = self._of_line.get((span.turn, span.field), ())
        return max((hint.score for hint in near if hint.span.overlaps(span)), default=0)


class _Kept:
    """What stands by a keep list or by the model's word, and when it gives way to a seed."""

    def __init__(self, transcript: Transcript, findings: Iterable[Finding]) -> None:
        self._transcript = transcript
        self._of_line: dict[tuple[int, Field], list[Finding]] = {}
        for f in findings:
            if f.mask == "none" and f.recognizer in _BY_LIST | _BY_MODEL and f.rule not in _OWN:
                self._of_line.setdefault((f.span.turn, f.span.field), []).append(f)

    def that_yield(self, span: Span, seed: _Seed, ambiguous: frozenset[str]) -> list[Finding]:
        """Return what the seed sets aside at the span; a short form, the model's word alone."""
        variant = seed.variant
        if variant.is_guarded and variant.rule != "repeats.short-form":
            return []
        near = self._of_line.get((span.turn, span.field), ())
        is_word = key(variant.surface) in ambiguous
        return [
            kept
            for kept in near
            if kept.span.overlaps(span)
            and (not variant.is_guarded or kept.recognizer == "model")
            and self._gives_way(kept, span, seed.finding, is_word)
        ]

    def _gives_way(self, kept: Finding, span: Span, to: Finding, is_word: bool) -> bool:
        is_inside = span.start <= kept.span.start and kept.span.end <= span.end
        if _is_steward(to):
            return is_inside or kept.recognizer == "model"
        if kept.rule == STAYS:
            return to.recognizer == "speakers" or (is_inside and kept.span != span)
        if kept.recognizer in _BY_MODEL:
            return kept.recognizer not in _BY_LIST and (to.label == "PERSON" or not is_word)
        return is_inside and (
            to.label == "PERSON" or (to.label in _FIRMS and not self._is_tool(span))
        )

    def _is_tool(self, span: Span) -> bool:
        text = self._transcript.turns[span.turn].of(span.field)
        return is_tool(Place.at(text, span.start, span.end))


def _is_steward(finding: Finding) -> bool:
    """Tell whether the steward or a reviewer named it."""
    return POWER[finding.recognizer] >= POWER["steward"]


def _seeds(
    transcript: Transcript, findings: Iterable[Finding], public: frozenset[str], echoes: Echoes
) -> Iterator[_Seed]:
    """Yield each form to look for once: whole ones first, the strongest finding first."""
    hidden = [finding for finding in sorted(findings, key=_rank) if finding.mask != "none"]
    wholes: dict[tuple[Label, str], Finding] = {}
    for finding in hidden:
        wholes.setdefault((finding.label, transcript.text_of(finding.span)), finding)
    seeds = [
        _Seed(finding=finding, surface=surface, variant=variant)
        for (label, surface), finding in wholes.items()
        for variant in _variants(finding, label, surface, public, echoes)
    ]
    seeds += _in_brackets(transcript, hidden)
    seen: set[tuple[str, bool]] = set()
    for seed in sorted(seeds, key=_directness):
        wanted = (key(seed.variant.surface), seed.variant.is_run_together)
        if wanted not in seen:
            seen.add(wanted)
            yield seed


def _in_brackets(transcript: Transcript, hidden: Iterable[Finding]) -> Iterator[_Seed]:
    for finding in hidden:
        if finding.label in _ABBREVIATED and finding.rule not in DERIVED:
            span = finding.span
            text = transcript.turns[span.turn].of(span.field)
            for form in introduced(text, span.start, span.end):
                variant = Variant(form, "repeats.acronym", is_exact=form.isupper())
                yield _Seed(finding=finding, surface=transcript.text_of(span), variant=variant)


def _variants(
    finding: Finding, label: Label, surface: str, public: frozenset[str], echoes: Echoes
) -> Iterator[Variant]:
    if finding.rule in DERIVED:
        yield Variant(surface, finding.rule)
        return
    yield from variants(label, surface, public)
    for word in spelt(label, surface):
        for echo in echoes.of(key(word)):
            shown = echo.capitalize() if word[0].isupper() else echo
            yield Variant(shown, "repeats.misspelt", is_guarded=True)


def _directness(seed: _Seed) -> tuple[bool, ...]:
    variant = seed.variant
    is_part = variant.surface != seed.surface
    return (variant.is_guarded, not _is_steward(seed.finding), is_part, variant.is_exact)


def _rank(finding: Finding) -> tuple[object, ...]:
    score = finding.score if finding.recognizer == "model" else 1.0
    return (
        is_hint(finding),
        -POWER[finding.recognizer],
        -score,
        finding.mask,
        finding.span.position,
    )


def _judged(
    transcript: Transcript, span: Span, seed: _Seed, forms: Forms, ambiguous: frozenset[str]
) -> _Proposal:
    repeated = replace(
        seed.finding,
        span=span,
        label=seed.label,
        rule=seed.variant.rule,
        recognizer="repeats",
        reason=_REASONS[seed.variant.rule],
        repeats=seed.finding.repeats or seed.finding.span,
    )
    text = transcript.turns[span.turn].of(span.field)
    if span.field == "speaker" and text[: span.start].strip() == text[span.end :].strip() == "":
        return _Proposal(repeated)
    place = Place.at(text, span.start, span.end)
    why = reason_to_keep(place, label=seed.label, first=seed.variant.surface, ambiguous=ambiguous)
    if why is None and not _is_steward(seed.finding):
        why = reason_of_usage(place, seed.label)
    if seed.finding.rule in DERIVED and not forms.is_name(span, seed.surface, seed.label):
        why = NO_NAME
    return _Proposal(repeated, why)
