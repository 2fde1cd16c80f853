"""Opens zip archives, member by member; a document in many parts is one, too."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from corpus.check.opening import members, office
from corpus.check.opening.content import Content, UnopenedError
from corpus.check.opening.members import Member
from corpus.check.types import Opened
from corpus.parts import zipped

_ENCRYPTED = 1
_METHODS = (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2)


def opened(content: Content, kind: str) -> Opened:
    """Open an archive."""
    if not zipped.has_directory(content.data):
        raise UnopenedError("it is damaged or cut off")
    try:
        file = ZipFile(io.BytesIO(content.data))
    except zipped.BROKEN:
        raise UnopenedError("it is damaged or cut off") from None
    with file:
        found = _members(file, content)
        if document := office.kind(file.namelist()):
            return members.opened(content, document, found, opener=office.opened, joint=", ")
        return members.opened(content, kind, found)


def _members(file: ZipFile, content: Content) -> Iterator[Member]:
    notes = [file.comment.decode("utf-8", "replace")]
    for info in file.infolist():
        notes.append(info.comment.decode("utf-8", "replace"))
        yield Member(info.filename, partial(_read, file, info, content), tuple(notes))
        notes.clear()


def _read(file: ZipFile, info: ZipInfo, content: Content) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise UnopenedError("it is encrypted")
    if info.compress_type not in _METHODS:
        raise UnopenedError("it is compressed in a way that is not read")
    if zipped.swells(info.file_size, info.compress_size):
        raise UnopenedError("it unpacks to far more than it holds")
    content.budget.spend(info.file_size)
    try:
        with file.open(info) as member:
            return member.read(info.file_size + 1)
    except zipped.BROKEN:
        raise UnopenedError("it is damaged") from None
