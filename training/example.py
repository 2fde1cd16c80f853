"""A text with its marks, whatever it was read from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus import ingest
from corpus.ingest import Roles
from corpus.model import FIELDS, Field, SourceMap, Span, Turn

NOWHERE = SourceMap(segments=())
"""The source of turns that are made here."""


class Mark(NamedTuple):
    """A marked mention; the label is the source's own."""

    span: Span
    label: str
    mask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Turns and their marks, in reading order and disjoint."""

    id: str
    source: str
    """The data set ("written", "real", "gum")."""
    turns: tuple[Turn, ...] = field(repr=False)
    marks: tuple[Mark, ...] = field(repr=False)
    text: str = field(default="", repr=False)
    """The whole, as it was read; empty for one that is made here."""
    lost: int = 0
    """Marks of the source that lie in no turn."""

    def surface(self, mark: Mark) -> str:
        """Return what is marked."""
        return self.turns[mark.span.turn].of(mark.span.field)[mark.span.start : mark.span.end]

    @property
    def has_both(self) -> bool:
        """Whether a string gives someone away in one place and is marked as nothing in another."""
        hidden, kept = (
            {self.surface(m).casefold() for m in self.marks if (m.mask == "none") is is_none}
            for is_none in (False, True)
        )
        return not hidden.isdisjoint(kept)


def of_transcript(
    id_: str, source: str, text: str, spans: Iterable[tuple[int, int, str, str]]
) -> Example:
    """Return the example that a transcript with speaker labels holds.

    Args:
        id_: names it.
        source: the data set.
        text: as a file would hold it.
        spans: start, end, label, mask; offsets into `text`.
    """
    turns = ingest.bare(text, roles=Roles.default(), path=id_).turns
    places = sorted(
        (segment.source_start, segment.source_end, segment.start, turn.index, name)
        for turn in turns
        for name in FIELDS
        for segment in (turn.text_source if name == "text" else turn.speaker_source).segments
    )
    starts = [place[0] for place in places]
    marks, lost = [], 0
    for start, end, label, mask in sorted(spans):
        at = bisect_right(starts, start) - 1
        if at < 0 or end > places[at][1]:
            lost += 1
            continue
        begin, _, offset, turn_index, name = places[at]
        first = offset + start - begin
        span = Span(turn=turn_index, field=name, start=first, end=first + end - start)
        marks.append(Mark(span, label, mask))
    ordered = tuple(sorted(marks, key=lambda mark: mark.span.position))
    return Example(id=id_, source=source, turns=turns, marks=ordered, text=text, lost=lost)


def of_text(id_: str, source: str, text: str, spans: Iterable[tuple[int, int, str]]) -> Example:
    """Return the example of a bare text: one turn without a label."""
    marks = (Mark(Span(turn=0, start=s, end=e), label, "") for s, e, label in sorted(spans))
    return Example(id=id_, source=source, turns=(turn_of(0, "", text),), marks=tuple(marks))


def turn_of(index: int, speaker: str, text: str) -> Turn:
    """Return a turn that leads back to no source."""
    return Turn(
        index=index,
        speaker=speaker,
        role="other",
        text=text,
        speaker_source=NOWHERE,
        text_source=NOWHERE,
    )


def rewritten(example: Example, surfaces: dict[int, str]) -> Example:
    """Return the example with other words in the marks of these numbers."""
    turns: list[Turn] = []
    marks: list[Mark | None] = [None] * len(example.marks)
    by_field: dict[tuple[int, Field], list[int]] = {}
    for number, mark in enumerate(example.marks):
        by_field.setdefault((mark.span.turn, mark.span.field), []).append(number)
    for turn in example.turns:
        made: dict[Field, str] = {}
        for name in FIELDS:
            old, parts, at, length = turn.of(name), [], 0, 0
            for number in by_field.get((turn.index, name), ()):
                mark = example.marks[number]
                surface = surfaces.get(number, old[mark.span.start : mark.span.end])
                parts += [old[at : mark.span.start], surface]
                start = length + mark.span.start - at
                length, at = start + len(surface), mark.span.end
                span = Span(turn=turn.index, field=name, start=start, end=length)
                marks[number] = mark._replace(span=span)
            made[name] = "".join((*parts, old[at:]))
        turns.append(turn_of(turn.index, made["speaker"], made["text"]))
    return Example(
        id=example.id,
        source=example.source,
        turns=tuple(turns),
        marks=tuple(mark for mark in marks if mark is not None),
    )
