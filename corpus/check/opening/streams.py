"""Bytes of gzip, bzip2 or xz in, what they unpack to out: all streams, one behind the other."""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from typing import NamedTuple

from corpus.check.opening.content import Budget

_BROKEN = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)
_MOST = 100_000
_PIECE = 1 << 20
_READ = 1 << 16
_MOST_MEMORY = 1 << 27
"""Bytes that xz may take for itself; at its highest level it asks for half of them."""
_GZIP = 16 + zlib.MAX_WBITS
_HEAD, _FLAGS = 10, 3
_EXTRA, _NAMES = 0b100, (0b1000, 0b10000)
_ZEROS = re.compile(rb"\0*+")
_Engine = bz2.BZ2Decompressor | lzma.LZMADecompressor


class Unpacked(NamedTuple):
    """What streams unpack to."""

    data: bytes
    heads: bytes
    """What gzip notes of them: names, comments."""
    problem: str
    """What is wrong with the rest."""


def unpacked(data: bytes, kind: str, budget: Budget) -> Unpacked:
    """Unpack all streams; where one is damaged, what stands before that counts.

    Raises:
        UnopenedError: they come to more than is read.
    """
    pieces: list[bytes] = []
    heads: list[bytes] = []
    at, count, wrong = 0, 0, ""
    while not wrong and at < len(data):
        try:
            if kind == "gzip":
                heads.append(_head(data, at))
            at = _stream(data, at, kind, pieces, budget)
        except _BROKEN:
            wrong = "it is damaged or cut off"
            if count:
                wrong += ", or goes on behind its end"
        count += 1
        if count > _MOST:
            wrong = f"it has more than {_MOST:,} streams"
        if zeros := _ZEROS.match(data, at):
            at = zeros.end()
    return Unpacked(b"".join(pieces), b"\0".join(heads), wrong)


def _stream(data: bytes, at: int, kind: str, pieces: list[bytes], budget: Budget) -> int:
    """Unpack the stream that begins at a place, and return where it ends."""
    if kind == "gzip":
        return _deflated(data, at, pieces, budget)
    engine: _Engine = (
        bz2.BZ2Decompressor()
        if kind == "bzip2"
        else lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)
    )
    while not engine.eof:
        given = data[at : at + _READ] if engine.needs_input else b""
        if engine.needs_input and not given:
            raise EOFError
        at += len(given)
        _take(engine.decompress(given, _PIECE), pieces, budget)
    return at - len(engine.unused_data)


def _deflated(data: bytes, at: int, pieces: list[bytes], budget: Budget) -> int:
    engine = zlib.decompressobj(_GZIP)
    given = piece = b""
    while not engine.eof:
        given = engine.unconsumed_tail
        if not given and len(piece) < _PIECE:
            given = data[at : at + _READ]
            if not given:
                raise EOFError
            at += len(given)
        piece = engine.decompress(given, _PIECE)
        _take(piece, pieces, budget)
    return at - len(engine.unused_data)


def _take(piece: bytes, pieces: list[bytes], budget: Budget) -> None:
    budget.spend(len(piece))
    if piece:
        pieces.append(piece)


def _head(data: bytes, at: int) -> bytes:
    """Return what the head of a gzip stream notes.

    Raises:
        ValueError: it does not end.
    """
    flags = int.from_bytes(data[at + _FLAGS : at + _FLAGS + 1], "little")
    start = end = at + _HEAD
    if flags & _EXTRA:
        end += 2 + int.from_bytes(data[end : end + 2], "little")
    for name in _NAMES:
        if flags & name:
            end = data.index(b"\0", end) + 1
    return data[start:end]
