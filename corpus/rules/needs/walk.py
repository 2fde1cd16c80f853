"""A pattern in, what every match of it must hold out: words, or shapes.

A rule runs only where what it needs stands. What it needs is worked out from its pattern and never
stated, so that the two cannot part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from corpus.rules.needs import shapes, words
from corpus.rules.needs.chars import ALL, LETTERS
from corpus.rules.needs.known import Known, Need
from corpus.rules.needs.measures import alphabet, end, lines, looked_at, nearest, parts_of, width
from corpus.rules.needs.syntax import Alt, Look, Node, NotUnderstoodError, Rep, parse
from corpus.rules.needs.variants import LONGEST, Variant, barred, joined, some, variants

_RARE = 0.003
"""A cost that shapes need not be asked to beat."""
_FEW = 12
"""Words and shapes that are cheap to look for in a stretch."""
_MOST_ALSO = 3


def needs(pattern: str, *, ignore_case: bool) -> Known | None:
    """Return what every match of a pattern needs; None where that is not plain."""
    try:
        node = parse(pattern, ignore_case=ignore_case)
    except NotUnderstoodError:
        return None
    found = sorted(_Walk(parts_of(node), ALL, ALL).needs(), key=_cost)
    if not found:
        return None
    also: dict[int, Need] = {}
    for need in found:
        if need.place != found[0].place and len(need.words) + len(need.shapes) <= _FEW:
            also.setdefault(need.place, need)
    return Known(found[0], tuple(also.values())[:_MOST_ALSO], alphabet(node))


def _cost(need: Need) -> float:
    return need.cost


class _Walk:
    """Goes through parts that follow one another, and gathers what stands next to what."""

    def __init__(self, parts: tuple[Node, ...], left: int, right: int) -> None:
        self.parts = parts
        self.left = left
        """What may stand before them."""
        self.right = right
        """What may stand after them."""
        self.lines = [lines(part) for part in parts]
        self.begins = 0
        """The part that the row begins in."""
        self.row = _start(left)

    def needs(self) -> Iterator[Need]:
        """Yield what each match holds one of, in as many ways as there are."""
        for at, part in enumerate(self.parts):
            if isinstance(part, Look) and part.wanted:
                yield from self._looked(at, part)
                continue
            found = variants(part)
            longer = joined([self.row, found])
            if longer is not None:
                self.row = longer
            elif found is not None:
                yield from self._closed(at, self.row, self._after(at))
                self.begins = at
                self.row = found if self._before(at) & LETTERS else barred(found, first=True)
            else:
                yield from self._endless(at, part)
        yield from self._closed(len(self.parts), self.row, self.right)

    def _endless(self, at: int, part: Node) -> Iterator[Need]:
        """Go through a part that may be endlessly much."""
        before, after = self._before(at), self._after(at + 1)
        yield from self._inside(at, part, before, after)
        head, is_whole = some(part, forwards=True)
        longer = joined([self.row, head])
        beyond = after | end(part, forwards=True)[0] if is_whole else ALL
        yield from self._closed(at + 1, self.row if longer is None else longer, beyond)
        self.begins = at
        self.row, _ = some(part, forwards=False)
        if self.row == [()]:
            self.row = _start(nearest((part,), before, forwards=False))

    def _inside(self, at: int, part: Node, left: int, right: int) -> Iterator[Need]:
        if isinstance(part, Alt):
            ways = [
                min(_Walk(parts_of(way), left, right).needs(), key=_cost, default=None)
                for way in part.parts
            ]
            found = [way for way in ways if way is not None]
            if len(found) == len(ways):
                yield self._either(at, found)
        elif isinstance(part, Rep) and part.least:
            for need in _Walk(parts_of(part.part), ALL, ALL).needs():
                yield self._around(at, need)
            row = (alphabet(part.part),) * min(part.least * width(part.part), LONGEST)
            for need in shapes.needed([row]):
                yield self._around(at, need)

    def _looked(self, at: int, part: Look) -> Iterator[Need]:
        """Go through what must stand where the row has come to."""
        inner = variants(part.part)
        left, right = (self._before(at), ALL) if part.ahead else (ALL, self._after(at + 1))
        for need in _Walk(parts_of(part.part), left, right).needs():
            yield self._around(at, need)
        longer = joined([self.row, inner])
        if part.ahead and longer is not None:
            yield from self._closed(at + 1, longer, ALL)
        if not part.ahead and at == 0 and inner is not None:
            self.row = inner

    def _either(self, at: int, found: Sequence[Need]) -> Need:
        """Return what one of several needs is met by, each of another way to go."""
        return Need(
            words=frozenset().union(*(need.words for need in found)),
            shapes=frozenset().union(*(need.shapes for need in found)),
            cost=fsum(map(_cost, found)),
            before=self._reach_before(at) + max(need.before for need in found),
            after=self._reach_after(at + 1) + max(need.after for need in found),
            place=at,
        )

    def _around(self, at: int, need: Need) -> Need:
        """Return what is needed inside of a part, as a need of the whole."""
        before, after = self._reach_before(at + 1), self._reach_after(at)
        return need._replace(before=before, after=after, place=at)

    def _reach_before(self, at: int) -> int:
        """Return how many line breaks lie before a part in what all parts take and look at."""
        back = sum(looked_at(part, ahead=False) for part in self.parts[at:])
        return sum(self.lines[:at]) + back

    def _reach_after(self, at: int) -> int:
        ahead = sum(looked_at(part, ahead=True) for part in self.parts[:at])
        return sum(self.lines[at:]) + ahead

    def _closed(self, stop: int, row: list[Variant], after: int) -> Iterator[Need]:
        """Yield what a row that ends before a part makes needed."""
        whole = row if after & LETTERS else barred(row, first=False)
        found = list(words.needed(whole))
        if not any(need.cost < _RARE for need in found):
            found += shapes.needed(whole)
        for need in found:
            before, beyond = self._reach_before(stop), self._reach_after(self.begins)
            yield need._replace(before=before, after=beyond, place=self.begins)

    def _before(self, at: int) -> int:
        return nearest(self.parts[:at][::-1], self.left, forwards=False)

    def _after(self, at: int) -> int:
        return nearest(self.parts[at:], self.right, forwards=True)


def _start(before: int) -> list[Variant]:
    row: list[Variant] = [()]
    return row if before & LETTERS else barred(row, first=True)
