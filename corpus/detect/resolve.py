"""Findings that may overlap -> disjoint findings in reading order; pure."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from corpus.model import MASKS, Field, Finding, Transcript
from corpus.rules import PLACEHOLDER

POWER = {
    "decision": 8,
    "roster": 7,
    "steward": 6,
    "checksum": 5,
    "patterns": 4,
    "speakers": 4,
    "presidio": 4,
    "keep": 3,
    "model": 2,
    "repeats": 1,
}
"""Which recognizer's word counts where two speak about the same place."""


def resolve(transcript: Transcript, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Settle overlaps by power, then length, mask and score.

    A loser keeps what the winners leave of it, so that nothing is uncovered but by a
    more powerful `none`. A winner takes on the direct mask of an equal that it covers.
    Nothing is found inside a placeholder that stands in the source.
    """
    fields: dict[tuple[int, Field], _Line] = {}
    for finding in sorted(set(findings), key=_strength):
        place = (finding.span.turn, finding.span.field)
        if place not in fields:
            fields[place] = _Line(transcript.turns[place[0]].of(place[1]))
        fields[place].settle(finding)
    settled = chain.from_iterable(line.findings() for line in fields.values())
    return tuple(sorted(settled, key=lambda finding: finding.span.position))


def _strength(finding: Finding) -> tuple[object, ...]:
    span, first = finding.span, finding.repeats
    return (
        -POWER[finding.recognizer],
        span.start - span.end,
        MASKS.index(finding.mask),
        -finding.score,
        span.position,
        (finding.label, finding.rule, finding.recognizer, finding.reason),
        first.position if first else (),
    )


class _Line:
    """One field's text and the winners so far, strongest first in, by offset."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._taken = [(match.start(), match.end()) for match in PLACEHOLDER.finditer(text)]
        self._winners: dict[int, Finding] = {}

    def findings(self) -> Iterator[Finding]:
        yield from self._winners.values()

    def settle(self, finding: Finding) -> None:
        for start, end in list(self._gaps(finding)):
            insort(self._taken, (start, end))
            self._winners[start] = replace(
                finding, span=replace(finding.span, start=start, end=end)
            )

    def _gaps(self, finding: Finding) -> Iterator[tuple[int, int]]:
        """Yield what nobody has taken of the finding's span."""
        at, end = finding.span.start, finding.span.end
        index = max(0, bisect_left(self._taken, (at, at)) - 1)
        while index < len(self._taken) and self._taken[index][0] < end:
            start, stop = self._taken[index]
            if stop > at:
                yield from self._trimmed(at, start)
                self._pass_on(start, finding)
                at = max(at, stop)
            index += 1
        yield from self._trimmed(at, end)

    def _trimmed(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        piece = self._text[start:end] if start < end else ""
        if any(character.isalnum() for character in piece):
            yield (end - len(piece.lstrip()), start + len(piece.rstrip()))

    def _pass_on(self, start: int, loser: Finding) -> None:
        """Let the winner that starts here hide at least as firmly as an equal that it covers."""
        winner = self._winners.get(start)
        if (
            winner is not None
            and winner.mask == "quasi"
            and loser.mask == "direct"
            and POWER[winner.recognizer] == POWER[loser.recognizer]
        ):
            self._winners[start] = replace(winner, mask="direct")
