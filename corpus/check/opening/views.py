"""A text whose stretches are written otherwise than they read in, its passages as they read out.

Nothing is told twice, and what stands around a stretch stays with it. Lines are true always.
Columns are true up to the end of the first such stretch of a line; where another follows on the
same line a passage of its own begins, so that its columns are true again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from corpus.check.opening.passages import cut
from corpus.check.types import Passage

BREAK = "\r"
"""How the end of a line reads that is no end of a line in the file."""

_MOST = 1 << 20
"""Characters that are gathered before they are told."""
_BLOCK = 1 << 16
_MOST_SPLITS = 10_000
"""Passages that are made for the sake of columns; the others are of usual length."""


class View(NamedTuple):
    """A stretch of a text, as it reads; it has as many line ends as the stretch."""

    start: int
    end: int
    text: str


def passages(text: str, views: Iterable[View], *, inside: str = "") -> Iterator[Passage]:
    """Yield the passages of a text.

    Args:
        text: the text.
        views: stretches of it, in their order.
        inside: where the text is.
    """
    told = _Told(text, inside)
    for view in views:
        if told.is_apart(view.start) or told.size > _MOST:
            yield from told.out()
        told.add(view)
    yield from told.out(is_end=True)


def blocks(text: str, seam: re.Pattern[str], read: Callable[[str], str]) -> Iterator[View]:
    """Yield a whole text in large stretches: where the small ones in it are too many.

    Args:
        text: the text.
        seam: what a stretch may end with.
        read: returns how a stretch reads.
    """
    at = 0
    while at < len(text):
        found = seam.search(text, at + _BLOCK, at + 2 * _BLOCK)
        end = found.end() if found else min(len(text), at + 2 * _BLOCK)
        yield View(at, end, read(text[at:end]))
        at = end


class _Told:
    """What was read of a text and is not yet told."""

    def __init__(self, text: str, inside: str) -> None:
        self.size = 0
        """Characters of it."""
        self._text = text
        self._inside = inside
        self._pieces: list[str] = []
        self._first = self._at = 0
        """Where it begins and ends, in the text."""
        self._line = self._column = 1
        self._splits = 0

    def is_apart(self, start: int) -> bool:
        """Tell whether a stretch lies on the line of the last one, but not close to it."""
        return (
            bool(self._pieces)
            and self._at < start
            and self._splits < _MOST_SPLITS
            and self._text.find("\n", self._at, start) < 0
        )

    def add(self, view: View) -> None:
        """Take the next stretch, and what stands before it."""
        before = self._text[self._at : view.start]
        self._pieces += (before, view.text)
        self.size += len(before) + len(view.text)
        self._at = view.end

    def out(self, *, is_end: bool = False) -> Iterator[Passage]:
        """Tell it; up to the last end of a line in it, if it is much."""
        text, first, at = self._text, self._first, self._at
        self._splits += 1
        if is_end:
            self._pieces.append(text[at:])
        read = "".join(self._pieces)
        end = text.rfind("\n", first, at) + 1 if self.size > _MOST and not is_end else 0
        kept = read.rfind("\n") + 1 if end else len(read)
        yield from cut(read[:kept], inside=self._inside, line=self._line, column=self._column)
        self._pieces = [read[kept:]] if end else []
        self.size = len(read) - kept
        begun = text.rfind("\n", first, end or at) + 1
        self._line += text.count("\n", first, end or at)
        self._column = (end or at) - begun + 1 if begun else self._column + at - first
        self._first = end or at
