"""Findings that may overlap -> disjoint findings in reading order; pure."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from corpus.model import MASKS, Field, Finding, Span, Transcript
from corpus.rules.placeholders import PLACEHOLDER

AGREED = "keep+model"
"""The recognizer of a keep rule's finding where the model too says that it names nobody."""

STAYS = "model.beside"
"""The rule of what the model leaves alone when it has read all mentions of a string together."""

POWER = {
    "decision": 8,
    "roster": 7,
    "steward": 6,
    "checksum": 5,
    "patterns": 4,
    "speakers": 4,
    "presidio": 4,
    "keep": 3,
    AGREED: 3,
    "model": 2,
    "repeats": 1,
}
"""Which recognizer's word counts where two speak about the same place."""

LISTED = 0.85
"""The score of a built-in keep list's finding: of the model, a surer person or employer counts."""

_HINT = 0.5
"""The score from which on the model is surer than a repeat of what is found elsewhere."""

_ADDRESSES = frozenset({"EMAIL_ADDRESS", "URL", "USERNAME", "DOMAIN_NAME"})
"""Labels of what is one thing, whatever names it is made of."""

_NAMES = frozenset({"PERSON", "EMPLOYER", "ORGANIZATION", "WORK_TITLE"})
"""Labels of what may hold a shorter name of the same thing."""


_TIMES = frozenset({"AGE", "DATE"})
"""Labels of a number with its unit, which a rule may have found without: "7" of "7-year-old"."""


def resolve(transcript: Transcript, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Settle overlaps by power, then length, mask and score; what is but a hint comes last.

    A loser keeps what the winners leave of it, so that nothing is uncovered but by a
    more powerful `none`. A winner takes on the direct mask of an equal that it covers.
    An address stays whole around names in it, however powerful, and a name, date or age
    around parts of it; a reviewer's word or a more powerful `none` breaks it up. Nothing is found
    inside a placeholder that stands in the source.
    """
    fields: dict[tuple[int, Field], _Line] = {}
    for finding in sorted(set(findings), key=_strength):
        place = (finding.span.turn, finding.span.field)
        if place not in fields:
            fields[place] = _Line(transcript.turns[place[0]].of(place[1]))
        fields[place].settle(finding)
    settled = chain.from_iterable(line.findings() for line in fields.values())
    return tuple(sorted(settled, key=lambda finding: finding.span.position))


def is_hint(finding: Finding) -> bool:
    """Tell whether the model merely suspects it: any other finding about the place is surer."""
    return finding.recognizer == "model" and finding.mask != "none" and finding.score < _HINT


def _strength(finding: Finding) -> tuple[object, ...]:
    span, first = finding.span, finding.repeats
    return (
        not is_hint(finding) and -_power(finding),
        span.start - span.end,
        MASKS.index(finding.mask),
        -finding.score,
        span.position,
        (finding.label, finding.rule, finding.recognizer, finding.reason),
        first.position if first else (),
    )


def _power(finding: Finding) -> float:
    """Return whose word it is; a list of ours ranks between a sure model and an unsure one."""
    power = POWER[finding.recognizer]
    is_list = finding.recognizer == "keep" and finding.score <= LISTED
    names = finding.recognizer == "model" and finding.label in {"PERSON", "EMPLOYER"}
    is_sure = names and finding.mask == "direct" and finding.score > LISTED
    return power - 0.5 if is_list else power + 0.75 if is_sure else power


def _may_stay_whole(finding: Finding) -> bool:
    is_name = finding.label in (_ADDRESSES | _NAMES) and finding.mask == "direct"
    is_time = finding.label in _TIMES and finding.mask != "none"
    return (is_name or is_time) and not is_hint(finding)


def _lies_inside(finding: Finding, whole: Finding) -> bool:
    """Tell whether the finding may give way to the longer one around it."""
    return (
        finding.mask != "none"
        and finding.recognizer != "decision"
        and (whole.label in _ADDRESSES or finding.label == whole.label)
        and whole.span.start <= finding.span.start
        and finding.span.end <= whole.span.end
        and finding.span != whole.span
    )


class _Line:
    """One field's text and the winners so far, strongest first in, by offset."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._placeholders = [(match.start(), match.end()) for match in PLACEHOLDER.finditer(text)]
        self._taken = self._placeholders.copy()
        self._winners: dict[int, Finding] = {}
        self._broken: list[Finding] = []

    def findings(self) -> Iterator[Finding]:
        for address in self._broken:
            self._make_whole(address)
        yield from self._winners.values()

    def settle(self, finding: Finding) -> None:
        gaps = list(self._gaps(finding))
        if _may_stay_whole(finding) and gaps != list(self._unbroken(finding.span)):
            self._broken.append(finding)
        for start, end in gaps:
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

    def _make_whole(self, address: Finding) -> None:
        """Let the address have its span back, and the score of the surest that lies inside."""
        inner = [f for f in self._winners.values() if f.span.overlaps(address.span)]
        for start, end in self._unbroken(address.span):
            whole = replace(address, span=replace(address.span, start=start, end=end))
            if all(_lies_inside(finding, whole) for finding in inner):
                for finding in inner:
                    del self._winners[finding.span.start]
                score = max(finding.score for finding in (whole, *inner))
                self._winners[start] = replace(whole, score=score)

    def _unbroken(self, span: Span) -> Iterator[tuple[int, int]]:
        """Yield the span without blanks at its ends, if no placeholder stands in it."""
        if not any(start < span.end and span.start < end for start, end in self._placeholders):
            yield from self._trimmed(span.start, span.end)

    def _pass_on(self, start: int, loser: Finding) -> None:
        """Let the winner that starts here take on what the loser knows better.

        It hides at least as firmly as an equal that it covers, and notes that the model agrees
        with a keep rule about this very mention.
        """
        winner = self._winners.get(start)
        if (
            winner is not None
            and winner.mask == "quasi"
            and loser.mask == "direct"
            and POWER[winner.recognizer] == POWER[loser.recognizer]
        ):
            self._winners[start] = replace(winner, mask="direct")
        elif (
            winner is not None
            and (winner.recognizer, winner.mask) == ("keep", "none")
            and (loser.recognizer, loser.mask) == ("model", "none")
        ):
            self._winners[start] = replace(winner, recognizer=AGREED)
