"""Opens what is compressed as a whole: gzip, bzip2, xz."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from dataclasses import replace
from itertools import chain

from corpus.check import opening
from corpus.check.opening import runs
from corpus.check.opening.content import DEEPEST, Content, UnopenedError, label, problem, within
from corpus.check.types import Opened

_BROKEN = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)
_PIECE = 1 << 20
_HEADER = 1 << 9
"""Bytes at the beginning in which gzip notes a name and a comment, and xz what memory it needs."""
_MOST_MEMORY = 1 << 27
"""Bytes that xz may take for itself; at its highest level it asks for half of them."""
_NAMED = 0b11000
_FLAGS = 3
_ENDINGS = {"gz": "", "bz2": "", "xz": "", "tgz": ".tar", "tbz2": ".tar", "txz": ".tar"}


def opened(content: Content, kind: str) -> Opened:
    """Open what is compressed; where its end is damaged, what stands before it is read."""
    if content.depth >= DEEPEST:
        raise UnopenedError("archives lie too deep within one another")
    stem, _, ending = content.name.rpartition(".")
    name = stem + _ENDINGS[ending.lower()] if ending.lower() in _ENDINGS else content.name
    data, wrong = _unpacked(content, kind)
    one = opening.as_part(opening.opened(content.member(data, name)))
    place = label(name.replace("\\", "/").rpartition("/")[2], "unpacked")
    header = content.data[:_HEADER] if kind == "gzip" and content.data[_FLAGS] & _NAMED else b""
    return replace(
        one,
        kind=kind,
        passages=chain(runs.passages(header, "header"), within(place, one.passages)),
        problem=problem(filter(None, (wrong, one.problem))),
    )


def _unpacked(content: Content, kind: str) -> tuple[bytes, str]:
    """Return what it unpacks to, and what is wrong with the rest."""
    pieces: list[bytes] = []
    try:
        with _file(content.data, kind) as file:
            while piece := file.read1(_PIECE):
                content.budget.spend(len(piece))
                pieces.append(piece)
    except UnopenedError:
        raise
    except _BROKEN:
        return b"".join(pieces), "it is damaged or cut off"
    return b"".join(pieces), ""


def _file(data: bytes, kind: str) -> gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile:
    source = io.BytesIO(data)
    if kind == "gzip":
        return gzip.GzipFile(fileobj=source)
    if kind == "bzip2":
        return bz2.BZ2File(source)
    lzma.LZMADecompressor(memlimit=_MOST_MEMORY).decompress(data[:_HEADER], max_length=1)
    return lzma.LZMAFile(source)
