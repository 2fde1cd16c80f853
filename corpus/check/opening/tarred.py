"""Opens tar archives, member by member.

Whatever kind a member is of, what is stored for it is read, and what its headers hold.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from functools import partial
from tarfile import BLOCKSIZE, TarInfo

from corpus.check.opening import members, runs
from corpus.check.opening.content import Content, UnopenedError
from corpus.check.opening.members import Member
from corpus.check.types import Opened

_BROKEN = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError)
_SIZE = slice(124, 136)
"""How much follows a header."""
_TEXTS = (slice(100), slice(157, 257), slice(265, 329), slice(345, None))
"""Where texts stand in a header; between them are numbers."""
_OCTAL = re.compile(r"[0-7 ]+")
"""How numbers are written that some programs put where others have the beginning of a path."""
_NUMBERS = re.compile(rb"\d+ (?:[amc]time|size|[ug]id|LIBARCHIVE\.creationtime)=[\d.]+\n")


def opened(content: Content, kind: str) -> Opened:
    """Open an archive."""
    return members.opened(content, kind, _members(content))


def _members(content: Content) -> Iterator[Member]:
    """Yield the members; what cannot be read as one ends the archive, and is a problem."""
    data = content.data
    end = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as file:
            while (info := file.next()) is not None:
                start, last, end = info.offset_data, end, file.offset
                if not last < start <= end:
                    raise tarfile.TarError  # else some archives would never end
                notes = _notes(data[last:start], info)
                yield Member(info.name, partial(_read, data[start:end], info, content), notes)
            if data[end:].strip(b"\0"):
                raise tarfile.TarError
    except _BROKEN:
        yield Member("", _damaged)


def _notes(headers: bytes, info: TarInfo) -> tuple[str, ...]:
    """Return what the headers of a member hold: its own, and those that go before it."""
    texts = [info.linkname, info.uname, info.gname]
    at = 0
    while at < len(headers):
        header = headers[at : at + BLOCKSIZE]
        at += BLOCKSIZE
        more = headers[at : at + _size(header)] if at < len(headers) else b""
        at += -(-len(more) // BLOCKSIZE) * BLOCKSIZE
        held = b"\0".join(header[field] for field in _TEXTS)
        texts += (text for text in runs.texts(held) if not _OCTAL.fullmatch(text))
        texts += runs.texts(_NUMBERS.sub(b"", more))
    return tuple(texts)


def _size(header: bytes) -> int:
    field = header[_SIZE]
    if field[:1] >= b"\x80":
        return int.from_bytes(field[1:], "big")
    try:
        return max(0, int(field.strip(b"\0 ") or b"0", 8))
    except ValueError:
        return 0


def _read(stored: bytes, info: TarInfo, content: Content) -> bytes:
    """Return what is stored for a member, of whatever kind it is.

    Raises:
        UnopenedError: it is cut off, or something is stored behind it.
    """
    content.budget.spend(len(stored))
    if info.sparse is not None or not info.isreg():
        return stored.rstrip(b"\0")
    if not 0 <= info.size <= len(stored) or stored[info.size :].strip(b"\0"):
        raise UnopenedError("it is damaged")
    return stored[: info.size]


def _damaged() -> bytes:
    raise UnopenedError("the archive is damaged, or goes on behind its end")
