"""A text in, passages of no more than usual length out; nothing that means something is cut.

A passage ends at the strongest break in its last quarter: an empty line, the end of a line
behind a mark, any line's end, the end of a sentence, a mark, a blank, whatever stands between
words. Only a run of sixteen thousand letters without any is cut in its midst: nobody is called
that. So passages need not overlap, and nothing is found twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.check.types import Passage

LONGEST = 1 << 16
"""Code points of a passage."""

_BLANK = "\0 \t\r\n\f\v\x1c\x1d\x1e\x1f\x85\xa0"
_WINDOW = LONGEST // 4
_BREAKS = tuple(
    map(
        re.compile,
        (
            r"\n\r?\n",
            r"[.!?;:,}\])>\"'][ \t\r]*\n",
            r"\n",
            r"[a-z]{3}[.!?][\"')\]]*\s|[\u3002\uff01\uff1f\r]",
            r"[;,:}\])>\"\uff0c\uff1b\u3001](?![\w.@-])",
            r"\s",
            r"[^\w.@+-]",
        ),
    )
)


def cut(
    text: str, *, inside: str = "", line: int = 1, column: int = 1, is_prose: bool = True
) -> Iterator[Passage]:
    """Yield the passages of a text that begins at a line (0: there are none) and a column."""
    at = 0
    while at < len(text):
        end = _end(text, at)
        piece = text[at:end]
        if piece.strip(_BLANK):
            yield Passage(text=piece, inside=inside, line=line, column=column, is_prose=is_prose)
        lines = piece.count("\n") if line else 0
        line += lines
        column = len(piece) - piece.rfind("\n") if lines else column + len(piece)
        at = end


def _end(text: str, at: int) -> int:
    end = at + LONGEST
    if end >= len(text):
        return len(text)
    for pattern in _BREAKS:
        if ends := [found.end() for found in pattern.finditer(text, end - _WINDOW, end)]:
            return ends[-1]
    return end
