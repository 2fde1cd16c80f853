"""Two sequences -> which of their members are the same, by fewest edits; pure, bounded in time.

Both functions give the same pairs whichever sequence comes first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from itertools import takewhile
from typing import Any

Pairs = list[tuple[int, int]]
"""Positions of the same member in both sequences, ascending in both."""

MOST_EDITS = 1000
"""Beyond so many, the work (it grows with their square) is done piece by piece, or not at all."""

_Align = Callable[[list[Any], list[Any]], Pairs]


def _either_way(align: _Align) -> _Align:
    """Let the order of the sequences decide no tie."""

    @wraps(align)
    def symmetric(a: list[Any], b: list[Any]) -> Pairs:
        return align(a, b) if a <= b else [(i, j) for j, i in align(b, a)]

    return symmetric


@_either_way
def unique(a: list[Any], b: list[Any]) -> Pairs:
    """Pair the members that stand once in each sequence, as many as are in the same order.

    What stands twice could be paired with the wrong one, and is left out.
    """
    there = _once(b)
    shared = [(i, there[member]) for member, i in _once(a).items() if member in there]
    ends: list[int] = []  # by the length of a run: the smallest position in b that one ends at
    last: list[int] = []  # and which pair that is
    before: list[int | None] = []
    for index, (_, j) in enumerate(shared):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else None)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [index]
    return list(_chain(shared, before, last[-1] if last else None))[::-1]


def _once(members: Sequence[Any]) -> dict[Any, int]:
    counts = Counter(members)
    return {member: i for i, member in enumerate(members) if counts[member] == 1}


def _chain(shared: Pairs, before: list[int | None], index: int | None) -> Iterator[tuple[int, int]]:
    while index is not None:
        yield shared[index]
        index = before[index]


@_either_way
def closest(a: list[str], b: list[str]) -> Pairs:
    """Pair members by fewest insertions and deletions.

    Where those are more than `MOST_EDITS`, between runs of three that stand once in each;
    what is too different there as well has no pairs.
    """
    found = _shortest(a, b)
    if found is not None:
        return found
    fixed = unique(_threes(a), _threes(b))
    between = (
        (i + x, j + y)
        for i, i_end, j, j_end in gaps(fixed, len(a), len(b))
        for x, y in _shortest(a[i:i_end], b[j:j_end]) or []
    )
    return sorted([*fixed, *between])


def _threes(members: Sequence[str]) -> list[tuple[str, str, str]]:
    return list(zip(members, members[1:], members[2:], strict=False))


def gaps(pairs: Pairs, length_a: int, length_b: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield what lies before each pair, and after the last: start and end in a, then in b."""
    start_a = start_b = 0
    for i, j in [*pairs, (length_a, length_b)]:
        yield start_a, i, start_b, j
        start_a, start_b = i + 1, j + 1


def _shortest(a: Sequence[str], b: Sequence[str]) -> Pairs | None:
    """Return the pairs of a shortest edit script, None where it has too many edits."""
    head = _shared(a, b)
    tail = _shared(a[head:][::-1], b[head:][::-1])
    middle = _myers(a[head : len(a) - tail], b[head : len(b) - tail])
    if middle is None:
        return None
    return [
        *((i, i) for i in range(head)),
        *((head + i, head + j) for i, j in middle),
        *((len(a) - i, len(b) - i) for i in range(tail, 0, -1)),
    ]


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _myers(a: Sequence[str], b: Sequence[str]) -> Pairs | None:
    """Myers, An O(ND) Difference Algorithm (1986): how far each diagonal reaches by d edits."""
    most = min(len(a) + len(b), MOST_EDITS)
    if abs(len(a) - len(b)) > most:
        return None
    reach = [0] * (2 * most + 3)  # diagonal k (x - y) at k + most + 1
    origin, trace = most + 1, []
    for d in range(most + 1):
        trace.append(reach[origin - d - 1 : origin + d + 2])
        for k in range(-d, d + 1, 2):
            is_down = _is_down(reach, origin, d, k)
            x = reach[origin + k + 1] if is_down else reach[origin + k - 1] + 1
            while x < len(a) and x - k < len(b) and a[x] == b[x - k]:
                x += 1
            reach[origin + k] = x
            if x >= len(a) and x - k >= len(b):
                return _walked(trace, len(a), len(b))
    return None


def _is_down(reach: Sequence[int], origin: int, d: int, k: int) -> bool:
    """Tell whether the d-th edit comes to the diagonal from the one above, by an insertion."""
    return k == -d or (k != d and reach[origin + k - 1] < reach[origin + k + 1])


def _walked(trace: Sequence[Sequence[int]], x: int, y: int) -> Pairs:
    """Return the pairs on the way back from the end."""
    pairs: Pairs = []
    for d in range(len(trace) - 1, -1, -1):
        k = x - y
        is_down = _is_down(trace[d], d + 1, d, k)
        start = trace[d][d + 1 + k + 1] if is_down else trace[d][d + 1 + k - 1] + 1
        pairs += [(i, i - k) for i in range(x - 1, start - 1, -1)]
        x, y = (start, start - k - 1) if is_down else (start - 1, start - k)
    return pairs[::-1]
