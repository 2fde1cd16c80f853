"""A text whose stretches are written otherwise than they read in, its passages as they read out.

Nothing is told twice, and what stands around a stretch stays with it. Lines are true always.
Columns are true up to the end of the first such stretch of a line; where another follows on the
same line a passage of its own begins, so that its columns are true again.
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
    """Yield the passages of a text.

    Args:
        text: the text.
        views: stretches of it, in their order.
        inside: where the text is.
    """
    pieces: list[str] = []
    first = at = begin = 0
    line = 1
    for view in views:
        if pieces and text.find("\n", at, view.start) < 0:
            yield from cut("".join(pieces), inside=inside, line=line, column=first - begin + 1)
            pieces = []
            line += text.count("\n", first, at)
            begin = max(begin, text.rfind("\n", first, at) + 1)
            first = at
        pieces += (text[at : view.start], view.text)
        at = view.end
    pieces.append(text[at:])
    yield from cut("".join(pieces), inside=inside, line=line, column=first - begin + 1)
