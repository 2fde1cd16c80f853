"""Rules over every turn: pattern, keywords and computations come in, findings go out."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.model import FIELDS, Field, Finding, Label, Span, Transcript
from corpus.rules.matching import Hit, find, matchers
from corpus.rules.ruleset import RuleSet


class Patterns:
    """Finds what the rules find."""

    name = "patterns"

    def __init__(self, ruleset: RuleSet) -> None:
        ready = matchers(ruleset)
        self._ready = {
            name: tuple(m for m in ready if m.rule.field in {name, "both"}) for name in FIELDS
        }
        self.labels: frozenset[Label] = frozenset(m.rule.label for m in ready)

    def recognize(self, transcript: Transcript) -> Iterator[Finding]:
        """Yield a finding for each hit, in speaker labels and texts.

        Raises:
            DetectorError: a rule did not come to an end in time.
        """
        for turn in transcript.turns:
            for name in FIELDS:
                for hit in find(self._ready[name], turn.of(name)):
                    yield _finding(hit, turn.index, name)


def _finding(hit: Hit, turn: int, name: Field) -> Finding:
    rule = hit.rule
    builtin = "checksum" if rule.check else "patterns"
    return Finding(
        span=Span(turn=turn, field=name, start=hit.start, end=hit.end),
        label=rule.label,
        mask=rule.mask,
        score=rule.score,
        rule=rule.id,
        recognizer="steward" if rule.origin == "steward" else builtin,
        reason=rule.why,
    )
