"""Places in a text in, the stretches around them that a rule may look at out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from corpus.rules.needs.chars import ALL, seen
from corpus.rules.needs.known import Known
from corpus.rules.tables import members

Stretch = tuple[int, int]

APART = 1 << 12
"""Characters to a stretch from which on each is looked at by itself, not the text as a whole."""
_BREAKS = re.compile(r"\n(?:[^\S\n]*\n)*")
"""Line breaks with nothing but spaces between them."""
_WIDE = 48
"""Characters of a stretch from which on it pays to look for an end within its lines."""


class Reach(NamedTuple):
    """How far from what it needs a rule may look."""

    before: int
    after: int
    ends: bytes | None
    """Makes nought of the bytes that it never passes; None where there are none."""

    @classmethod
    def of(cls, one: Known) -> Reach:
        """Return the reach of what is known of a pattern."""
        never = bytearray(b"\1" * 256)
        for byte in members(ALL & ~seen(one.chars)):
            never[byte] = 0
        return cls(one.need.before, one.need.after, bytes(never) if b"\0" in never else None)


class Lines:
    """The lines of a text, and the stretches in terms of them."""

    def __init__(self, text: str, data: bytes) -> None:
        self.data = data
        found = [match.span() for match in _BREAKS.finditer(text)]
        self.starts = [start for start, _ in found]
        self.ends = [end for _, end in found]

    def around(self, hits: list[int], reach: Reach) -> list[Stretch]:
        """Return the stretches around hits; those that touch are one."""
        is_worth_it = reach.ends is not None and len(hits) * APART > len(self.data)
        shown = self.data.translate(reach.ends) if is_worth_it else None
        stretches: list[Stretch] = []
        same = 0
        for hit in hits:
            if hit < same:
                continue
            start, end = self._lines(hit, reach)
            line = bisect_left(self.starts, hit)
            same = self.starts[line] if line < len(self.starts) else len(self.data)
            if reach.ends is not None and end - start >= _WIDE:
                if shown is None:
                    start = _last(self.data, start, hit, reach.ends)
                    end = _first(self.data, hit, end, reach.ends)
                else:
                    found = shown.rfind(b"\0", start, hit)
                    start = found if found >= 0 else start
                    found = shown.find(b"\0", hit, end)
                    end = found + 1 if found >= 0 else end
                same = min(same, end - 1)
            while stretches and start <= stretches[-1][1]:
                before = stretches.pop()
                start, end = min(start, before[0]), max(end, before[1])
            stretches.append((start, end))
        return stretches

    def throughout(self, hits: list[int], reach: Reach) -> list[Stretch]:
        """Return one stretch around all hits."""
        return [(self._lines(hits[0], reach)[0], self._lines(hits[-1], reach)[1])]

    def _lines(self, hit: int, reach: Reach) -> Stretch:
        """Return the lines that may be looked at around a hit, with the breaks around them."""
        first = bisect_right(self.ends, hit) - 1 - reach.before
        last = bisect_left(self.starts, hit) + reach.after
        return (
            self.starts[first] if first >= 0 else 0,
            self.ends[last] if last < len(self.ends) else len(self.data),
        )


def _last(data: bytes, start: int, end: int, ends: bytes) -> int:
    """Return where the last byte that is never passed stands; the start if there is none."""
    step = _WIDE
    while end > start:
        middle = max(start, end - step)
        found = data[middle:end].translate(ends).rfind(b"\0")
        if found >= 0:
            return middle + found
        end = middle
        step *= 2
    return start


def _first(data: bytes, start: int, end: int, ends: bytes) -> int:
    """Return where the first byte that is never passed has ended; the end if there is none."""
    step = _WIDE
    while start < end:
        middle = min(end, start + step)
        found = data[start:middle].translate(ends).find(b"\0")
        if found >= 0:
            return start + found + 1
        start = middle
        step *= 2
    return end
