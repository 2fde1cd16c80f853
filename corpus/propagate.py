"""What one transcript confirms, brought to the others; the one step that sees the whole corpus.

Identifiers that mean the same wherever they stand are taken over until every transcript hides
what any of them hides; the rest is proposed. The result depends on findings, decisions and
policy alone, so that it is made anew when one of them changes and not before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from corpus import __version__, confirmed, ids
from corpus.confirmed import Known, Lists
from corpus.detect import Detector, grow
from corpus.errors import WorkspaceError
from corpus.model import Decision, Finding, Transcript
from corpus.redact.policy import Policy
from corpus.registry import Registry
from corpus.registry.findings import Spread
from corpus.renewal import Progress, silent
from corpus.review.decisions import PROPOSED, decide
from corpus.rules.ruleset import RuleSet
from corpus.surfaces import Concordance, key

PROPAGATE_VERSION = "2"
"""Raised when propagation makes something else of the same findings."""

_STAGE = "propagate"
_EVERYDAY = ("not-names", "not-firms", "speaker-roles", "demonyms", "countries", "places")
_PUBLIC = ("stand-ins", "story-names", "tools", "public-sites")
"""Word lists (rules/words.yaml) of what is somebody's in one place and nobody's in another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Propagated:
    """What stands in the workspace's findings that came from other transcripts."""

    transcripts: int
    """Transcripts that something came to."""
    taken_over: int
    """Mentions that are hidden since another transcript hides them."""
    proposed: int
    """Mentions that wait for a reviewer's word."""


@lru_cache(maxsize=4)
def lists(ruleset: RuleSet) -> Lists:
    """Return what the rules know to be an everyday word, or to stay."""

    def listed(*names: str) -> Iterator[str]:
        return (word for name in names for word in ruleset.words.get(name, ()))

    always = (k.surfaces for k in ruleset.keep if not (k.before or k.after))
    kept = chain(listed(*_PUBLIC), *always)
    return Lists(
        ambiguous=frozenset(map(key, chain(ruleset.ambiguous, listed(*_EVERYDAY)))),
        kept=frozenset(map(key, kept)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What propagation works with, besides the registry."""

    detector: Detector
    policy: Policy
    lists: Lists
    key: bytes


def propagate(registry: Registry, means: Means, progress: Progress = silent) -> Propagated:
    """Bring the registry's findings up to date with one another.

    Raises:
        WorkspaceError: a transcript was not searched yet.
    """
    made_from = _made_from(registry, means)
    transcripts = [entry.transcript_id for entry in registry.entries()]
    if registry.propagated_made_from() != dict.fromkeys(transcripts, made_from):
        spread = _Corpus(registry, means, transcripts, progress).settle()
        with registry.transaction():
            for id_ in transcripts:
                registry.put_propagated(id_, made_from, spread.get(id_, Spread()))
    progress(_STAGE, len(transcripts), len(transcripts))
    return count(registry)


def count(registry: Registry) -> Propagated:
    """Count what came to transcripts from others."""
    came = [
        [f for f in registry.propagated(entry.transcript_id) if confirmed.is_propagated(f)]
        for entry in registry.entries()
    ]
    proposed = sum(f.recognizer == PROPOSED for findings in came for f in findings)
    return Propagated(
        transcripts=sum(map(bool, came)),
        taken_over=sum(map(len, came)) - proposed,
        proposed=proposed,
    )


def _made_from(registry: Registry, means: Means) -> str:
    searched = registry.findings_made_from()
    for entry in registry.entries():
        if entry.transcript_id not in searched:
            raise WorkspaceError(
                f"{entry.transcript_id} was not searched since it was ingested",
                remedy="run `corpus detect`",
            )
    verdicts = (
        f"{d.transcript_id} {d.anchor} {d.verdict} {d.label} {d.matches}"
        for d in registry.decisions()
    )
    return ids.digest(
        [
            *(PROPAGATE_VERSION, __version__, means.detector.digest, means.policy.digest),
            *(f"{id_} {searched[id_]}" for id_ in sorted(searched)),
            *verdicts,
        ]
    )


class _Case(NamedTuple):
    """One transcript with what is known of it by itself."""

    transcript: Transcript
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]


class _Corpus:
    """All transcripts, one at a time in memory."""

    def __init__(
        self, registry: Registry, means: Means, transcripts: Sequence[str], progress: Progress
    ) -> None:
        self._registry = registry
        self._means = means
        self._transcripts = transcripts
        self._progress = progress
        self._known = Known()
        self._spread: dict[str, Spread] = {}

    def settle(self) -> dict[str, Spread]:
        """Return what comes to each transcript that something comes to.

        Round by round, each over the whole corpus: what is taken over may show a name in a
        further form, which must then be hidden everywhere as well. A round adds surfaces or
        is the last one.
        """
        new = Known()
        for case in self._cases():
            new.add(self._confirmed(case, case.findings))
        while new:
            self._known.update(new)
            new = self._round(new)
        return self._spread

    def _cases(self) -> Iterator[_Case]:
        for done, id_ in enumerate(self._transcripts):
            self._progress(_STAGE, done, len(self._transcripts))
            yield self._case(id_)

    def _case(self, transcript_id: str) -> _Case:
        transcript = self._registry.transcript(transcript_id)
        detected = self._registry.detected(transcript_id)
        decisions = self._registry.decisions(transcript_id)
        return _Case(transcript, self._kept_up(transcript, detected, decisions), decisions)

    def _kept_up(
        self,
        transcript: Transcript,
        detected: tuple[Finding, ...],
        decisions: tuple[Decision, ...],
    ) -> tuple[Finding, ...]:
        if not decisions:
            return detected
        anchors = {decision.anchor for decision in decisions}
        came = filter(confirmed.may_have_come, self._registry.propagated(transcript.transcript_id))
        decided = [f for f in came if ids.anchor(self._means.key, transcript, f.span) in anchors]
        return confirmed.kept_up(transcript, detected, decided)

    def _confirmed(
        self, case: _Case, findings: tuple[Finding, ...]
    ) -> Iterator[confirmed.Identifier]:
        decided = decide(case.transcript, findings, case.decisions, self._means.key).findings
        yield from confirmed.confirmed(
            case.transcript, decided, self._means.policy.hides, self._means.lists
        ).values()

    def _round(self, new: Known) -> Known:
        """Bring what is new to every transcript; return what that shows in further forms."""
        further = Known()
        for case in self._cases():
            concordance = Concordance(case.transcript)
            if new.among(concordance):
                spread = self._brought(case, concordance)
                if spread.digest:
                    self._spread[case.transcript.transcript_id] = spread
                further.add(
                    one
                    for one in self._confirmed(case, spread.findings)
                    if one.at_once and one.surface not in self._known
                )
        return further

    def _brought(self, case: _Case, concordance: Concordance) -> Spread:
        """Return a transcript's findings with all that is known of the others."""
        transcript, own = case.transcript, case.findings
        detected = tuple(f for f in own if f.recognizer != PROPOSED)
        standing = confirmed.taken_over(transcript, detected, self._known, concordance)
        findings = detected
        if standing.taken:
            both = (*detected, *standing.taken)
            findings = grow(transcript, both, self._means.detector, concordance)
        proposed = confirmed.proposed(transcript, findings, self._known, concordance)
        backed = [f for f in own if f.recognizer == PROPOSED]
        everything = confirmed.kept_up(transcript, (*findings, *proposed), backed)
        return Spread(
            findings=() if everything == detected else everything, elsewhere=standing.surfaces
        )
