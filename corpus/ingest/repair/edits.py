"""Edits of a text, laid upon each other with the way back to where all began."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.model import Segment


class Edit(NamedTuple):
    """What shall stand in place of text[start:end], which is not empty; "" drops it."""

    start: int
    end: int
    new: str


def applied(
    text: str, segments: Sequence[Segment], edits: Sequence[Edit]
) -> tuple[str, tuple[Segment, ...]]:
    """Return the text after the edits, which are in order and apart, and its way back."""
    made: list[Segment] = []
    pieces: list[str] = []
    at = 0
    for edit, following in pairwise((Edit(0, 0, ""), *edits, Edit(len(text), len(text), ""))):
        if edit.new:
            origin = list(between(segments, edit.start, edit.end))
            stop = at + len(edit.new)
            made.append(Segment(at, stop, origin[0].source_start, origin[-1].source_end))
            at = stop
        kept = between(segments, edit.end, following.start)
        made.extend(moved(segment, at - edit.end) for segment in kept)
        at += following.start - edit.end
        pieces += (edit.new, text[edit.end : following.start])
    return "".join(pieces), tuple(made)


def between(segments: Sequence[Segment], start: int, end: int) -> Iterator[Segment]:
    """Yield the parts of the segments that make up text[start:end]."""
    index = bisect_right(segments, start, key=lambda s: s.end)
    while start < end and index < len(segments) and segments[index].start < end:
        yield _clip(segments[index], start, end)
        index += 1


def moved(segment: Segment, by: int, source_by: int = 0) -> Segment:
    """Return the segment further on in the text, and in the source."""
    start, end, source_start, source_end = segment
    return Segment(start + by, end + by, source_start + source_by, source_end + source_by)


def _clip(segment: Segment, start: int, end: int) -> Segment:
    low, high = max(segment.start, start), min(segment.end, end)
    if segment.end - segment.start != segment.source_end - segment.source_start:
        return segment._replace(start=low, end=high)
    shift = segment.source_start - segment.start
    return Segment(low, high, low + shift, high + shift)
