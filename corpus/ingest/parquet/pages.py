"""What the pages of a Parquet file unpack to, by their own headers.

The footer may claim anything; a page is unpacked into as many bytes as its header says.
"""

from __future__ import annotations

from collections.abc import Iterator

_UNPACKED, _PACKED = 2, 3
"""Fields of a page header: its size in bytes before and after it was packed."""
_FLAGS, _NUMBERS, _BINARY, _STRUCT = (1, 2), (4, 5, 6), 8, 12
"""What a page header is made of, by Thrift's compact protocol."""
_DEEPEST = 4
_WIDEST = 63


class BrokenPageError(Exception):
    """A page header that is none."""


def unpacked(content: bytes, start: int, end: int) -> Iterator[int]:
    """Yield the bytes that each page between start and end unpacks to.

    Raises:
        BrokenPageError: a page header cannot be read, or its page reaches beyond the file.
    """
    while start < end:
        header = _Header(content, start)
        sizes = header.numbers()
        size, packed = sizes.get(_UNPACKED, -1), sizes.get(_PACKED, -1)
        start = header.at + packed
        if size < 0 or packed < 0 or start > len(content):
            raise BrokenPageError
        yield size


class _Header:
    """Steps over a page header."""

    def __init__(self, content: bytes, at: int) -> None:
        self.at = at
        self._content = content

    def numbers(self, depth: int = 0) -> dict[int, int]:
        """Return the struct's fields that are whole numbers, and stand behind it."""
        found: dict[int, int] = {}
        number = 0
        while first := self._byte():
            step, kind = first >> 4, first & 15
            number = number + step if step else self._number()
            if kind in _NUMBERS:
                found[number] = self._number()
            elif kind == _BINARY:
                length = self._varint()
                self.at += length
            elif kind == _STRUCT and depth < _DEEPEST:
                self.numbers(depth + 1)
            elif kind not in _FLAGS:
                raise BrokenPageError
        return found

    def _byte(self) -> int:
        if not 0 <= self.at < len(self._content):
            raise BrokenPageError
        self.at += 1
        return self._content[self.at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 128:
            value |= (byte & 127) << shift
            shift += 7
            if shift > _WIDEST:
                raise BrokenPageError
        return value | byte << shift

    def _number(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)
