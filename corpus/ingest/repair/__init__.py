"""Text in, the same text put right out, with the way back to every code point."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.ingest.repair.compatibility import styled
from corpus.ingest.repair.composition import in_pieces
from corpus.ingest.repair.edits import Edit, applied, between, moved
from corpus.ingest.repair.entities import entities
from corpus.ingest.repair.homoglyphs import homoglyphs
from corpus.ingest.repair.invisible import controls, invisible
from corpus.ingest.repair.mojibake import mojibake
from corpus.ingest.repair.space import line_ends, odd_space
from corpus.model import Segment, SourceMap
from corpus.rules.placeholders import PLACEHOLDER

_ODD = re.compile("[^\t\n -~\u2013\u2014\u2018\u2019\u201c\u201d\u2026]|&[#A-Za-z]")
"""What ordinary text in ASCII, typographic marks included, has none of."""

_ROUNDS = 20
"""Two are usual: one that finds something, and one that does not."""

_Steps = tuple[tuple[str, Callable[[str], Iterator[Edit]]], ...]
_FIRST: _Steps = (("line_ends", line_ends), ("entities", entities))
_THEN: _Steps = (
    ("mojibake", mojibake),
    ("spaces", odd_space),
    ("controls", controls),
    ("invisible", invisible),
    ("compatibility", in_pieces),
    ("compatibility", styled),
    ("homoglyphs", homoglyphs),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A text after repair; its segments cover it without gaps."""

    text: str = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    counts: Counter[str]
    """How often each kind of repair was made, by its name in `corpus.model.Repairs`."""

    @property
    def placeholders(self) -> int:
        """Count the placeholders that stand in the text."""
        return len(PLACEHOLDER.findall(self.text))

    def cut(self, start: int, end: int, at: int = 0) -> tuple[str, SourceMap]:
        """Return text[start:end], stripped, and its way back to the source.

        Args:
            start: where the piece begins in the repaired text.
            end: where it ends.
            at: where this text begins in the source that the map shall lead to.
        """
        piece = self.part(start, end)
        return piece.text, SourceMap(segments=tuple(moved(s, 0, at) for s in piece.segments))

    def part(self, start: int, end: int) -> Repaired:
        """Return text[start:end], stripped, as a text of its own; the whole keeps the counts."""
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        piece = piece.strip()
        inside = between(self.segments, start, start + len(piece))
        segments = tuple(moved(s, -start) for s in inside)
        return Repaired(text=piece, segments=segments, counts=Counter())

    def edited(self, edits: Sequence[Edit]) -> Repaired:
        """Return the text with each edit made; its segments still lead to the source."""
        text, segments = applied(self.text, self.segments, edits)
        return replace(self, text=text, segments=segments)


def repair(text: str) -> Repaired:
    """Return the text as it reads, spelt in one way only.

    One repair may bring to light what another one mends, so that they go round until
    nothing is odd any more; entities alone are decoded once.
    """
    segments: tuple[Segment, ...] = (Segment(0, len(text), 0, len(text)),) if text else ()
    counts: Counter[str] = Counter()
    for steps in (_FIRST, *[_THEN] * _ROUNDS) if _ODD.search(text) else ():
        before = counts.total()
        for name, step in steps:
            if edits := list(step(text)):
                text, segments = applied(text, segments, edits)
                counts[name] += len(edits)
        if steps is _THEN and counts.total() == before:
            break
    return Repaired(text=text, segments=segments, counts=counts)
