"""Opens tar archives, member by member."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from functools import partial

from corpus.check.opening import members
from corpus.check.opening.content import Content, UnopenedError
from corpus.check.opening.members import Member
from corpus.check.types import Opened

_BROKEN = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError)


def opened(content: Content, kind: str) -> Opened:
    """Open an archive."""
    return members.opened(content, kind, _members(content))


def _members(content: Content) -> Iterator[Member]:
    """Yield the members; what cannot be read as one ends the archive, and is a problem."""
    last = -1
    try:
        with tarfile.open(fileobj=io.BytesIO(content.data), mode="r:") as file:
            while (info := file.next()) is not None:
                if info.offset_data <= last:  # else some archives would never end
                    raise tarfile.TarError
                last = info.offset_data
                yield Member(info.name, partial(_read, file, info, content), _notes(info))
            if content.data[file.offset :].strip(b"\0"):
                raise tarfile.TarError
    except _BROKEN:
        yield Member("", _damaged)


def _notes(info: tarfile.TarInfo) -> tuple[str, ...]:
    headers = (text for key, text in info.pax_headers.items() if key != "path")
    return (info.linkname, info.uname, info.gname, *headers)


def _read(file: tarfile.TarFile, info: tarfile.TarInfo, content: Content) -> bytes:
    if not info.isreg():
        return b""
    if info.size < 0:
        raise UnopenedError("it is damaged")
    content.budget.spend(info.size)
    try:
        member = file.extractfile(info)
        return member.read() if member else b""
    except _BROKEN:
        raise UnopenedError("it is damaged") from None


def _damaged() -> bytes:
    raise UnopenedError("the archive is damaged, or goes on behind its end")
