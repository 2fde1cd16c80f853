"""The turns of ingested transcripts as keyed fingerprints: five in a row are known again anywhere.

A turn is told by a few shingles, runs of words that are no set phrases; one without any is quiet.
Turns are numbered through all transcripts, and the numbers lie masked beside the fingerprints.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

from corpus.check.guard.hashing import Table, hasher
from corpus.check.guard.parts import parts
from corpus.check.guard.streams import At, Lookup, Stream, again
from corpus.check.guard.words import offset, shingles, words
from corpus.check.types import Passage
from corpus.errors import WorkspaceError

WINDOW = 5
"""Consecutive turns that are recognised."""

_SHORTEST = 16
"""Bytes that a shingle has at least which tells a turn, blanks between its words with them."""
_CHOSEN = 2
"""Shingles of a turn that may stand for it."""
_SET_PHRASE = 3
"""Transcripts from which on a shingle is a set phrase, which tells none of them."""
_FORGIVING = 4
"""Turns that are told in a window which from there on may lack one."""
_FEWEST = 2
"""Shingles of a window that are seen, at least: a quotation passes."""
_STEPS = (1, 2)
"""Every turn, and one speaker's alone."""
_ALONE = 3
"""Turns of one speaker that are recognised alone, where a transcript is short."""
_STREAMS = 256
"""Kinds of places whose last words are kept."""
_GAP = 8
_BITS = 24
_OUTSIDE, _QUIET, _TOLD = range(3)
_NONCE = 16
_LENGTH = 8


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
            [
                [hashed(run) for run in shingles(words(text))[1] if len(run) >= _SHORTEST]
                for text in texts
            ]
            for texts in transcripts
        ]
        told_by = Counter(p for turns in candidates for p in set(chain(*turns)))
        uses = Counter(p for turns in candidates for turn in turns for p in set(turn))
        layout = bytearray()
        numbers: list[tuple[int, int]] = []
        times: Counter[int] = Counter()
        for turns in candidates:
            layout += bytes(_GAP)
            for turn in turns:
                telling = [p for p in dict.fromkeys(turn) if told_by[p] < _SET_PHRASE]
                rarest = min((uses[p] for p in telling), default=0)
                chosen = _spread([p for p in telling if uses[p] == rarest])
                for print_ in chosen:
                    numbers.append((again(hashed, print_, times[print_]), len(layout)))
                    times[print_] += 1
                layout.append(_TOLD if chosen else _QUIET)
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
        """Return it all as bytes: without the key they tell no more than how many there are."""
        table = self._table.to_bytes()
        nonce = hashlib.blake2b(
            self._layout + table, digest_size=_NONCE, key=self._key, person=b"nonce"
        ).digest()
        masked = _masked(self._layout, self._key, nonce)
        return len(self._table).to_bytes(_LENGTH, "big") + table + nonce + masked

    def __len__(self) -> int:
        """Return the number of turns that are told."""
        return sum(self._kind(number) == _TOLD for number in range(4 * len(self._layout)))

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
        """Return what tells the turns of a shingle, for one thread."""
        return Lookup(self._table, hasher(self._key, "turns"))

    def tells(self, number: int) -> bool:
        """Say whether a turn is told; chance may bring a number that is none's."""
        return self._kind(number) == _TOLD

    def windows(self, number: int, step: int) -> Iterator[tuple[range, list[int]]]:
        """Yield the windows that hold a turn, every one or every second, and the told turns."""
        begin = number
        while number - begin < step * (WINDOW - 1) and self._kind(begin - step) != _OUTSIDE:
            begin -= step
        end = number + step
        while end - number < step * WINDOW and self._kind(end) != _OUTSIDE:
            end += step
        for start in range(begin, max(begin, end - step * WINDOW) + 1, step):
            window = range(start, min(start + step * WINDOW, end), step)
            if step == 1 or len(window) >= _ALONE:
                yield window, [n for n in window if self._kind(n) == _TOLD]

    def _kind(self, number: int) -> int:
        byte = number >> 2
        if byte >= len(self._layout):
            return _OUTSIDE
        return self._layout[byte] >> (number & 3) * 2 & 3


class Watch:
    """Reads an item's passages, and remembers which turns it saw."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._lookup = sources.lookup()
        self._streams: dict[str, Stream] = {}
        self._seen: dict[int, tuple[int, At]] = {}
        self._times: Counter[int] = Counter()

    def feed(self, passage: Passage) -> None:
        """Read a passage."""
        for kind, part in parts(passage):
            stream = self._streams.pop(kind, Stream())
            self._streams[kind] = stream  # now the last of them
            if len(self._streams) > _STREAMS:
                del self._streams[next(iter(self._streams))]
            for turn, at in stream.seen(part, self._lookup):
                if self._sources.tells(turn):
                    self._seen.setdefault(turn, (len(self._seen), at))
                    self._times[turn] += 1

    def done(self) -> tuple[Hit, ...]:
        """Return the runs of turns that were all there, in reading order."""
        covered = {
            number
            for seen in self._seen
            for step in _STEPS
            for window, told in self._sources.windows(seen, step)
            if self._is_covered(told)
            for number in range(window[0], window[-1] + 1)
        }
        hits = []
        for _, group in groupby(enumerate(sorted(covered)), lambda pair: pair[1] - pair[0]):
            run = [number for _, number in group]
            first, at = min(self._seen[number] for number in run if number in self._seen)
            hits.append((first, at, len(run)))
        return tuple(_hit(at, turns) for _, at, turns in sorted(hits))

    def _is_covered(self, told: list[int]) -> bool:
        found = [self._times[number] for number in told if number in self._seen]
        enough = len(told) - (len(told) >= _FORGIVING)
        return len(found) >= enough and sum(found) >= _FEWEST


def _hit(at: At, turns: int) -> Hit:
    text, passage = at.passage.text, at.passage
    start = offset(text, at.number)
    lines = text.count("\n", 0, start) if passage.line else 0
    column = start - text.rfind("\n", 0, start) if lines else passage.column + start
    return Hit(inside=passage.inside, line=passage.line + lines, column=column, turns=turns)


def _spread(prints: list[int]) -> list[int]:
    """Return a few, as far apart as they go."""
    last = len(prints) - 1
    few = min(_CHOSEN, len(prints)) - 1
    return [prints[last * n // few] for n in range(few + 1)] if few > 0 else prints


def _packed(layout: bytearray) -> bytes:
    layout += bytes(-len(layout) % 4)
    pairs = zip(layout[0::4], layout[1::4], layout[2::4], layout[3::4], strict=True)
    return bytes(a | b << 2 | c << 4 | d << 6 for a, b, c, d in pairs)


def _masked(data: bytes, key: bytes, nonce: bytes) -> bytes:
    """Lay a stream of the key over the data, or take it off again."""
    stream = hashlib.shake_256(b"corpus guard layout" + key + nonce).digest(len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")
