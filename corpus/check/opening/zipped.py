"""Opens zip archives, member by member; a document in many parts is one, too.

Every byte of an archive belongs to a member, to its table of contents, or is looked at by itself.
"""

from __future__ import annotations

import bz2
import io
import struct
import zlib
from collections.abc import Iterator
from functools import partial
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from corpus.check.opening import encoding, gaps, members, office, runs
from corpus.check.opening.content import Content, UnopenedError
from corpus.check.opening.members import Member
from corpus.check.types import Opened
from corpus.parts import zipped

_ENCRYPTED = 1
_METHODS = (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2)
_HEADER = struct.Struct("<4s22xHH")
"""Of a member: the sign, the lengths of its name and of its extra field."""
_SIGN, _END, _DESCRIBED = b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"
_END_SIZE = 22
_SIZES = struct.Struct("<II"), struct.Struct("<QQ")
"""How what is told behind a member tells its sizes."""


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
    data = content.data
    notes = [file.comment.decode("utf-8", "replace")]
    claimed = [(file.start_dir, data.rfind(_END) + _END_SIZE + len(file.comment))]
    for info in file.infolist():
        name, extra, start = _header(data, info)
        claimed.append((info.header_offset, start + info.compress_size))
        claimed.append(_described(data, info, start + info.compress_size))
        notes.append(info.comment.decode("utf-8", "replace"))
        notes += (name.decode("utf-8", "replace"), *runs.texts(extra), *runs.texts(info.extra))
        yield Member(info.filename, partial(_read, data, info, start, content), tuple(notes))
        notes.clear()
    for rest in gaps.between(data, claimed):
        yield Member("", partial(_no_member, rest))
    if notes:
        yield Member("", bytes, tuple(notes))


def _header(data: bytes, info: ZipInfo) -> tuple[bytes, bytes, int]:
    """Return the name and the extra field in the header of a member, and where its bytes begin.

    That is nowhere, 0, where it has no header.
    """
    at = info.header_offset
    if not data.startswith(_SIGN, at) or len(data) < at + _HEADER.size:
        return b"", b"", 0
    _, name, extra = _HEADER.unpack_from(data, at)
    at += _HEADER.size
    start = at + name + extra
    return data[at : at + name], data[at + name : start], start


def _described(data: bytes, info: ZipInfo, at: int) -> tuple[int, int]:
    """Return where sum and sizes of a member stand once more, behind it."""
    for sign in (_DESCRIBED, b""):
        for sizes in _SIZES:
            told = sign + struct.pack("<I", info.CRC)
            told += sizes.pack(info.compress_size, info.file_size)
            if data.startswith(told, at):
                return at, at + len(told)
    return at, at


def _no_member(rest: bytes) -> bytes:
    """Return what belongs to no member, if it can be read by itself.

    Raises:
        UnopenedError: it cannot.
    """
    if rest.startswith(_SIGN) or encoding.is_text(rest):
        return rest
    raise UnopenedError("there are bytes in the archive that belong to no member")


def _read(data: bytes, info: ZipInfo, start: int, content: Content) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise UnopenedError("it is encrypted")
    if info.compress_type not in _METHODS:
        raise UnopenedError("it is compressed in a way that is not read")
    if zipped.swells(info.file_size, info.compress_size):
        raise UnopenedError("it unpacks to far more than it holds")
    content.budget.spend(info.file_size)
    packed = data[start : start + info.compress_size]
    try:
        member, rest = _unpacked(packed, info)
    except zipped.BROKEN:
        raise UnopenedError("it is damaged") from None
    if not start or rest or len(member) != info.file_size or zlib.crc32(member) != info.CRC:
        raise UnopenedError("it is damaged")
    return member


def _unpacked(packed: bytes, info: ZipInfo) -> tuple[bytes, bytes]:
    """Return what a member unpacks to, at most a byte more than it says, and what is behind it."""
    if info.compress_type == ZIP_STORED:
        return packed, b""
    most = info.file_size + 1
    if info.compress_type == ZIP_BZIP2:
        one = bz2.BZ2Decompressor()
        return one.decompress(packed, most), one.unused_data
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    return engine.decompress(packed, most), engine.unused_data
