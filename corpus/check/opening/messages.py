"""What Arrow's messages say of themselves, read before anything in them is unpacked.

A buffer that is compressed begins with the size that it is unpacked into.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from corpus.check.opening import gaps
from corpus.check.opening.content import UnopenedError

_MAGIC = b"ARROW1\x00\x00"
_CONTINUES = 0xFFFFFFFF
_HEADER_TYPE, _HEADER, _BODY = 1, 2, 3
_DICTIONARY, _BATCH = 2, 3
_OF_DICTIONARY = 1
_LENGTH, _BUFFERS, _COMPRESSION = 0, 2, 3


class Message(NamedTuple):
    """A message of a stream."""

    metadata: bytes
    rows: int
    unpacked: int
    """Bytes that its buffers claim to unpack to."""
    beside: tuple[bytes, ...] = ()
    """What stands between its buffers."""


def start(data: bytes) -> int:
    """Return where the stream begins; a file holds one, too."""
    return len(_MAGIC) if data.startswith(_MAGIC) else 0


def messages(data: bytes) -> Iterator[Message]:
    """Yield the messages of a stream.

    Raises:
        UnopenedError: one cannot be read.
    """
    at = start(data)
    try:
        while at + 4 <= len(data):
            (size,) = struct.unpack_from("<I", data, at)
            at += 4
            if size == _CONTINUES:
                (size,) = struct.unpack_from("<I", data, at)
                at += 4
            if not size:
                _prove_end(data, at)
                return
            metadata = data[at : at + size]
            at += size
            message, body = _message(metadata, data, at)
            if not 0 <= body <= len(data) - at:
                raise UnopenedError("it is damaged or cut off")
            yield message
            at += body
    except (struct.error, ValueError):
        raise UnopenedError("it is damaged or cut off") from None


def _prove_end(data: bytes, at: int) -> None:
    """Make sure that nothing follows the end of a stream but the end of its file.

    Raises:
        UnopenedError: something does.
    """
    footer_ = len(footer(data)) + 4 + len(_MAGIC[:6]) if start(data) and is_whole(data) else 0
    if data[at : len(data) - footer_].strip(b"\0"):
        raise UnopenedError("it goes on behind its end")


def is_whole(data: bytes) -> bool:
    """Tell whether a file ends as it should; a stream may end behind any message."""
    return not start(data) or data.endswith(_MAGIC[:6])


def footer(data: bytes) -> bytes:
    """Return the end of a file, which says once more what it holds; nothing of a stream."""
    if not start(data) or not is_whole(data):
        return b""
    (size,) = struct.unpack_from("<I", data, len(data) - 10)
    return data[-10 - size : -10]


def _message(metadata: bytes, data: bytes, at: int) -> tuple[Message, int]:
    table = _Table(metadata, *struct.unpack_from("<I", metadata))
    body = table.number(_BODY, "<q")
    kind = table.number(_HEADER_TYPE, "<B")
    batch = table.table(_HEADER) if kind in (_DICTIONARY, _BATCH) else None
    if batch and kind == _DICTIONARY:
        batch = batch.table(_OF_DICTIONARY)
    if batch is None:
        return Message(metadata, 0, 0), body
    packed = batch.table(_COMPRESSION) is not None
    unpacked = 0
    buffers = list(batch.pairs(_BUFFERS))
    for offset, length in buffers:
        claim = struct.unpack_from("<q", data, at + offset)[0] if packed and length else -1
        unpacked += length if claim < 0 else claim
    rows = batch.number(_LENGTH, "<q")
    if rows < 0:
        raise ValueError
    claimed = [(offset, offset + length) for offset, length in buffers]
    beside = tuple(gaps.between(data[at : at + body], claimed)) if body >= 0 else ()
    return Message(metadata, rows, unpacked, beside), body


class _Table:
    """A table of a flatbuffer; a field's key is its number."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at
        (back,) = struct.unpack_from("<i", data, at)
        self._keys = at - back
        if self._keys < 0:
            raise ValueError
        (self._size,) = struct.unpack_from("<H", data, self._keys)

    def number(self, key: int, form: str) -> int:
        """Return a number; 0 where it is absent."""
        place = self._place(key)
        return int(struct.unpack_from(form, self._data, place)[0]) if place else 0

    def table(self, key: int) -> _Table | None:
        """Return a table within this one."""
        place = self._place(key)
        return _Table(self._data, place + self._offset(place)) if place else None

    def pairs(self, key: int) -> Iterator[tuple[int, int]]:
        """Yield structs of two long numbers."""
        place = self._place(key)
        if not place:
            return
        at = place + self._offset(place)
        for index in range(self._offset(at)):
            first, second = struct.unpack_from("<qq", self._data, at + 4 + 16 * index)
            if first < 0 or second < 0:
                raise ValueError
            yield first, second

    def _place(self, key: int) -> int:
        slot = 4 + 2 * key
        if slot + 2 > self._size:
            return 0
        (offset,) = struct.unpack_from("<H", self._data, self._keys + slot)
        return self._at + offset if offset else 0

    def _offset(self, at: int) -> int:
        return int(struct.unpack_from("<I", self._data, at)[0])
