"""The bytes of a Word file in, its parts out; an archive that could do harm is refused.

Nothing is unpacked to disk, and of the parts only those that are asked for are read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from corpus.ingest.source import Source
from corpus.parts import zipped

_SIGNATURE = b"PK\x03\x04"
_MOST_PART = 24 << 20
"""Bytes of a part that is read; a day of talk has a fourth of that."""
_MOST = 1 << 30
_BODY = re.compile(r"word/document\d*\.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A Word file whose members were looked at."""

    source: Source
    file: ZipFile = field(repr=False)
    body: str
    """The name of the part that holds the text."""

    def names(self, pattern: str) -> list[str]:
        """Return the names of the parts that the pattern matches as a whole."""
        return [name for name in self.file.namelist() if re.fullmatch(pattern, name)]

    def read(self, name: str) -> bytes:
        """Return a part, or nothing where it is absent.

        Raises:
            SourceError: it is damaged, or larger than any transcript.
        """
        if name not in self.file.namelist():
            return b""
        info = self.file.getinfo(name)
        if info.file_size > _MOST_PART:
            raise _hostile(self.source, f"{name} is too large to be a transcript")
        with _whole(self.source), self.file.open(info) as part:
            return part.read(info.file_size)


def is_word(content: bytes) -> bool:
    """Tell whether the bytes are an archive with the text of a Word file in it."""
    if not content.startswith(_SIGNATURE) or not zipped.has_directory(content):
        return False
    try:
        with ZipFile(io.BytesIO(content)) as file:
            return _body(file.namelist()) is not None
    except zipped.BROKEN:
        return False


@contextmanager
def unzipped(source: Source) -> Iterator[Archive]:
    """Open the archive.

    Raises:
        SourceError: it is no Word file, or it is encrypted, damaged or made to do harm.
    """
    if not zipped.has_directory(source.content):
        raise _damaged(source)
    with _whole(source):
        file = ZipFile(io.BytesIO(source.content))
    with file:
        body = _body(file.namelist())
        if body is None:
            raise source.error(
                "no Word file: it has no word/document.xml", "", "save it as .docx again"
            )
        _check(file.infolist(), source)
        yield Archive(source=source, file=file, body=body)


def _body(names: Sequence[str]) -> str | None:
    return min((name for name in names if _BODY.fullmatch(name)), default=None)


def _check(members: Sequence[ZipInfo], source: Source) -> None:
    if any(info.flag_bits & 1 for info in members):
        raise source.error("the file is encrypted", "", "save it without a password")
    if any(info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for info in members):
        raise _hostile(source, "a member is compressed in a way that Word does not use")
    if any(zipped.leads_out(info.filename) for info in members):
        raise _hostile(source, "a member's name leads out of the archive")
    size = sum(info.file_size for info in members)
    if size > _MOST or zipped.swells(size, len(source.content)):
        raise _hostile(source, "the archive unpacks to far more than it holds")


@contextmanager
def _whole(source: Source) -> Iterator[None]:
    try:
        yield
    except zipped.BROKEN:
        raise _damaged(source) from None


def _damaged(source: Source) -> Exception:
    return source.error("the archive is damaged", "", "open it in Word and save it as .docx again")


def _hostile(source: Source, problem: str) -> Exception:
    return source.error(problem, "", "do not trust this file; copy its text into a new document")
