"""The turns of ingested transcripts as keyed fingerprints: five in a row are known again anywhere.

A turn is told by its longest unit that is no set phrase; one without any is quiet. Turns are
numbered through all transcripts, and the numbers lie masked beside the fingerprints.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from corpus.check.guard.folding import Ruler, fold, pieces
from corpus.check.guard.hashing import Hash, Table, hasher
from corpus.check.guard.units import longest, units
from corpus.check.types import Passage
from corpus.errors import WorkspaceError

WINDOW = 5
"""Consecutive turns that are recognised."""

_CANDIDATES = 3
"""Units of a turn that may stand for it."""
_SET_PHRASE = 3
"""Transcripts that a unit is a set phrase from, which tells none of them."""
_FORGIVING = 4
"""Turns that are told by a unit in a window which from there on may lack one."""
_GAP = 8
_BITS = 24
_OUTSIDE, _QUIET, _TOLD = range(3)
_NONCE = 16
_LENGTH = 8
_PEEK = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Consecutive turns of a source that an item holds."""

    inside: str
    line: int
    column: int
    """Of the first of them, in reading order."""
    turns: int


class Sources:
    """What is known of the turns."""

    def __init__(self, table: Table, layout: bytes, key: bytes) -> None:
        self._table = table
        self._layout = layout
        self._key = key

    @classmethod
    def of(cls, transcripts: Iterable[Iterable[str]], key: bytes) -> Sources:
        """Make one of the texts of the turns of each transcript.

        Raises:
            WorkspaceError: there are more than sixteen million turns.
        """
        hashed = hasher(key, "turns")
        candidates = [
            [[hashed(unit) for unit in longest(fold(text))[:_CANDIDATES]] for text in texts]
            for texts in transcripts
        ]
        told_by = Counter(
            print_ for turns in candidates for print_ in {p for turn in turns for p in turn}
        )
        layout = bytearray()
        numbers: list[tuple[int, int]] = []
        times: Counter[int] = Counter()
        for turns in candidates:
            layout += bytes(_GAP)
            for turn in turns:
                unit = next((p for p in turn if told_by[p] < _SET_PHRASE), None)
                if unit is not None:
                    numbers.append((_again(hashed, unit, times[unit]), len(layout)))
                    times[unit] += 1
                layout.append(_QUIET if unit is None else _TOLD)
        layout += bytes(_GAP)
        if len(layout) >> _BITS:
            raise WorkspaceError(
                "the workspace holds more turns than a guard can tell apart",
                remedy="split it: a guard tells sixteen million",
            )
        return cls(Table.of(numbers, _BITS), _packed(layout), key)

    @classmethod
    def from_bytes(cls, data: bytes, key: bytes) -> Sources:
        """Return what `to_bytes` gave.

        Raises:
            ValueError: it is not of a length that this could have.
        """
        size = int.from_bytes(data[:_LENGTH], "big") * 8
        rest = data[_LENGTH + size :]
        if len(rest) < _NONCE:
            raise ValueError("too short")
        table = Table.from_bytes(data[_LENGTH : _LENGTH + size], _BITS)
        return cls(table, _masked(rest[_NONCE:], key, rest[:_NONCE]), key)

    def to_bytes(self) -> bytes:
        """Return it all as bytes: nothing but the number of turns is told without the key."""
        table = self._table.to_bytes()
        nonce = hashlib.blake2b(
            self._layout + table, digest_size=_NONCE, key=self._key, person=b"nonce"
        ).digest()
        masked = _masked(self._layout, self._key, nonce)
        return len(self._table).to_bytes(_LENGTH, "big") + table + nonce + masked

    def __len__(self) -> int:
        """Return the number of turns that are told by a unit."""
        return len(self._table)

    def watch(self) -> Watch:
        """Return what reads the passages of an item one by one."""
        return Watch(self)

    def found(self, passages: Iterable[Passage]) -> tuple[Hit, ...]:
        """Return where the passages of an item hold consecutive turns of a source."""
        watch = self.watch()
        for passage in passages:
            watch.feed(passage)
        return watch.done()

    def lookup(self) -> Lookup:
        """Return what tells the turns of a unit, for one thread."""
        return Lookup(self._table, hasher(self._key, "turns"))

    def windows(self, number: int) -> Iterator[tuple[range, list[int]]]:
        """Yield the windows that hold a turn, and which turns in each are told by a unit."""
        begin = number
        while number - begin < WINDOW - 1 and self._kind(begin - 1) != _OUTSIDE:
            begin -= 1
        end = number + 1
        while end - number < WINDOW and self._kind(end) != _OUTSIDE:
            end += 1
        for start in range(begin, max(begin, end - WINDOW) + 1):
            window = range(start, min(start + WINDOW, end))
            yield window, [n for n in window if self._kind(n) == _TOLD]

    def _kind(self, number: int) -> int:
        byte = number >> 2
        if byte >= len(self._layout):
            return _OUTSIDE
        return self._layout[byte] >> (number & 3) * 2 & 3


class Lookup:
    """Units in, numbers of turns out, each unit's once."""

    def __init__(self, table: Table, hashed: Hash) -> None:
        self._table = table
        self._hashed = hashed
        self._known: set[int] = set()

    def turns(self, unit: bytes) -> list[int]:
        """Return the turns that a unit stands for, if it was not asked for before."""
        print_ = self._hashed(unit)
        found = self._table.numbers(print_)
        if not found or print_ in self._known:
            return []
        self._known.add(print_)
        turns: list[int] = []
        while found:
            turns += found
            found = self._table.numbers(_again(self._hashed, print_, len(turns)))
        return turns


class Watch:
    """Reads an item's passages, and remembers which turns it saw."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._lookup = sources.lookup()
        self._seen: dict[int, tuple[int, str, int, int]] = {}

    def feed(self, passage: Passage) -> None:
        """Read a passage."""
        for piece in pieces(passage):
            folded = fold(piece.text)
            ruler = None
            for at, unit in units(folded):
                for turn in self._lookup.turns(unit):
                    ruler = ruler or Ruler(piece, folded)
                    place = ruler.place(ruler.offset(_first_word(folded, at)))
                    self._seen.setdefault(turn, (len(self._seen), piece.inside, *place))

    def done(self) -> tuple[Hit, ...]:
        """Return the runs of turns that were all there, in reading order."""
        covered = {
            number
            for seen in self._seen
            for window, told in self._sources.windows(seen)
            if self._is_covered(told)
            for number in window
        }
        hits = []
        for _, group in groupby(enumerate(sorted(covered)), lambda pair: pair[1] - pair[0]):
            run = [number for _, number in group]
            first = min(self._seen[number] for number in run if number in self._seen)
            hits.append((first, len(run)))
        return tuple(
            Hit(inside=inside, line=line, column=column, turns=turns)
            for (_, inside, line, column), turns in sorted(hits)
        )

    def _is_covered(self, told: list[int]) -> bool:
        found = sum(number in self._seen for number in told)
        return found >= len(told) - (len(told) >= _FORGIVING)


def _first_word(folded: bytes, at: int) -> int:
    blank = folded[at : at + _PEEK]
    return at + len(blank) - len(blank.lstrip())


def _again(hashed: Hash, print_: int, times: int) -> int:
    """Return the fingerprint of a unit that stands for so many turns already."""
    return hashed(b"\n%d %d" % (print_, times)) if times else print_


def _packed(layout: bytearray) -> bytes:
    layout += bytes(-len(layout) % 4)
    pairs = zip(layout[0::4], layout[1::4], layout[2::4], layout[3::4], strict=True)
    return bytes(a | b << 2 | c << 4 | d << 6 for a, b, c, d in pairs)


def _masked(data: bytes, key: bytes, nonce: bytes) -> bytes:
    """Lay a stream of the key over the data, or take it off again."""
    stream = hashlib.shake_256(b"corpus guard layout" + key + nonce).digest(len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")
