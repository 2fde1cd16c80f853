"""Findings -> the number of each one's entity; who is who is settled by rule alone.

Two mentions are the same entity if they have one label and the same surface, or if one
was found as a repeat of the other. A short form that repeats two different names stays
with the name that it was found by. One word that was found by itself is the person whose
name it is part of, if that is one person alone. Likeness in spelling never counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from corpus.model import FIELDS, Field, Finding, Hidden, Label, Span, Transcript
from corpus.surfaces import key

_NUMBERED = re.compile(r"\[([A-Z_]+)_(\d+)\]")
_BETWEEN = re.compile(r"[\s-]+")
_EDGES = re.compile(r"^\W+|(?:'s|\W)+$")


class Entity(NamedTuple):
    """What is behind mentions: a label and the surface that stands for them all."""

    label: Label
    surface: str

    def __repr__(self) -> str:
        """Withhold the surface."""
        return f"Entity({self.label})"


def number(
    transcript: Transcript,
    numbered: Iterable[Finding],
    *,
    among: Iterable[Finding],
    earlier: Iterable[Hidden] = (),
) -> dict[Span, int]:
    """Return each mention's number: per label, by first appearance in reading order.

    Who has a number from an earlier release keeps that of the latest, the lowest where there
    are several, and nobody else ever gets it. Numbers of placeholders that stand in the source
    already are left out.

    Args:
        transcript: where the mentions stand.
        numbered: the findings that get a number.
        among: all findings; one that is kept may be what others repeat.
        earlier: what earlier releases hid, the earliest first.
    """
    mentions = tuple(numbered)
    ever = list(_given(earlier))
    given = dict(ever)
    entities = _entities(transcript, mentions, _Origins(among))
    claims: dict[Entity, set[int]] = {}
    for finding in mentions:
        own = _surface(transcript, finding)
        if own in given:
            claims.setdefault(entities[finding.span], set()).add(given[own])
    taken = {*_taken(transcript), *((entity.label, n) for entity, n in ever)}
    numbers: dict[Entity, int] = {}
    last: dict[str, int] = {}
    for span in sorted(entities, key=lambda s: s.position):
        entity = entities[span]
        if entity in numbers:
            continue
        used = {n for other, n in numbers.items() if other.label == entity.label}
        if free := claims.get(entity, set()) - used:
            numbers[entity] = min(free)
            continue
        following = last.get(entity.label, 0) + 1
        while (entity.label, following) in taken:
            following += 1
        numbers[entity] = last[entity.label] = following
    return {span: numbers[entity] for span, entity in entities.items()}


def _given(earlier: Iterable[Hidden]) -> Iterator[tuple[Entity, int]]:
    for hidden in earlier:
        if match := _NUMBERED.fullmatch(hidden.shown):
            yield Entity(hidden.label, _trimmed(key(hidden.surface))), int(match[2])


def _taken(transcript: Transcript) -> Iterator[tuple[str, int]]:
    for turn in transcript.turns:
        for name in FIELDS:
            for label, digits in _NUMBERED.findall(turn.of(name)):
                yield label, int(digits)


def _entities(
    transcript: Transcript, findings: Iterable[Finding], origins: _Origins
) -> dict[Span, Entity]:
    mentions = [
        (finding.span, _surface(transcript, finding), _surface(transcript, origins.of(finding)))
        for finding in findings
    ]
    repeated: dict[Entity, set[Entity]] = {}
    for _, own, first in mentions:
        if first != own:
            repeated.setdefault(own, set()).add(first)
    leaders = _leaders(_wholes([own for _, own, _ in mentions]) | repeated)
    return {span: leaders.get(first, first) for span, _, first in mentions}


def _surface(transcript: Transcript, finding: Finding) -> Entity:
    return Entity(finding.label, _trimmed(key(transcript.text_of(finding.span))))


def _trimmed(surface: str) -> str:
    return _EDGES.sub("", surface) or surface


def _wholes(entities: Sequence[Entity]) -> dict[Entity, set[Entity]]:
    """Return the longer names that a person's name of one word is part of."""
    wholes: dict[Entity, set[Entity]] = {}
    for whole in entities:
        if whole.label == "PERSON":
            for part in {*whole.surface.split(), *_BETWEEN.split(whole.surface)}:
                wholes.setdefault(Entity("PERSON", _trimmed(part)), set()).add(whole)
    found = {part: wholes.get(part, set()) - {part} for part in entities}
    return {part: longer for part, longer in found.items() if longer}


class _Origins:
    """Follows `repeats` back to the mention that began it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._places: dict[tuple[int, Field, Label], list[Finding]] = {}
        for finding in findings:
            self._places.setdefault(_place(finding.span, finding.label), []).append(finding)

    def of(self, finding: Finding) -> Finding:
        passed = [finding]
        while (before := self._before(passed[-1])) and before not in passed:
            passed.append(before)
        return passed[-1]

    def _before(self, finding: Finding) -> Finding | None:
        target = finding.repeats
        if target is None:
            return None
        near = self._places.get(_place(target, finding.label), ())
        return next((other for other in near if other.span.overlaps(target)), None)


def _place(span: Span, label: Label) -> tuple[int, Field, Label]:
    return (span.turn, span.field, label)


def _leaders(above: Mapping[Entity, set[Entity]]) -> dict[Entity, Entity]:
    """Join each surface to the one it repeats, if that is one alone.

    Goes on until nothing more can be joined, so the order does not matter.
    """
    leaders: dict[Entity, Entity] = {}

    def leader(entity: Entity) -> Entity:
        while entity in leaders:
            entity = leaders[entity]
        return entity

    pending = dict(above)
    while ready := [e for e, firsts in pending.items() if len({leader(f) for f in firsts}) == 1]:
        for entity in ready:
            first = leader(next(iter(pending.pop(entity))))
            if leader(entity) != first:
                leaders[leader(entity)] = first
    members = {*above, *(first for firsts in above.values() for first in firsts)}
    return {member: leader(member) for member in members}
