"""Where in a Parquet file its columns lie, and what their pages unpack to.

The footer may claim anything; a page is unpacked into as many bytes as its own header says.
pyarrow tells the former too, but ends the process where a footer contradicts itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

from corpus.ingest.readers.parquet.thrift import BrokenError, Reader

_Kind = TypeVar("_Kind", int, list[Any], dict[int, Any])

_GROUPS = 4
_COLUMNS, _ROWS = 1, 3
_COLUMN = 3
_VALUES, _UNPACKED, _PACKED, _DATA, _DICTIONARY = 5, 6, 7, 9, 11
_PAGE_UNPACKED, _PAGE_PACKED = 2, 3


class Chunk(NamedTuple):
    """A column of a row group, as the footer describes it."""

    values: int
    unpacked: int
    start: int
    end: int


class Group(NamedTuple):
    """A row group."""

    rows: int
    chunks: tuple[Chunk, ...]


def footer_size(content: bytes) -> int:
    """Return the size that the end of the file gives for its footer."""
    return int.from_bytes(content[-8:-4], "little")


def groups(content: bytes) -> list[Group]:
    """Return the row groups with their columns, in the order of the schema.

    Raises:
        BrokenError: the footer cannot be read.
    """
    footer = Reader(content, len(content) - 8 - footer_size(content)).struct()
    return [
        Group(_number(group, _ROWS), tuple(map(_chunk, _field(group, _COLUMNS, list))))
        for group in _field(footer, _GROUPS, list)
    ]


def pages(content: bytes, chunk: Chunk) -> Iterator[int]:
    """Yield the bytes that each page of a column unpacks to.

    Raises:
        BrokenError: a page header cannot be read, or its page reaches beyond the file.
    """
    at = chunk.start
    while at < chunk.end:
        reader = Reader(content, at)
        header = reader.struct()
        at = reader.at + _number(header, _PAGE_PACKED)
        if at > len(content):
            raise BrokenError
        yield _number(header, _PAGE_UNPACKED)


def _chunk(column: Any) -> Chunk:
    told = _field(column, _COLUMN, dict)
    start = _number(told, _DATA)
    if told.get(_DICTIONARY):
        start = min(start, _number(told, _DICTIONARY))
    return Chunk(
        _number(told, _VALUES), _number(told, _UNPACKED), start, start + _number(told, _PACKED)
    )


def _number(fields: Any, key: int) -> int:
    found = _field(fields, key, int)
    if found < 0:
        raise BrokenError
    return found


def _field(fields: Any, key: int, kind: type[_Kind]) -> _Kind:
    found = fields.get(key) if isinstance(fields, dict) else None
    if not isinstance(found, kind):
        raise BrokenError
    return found
