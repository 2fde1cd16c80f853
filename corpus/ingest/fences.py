"""Text in, the ranges of its fenced code blocks out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

_FENCE = re.compile(
    r"^(?P<lead>[^`~\n]*[:\uff1a][*_]*[ \t]+|[ ]{0,3})(?P<mark>`{3,}|~{3,})[^`\n]*$", re.MULTILINE
)


def blocks(text: str, labels: Sequence[int]) -> list[tuple[int, int]]:
    """Return the ranges between fences that belong together.

    A fence that was never closed must not pair with one in a later turn. Ranges in
    which speakers seem to change (a label starts there) therefore have to look like a
    block: text right after the opening fence, a blank line after the closing one.

    Args:
        text: the transcript.
        labels: where lines start that look like a change of speaker, in order.
    """
    if "```" not in text and "~~~" not in text:
        return []
    fences = list(_FENCE.finditer(text))
    found, i = [], 0
    while i + 1 < len(fences):
        opening, closing = fences[i], fences[i + 1]
        start, end = opening.end(), closing.start()
        crossed = bisect_left(labels, end) > bisect_right(labels, start)
        if closing["lead"].strip() or (crossed and not _looks_whole(text, opening, closing)):
            i += 1
            continue
        found.append((start, closing.end()))
        i += 2
    return found


def _looks_whole(text: str, opening: re.Match[str], closing: re.Match[str]) -> bool:
    below_opening, below_closing = (
        text[fence.end() + 1 :].split("\n", 1)[0].strip() for fence in (opening, closing)
    )
    opens = bool(opening["lead"].strip() or below_opening)
    return opens and not below_closing and opening["mark"][0] == closing["mark"][0]


class Ranges:
    """Tells whether a place lies in any of some ranges."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(ranges)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def __contains__(self, place: int) -> bool:
        i = bisect_right(self._starts, place) - 1
        return i >= 0 and place < self._ends[i]
