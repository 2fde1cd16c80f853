"""Thrift's compact protocol, in which Parquet keeps what it says of itself."""

from __future__ import annotations

from mmap import mmap
from typing import Any

Buffer = bytes | mmap
"""What a file holds, read or mapped into memory."""

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _STRUCT = 1, 2, 3, 7, 8, 12
_NUMBERS, _LISTS = (4, 5, 6), (9, 10)
_LONG = 15
"""What stands for the length of a list that is too long for half a byte."""
_DEEPEST = 12
_WIDEST = 63


class BrokenError(Exception):
    """Bytes that hold no struct."""


class Reader:
    """Reads structs from bytes; a field's key is its number."""

    def __init__(self, content: Buffer, at: int) -> None:
        self.at = at
        """Where the next byte stands."""
        self._content = memoryview(content)

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Return the struct that begins here, and stand behind it.

        Raises:
            BrokenError: there is none, or it says one thing twice.
        """
        if depth > _DEEPEST:
            raise BrokenError
        fields: dict[int, Any] = {}
        key = 0
        while first := self._byte():
            key = key + (first >> 4) if first >> 4 else self._number()
            if key in fields:
                raise BrokenError
            kind = first & 15
            fields[key] = kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if kind in _NUMBERS:
            return self._number()
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in _LISTS:
            return self._list(depth + 1)
        if kind == _BINARY:
            return self._take(self._varint())
        if kind in (_TRUE, _FALSE, _BYTE):
            return self._byte()
        if kind == _DOUBLE:
            return self._take(8)
        raise BrokenError

    def _list(self, depth: int) -> list[Any]:
        if depth > _DEEPEST:
            raise BrokenError
        first = self._byte()
        length = self._varint() if first >> 4 == _LONG else first >> 4
        return [self._value(first & 15, depth) for _ in range(length)]

    def _take(self, length: int) -> memoryview:
        if length > len(self._content) - self.at:
            raise BrokenError
        self.at += length
        return self._content[self.at - length : self.at]

    def _byte(self) -> int:
        if not 0 <= self.at < len(self._content):
            raise BrokenError
        self.at += 1
        return self._content[self.at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 128:
            value |= (byte & 127) << shift
            shift += 7
            if shift > _WIDEST:
                raise BrokenError
        return value | byte << shift

    def _number(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)
