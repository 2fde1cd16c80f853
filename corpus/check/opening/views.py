"""Stretches of a text that are written otherwise than they read, each a passage of its own.

They are read in the place where they stand, and blanked in the rest of the text, so that
nothing is told twice. Their first column is true; behind an escape, columns are as they read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus.check.opening.passages import cut
from corpus.check.types import Passage

BREAK = "\r"
"""How the end of a line reads that is no end of a line in the file."""


class View(NamedTuple):
    """A stretch of a text, as it reads; it has as many line ends as the stretch."""

    start: int
    end: int
    text: str


def passages(text: str, views: Iterable[View], *, inside: str = "") -> Iterator[Passage]:
    """Yield the passages of a text: first what reads as it is written, then its views.

    Args:
        text: the text.
        views: stretches of it, in their order.
        inside: where the text is.
    """
    found = list(views)
    yield from cut(_without(text, found), inside=inside)
    at, line, begin = 0, 1, 0
    for view in found:
        line += text.count("\n", at, view.start)
        begin = max(begin, text.rfind("\n", at, view.start) + 1)
        at = view.start
        yield from cut(view.text, inside=inside, line=line, column=at - begin + 1)


def _without(text: str, views: list[View]) -> str:
    if not views:
        return text
    pieces, at = [], 0
    for view in views:
        pieces.append(text[at : view.start])
        lines = text[view.start : view.end].split("\n")
        pieces.append("\n".join(" " * len(line) for line in lines))
        at = view.end
    pieces.append(text[at:])
    return "".join(pieces)
