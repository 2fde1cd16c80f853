"""Words that read on from passage to passage, and the turns that runs of them stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corpus.check.guard.hashing import Hash, Table
from corpus.check.guard.words import TOGETHER, shingles, words
from corpus.check.types import Passage


class Lookup:
    """Shingles in, numbers of turns out, each shingle's once."""

    def __init__(self, table: Table, hashed: Hash) -> None:
        self._table = table
        self._hashed = hashed
        self._known: set[int] = set()

    def turns(self, runs: Iterable[bytes]) -> Iterator[tuple[int, int]]:
        """Yield the turns that shingles stand for which were not asked for before.

        With each goes which of the shingles it is.
        """
        for at, print_ in self._table.among(map(self._hashed, runs)):
            if print_ not in self._known:
                self._known.add(print_)
                times = 0
                while found := self._table.numbers(again(self._hashed, print_, times)):
                    yield from ((at, number) for number in found)
                    times += len(found)


class At(NamedTuple):
    """A word of a passage."""

    passage: Passage
    number: int


class Stream:
    """The words of one kind of place, of which the last are kept: shingles cross passages."""

    def __init__(self) -> None:
        self._words: list[bytes] = []
        self._places: list[At] = []

    def seen(self, passage: Passage, lookup: Lookup) -> Iterator[tuple[int, At]]:
        """Yield the turns that shingles in the next passage stand for, with where these begin."""
        read = words(passage.text)
        before = len(self._words)
        line = self._words + read
        starts, runs = shingles(line)
        for at, turn in lookup.turns(runs):
            start = starts[at]
            yield turn, At(passage, start - before) if start >= before else self._places[start]
        last = range(max(0, len(read) - TOGETHER + 1), len(read))
        self._words = line[1 - TOGETHER :]
        self._places = [*self._places, *(At(passage, n) for n in last)][1 - TOGETHER :]


def again(hashed: Hash, print_: int, times: int) -> int:
    """Return the fingerprint of a shingle that stands for so many turns already."""
    return hashed(b"\n%d %d" % (print_, times)) if times else print_
