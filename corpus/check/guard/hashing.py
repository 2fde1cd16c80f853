"""Keyed fingerprints of 64 bits in a sorted table, each with a secret of a few bits in it."""

from __future__ import annotations

import hashlib
import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

Hash = Callable[[bytes], int]

_BYTES = 8
_BUCKET_BITS = 20
"""Upper bits by which most fingerprints are told to be absent, at once."""
_ABOVE = 8 * _BYTES - _BUCKET_BITS


def hasher(key: bytes, use: str) -> Hash:
    """Return the keyed hash of a use; those of two uses have nothing in common."""
    fresh = hashlib.blake2b(digest_size=_BYTES, key=key, person=use.encode())

    def hashed(words: bytes) -> int:
        state = fresh.copy()
        state.update(words)
        return int.from_bytes(state.digest(), "big")

    return hashed


class Table:
    """What is told by a fingerprint's upper bits; its lower ones hide a number.

    The number is laid over them, so that without the key nothing is told about it, nor whether two
    of them belong together.
    """

    def __init__(self, entries: array[int], secret: int) -> None:
        self._entries = entries
        self._low = (1 << secret) - 1

    @cached_property
    def _buckets(self) -> bytearray:
        """Where there are any, by their first bits: most that is asked for is not there."""
        buckets = bytearray(1 << _BUCKET_BITS)
        for entry in self._entries:
            buckets[entry >> _ABOVE] = 1
        return buckets

    @classmethod
    def of(cls, numbers: Iterable[tuple[int, int]], secret: int) -> Table:
        """Make one of fingerprints with their numbers, of so many bits."""
        return cls(array("Q", sorted(print_ ^ number for print_, number in numbers)), secret)

    @classmethod
    def from_bytes(cls, data: bytes, secret: int) -> Table:
        """Return what `to_bytes` gave.

        Raises:
            ValueError: it is not of a length that a table has.
        """
        entries = array("Q")
        entries.frombytes(data)
        return cls(_big_endian(entries), secret)

    def to_bytes(self) -> bytes:
        """Return the table as bytes, the same on every machine."""
        return _big_endian(self._entries[:]).tobytes()

    def __len__(self) -> int:
        return len(self._entries)

    def among(self, prints: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield those fingerprints that may be in it, with their numbers in the order given."""
        buckets = self._buckets
        for at, print_ in enumerate(prints):
            if buckets[print_ >> _ABOVE]:
                yield at, print_

    def numbers(self, print_: int) -> Sequence[int]:
        """Return the numbers that go with a fingerprint; chance may add one."""
        entries, low = self._entries, self._low
        first = end = bisect_left(entries, print_ & ~low)
        while end < len(entries) and entries[end] ^ print_ <= low:
            end += 1
        return [entry ^ print_ for entry in entries[first:end]] if end > first else ()


def _big_endian(entries: array[int]) -> array[int]:
    if sys.byteorder == "little":
        entries.byteswap()
    return entries
