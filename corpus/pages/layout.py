"""Where in a Parquet file its columns lie, and what their pages unpack to.

The footer may claim anything; a page is unpacked into as many bytes as its own header says.
pyarrow tells the former too, but ends the process where a footer contradicts itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

from corpus.pages.thrift import BrokenError, Buffer, Reader

_Kind = TypeVar("_Kind", int, list[Any], dict[int, Any])

DATA, DICTIONARY = 0, 2
"""Kinds of pages."""
PLAIN, OF_PREFIXES, OF_DICTIONARY = 0, 7, 8
"""Encodings: value after value, what differs from the value before, and numbers that point into
the dictionary page."""

_SCHEMA, _GROUPS = 2, 4
_COLUMNS, _ROWS = 1, 3
_FILE, _COLUMN, _PAGES, _INDEX = 1, 3, 4, 6
"""An index is told by its offset and, in the field after that, its length."""
_VALUES, _UNPACKED, _PACKED, _NOTES, _DATA, _DICTIONARY, _STATISTICS, _FILTER = (
    *(5, 6, 7, 8, 9),
    *(11, 12, 14),
)
_FILTER_SIZE = 15
_KIND, _PAGE_UNPACKED, _PAGE_PACKED, _OF_DATA, _OF_DICTIONARY = 1, 2, 3, 5, 7
_PAGE_STATISTICS = 5
_HEADERS = {DATA: (_OF_DATA, 2), DICTIONARY: (_OF_DICTIONARY, 2), 3: (8, 4)}
"""Where the header of a kind lies, and in it the encoding; 3 are data pages of version 2."""
_MAGIC = 4
"""Bytes before the first column."""
_EXTREMES = {1, 2, 5, 6}
"""Where statistics keep the smallest and the largest value."""


class Chunk(NamedTuple):
    """A column of a row group, as the footer describes it."""

    values: int
    unpacked: int
    start: int
    end: int
    has_statistics: bool
    """Whether smallest and largest value stand beside the pages, in the footer or an index."""
    has_extras: bool
    """Whether there are notes or a filter of its own, or it lies in another file."""
    indexes: tuple[tuple[int, int], ...]
    """Where its indexes begin and end."""
    filters: tuple[tuple[int, int], ...]
    """Where its filter begins and ends, if it has one whose length is told."""


class Page(NamedTuple):
    """A page of a column, as its header describes it."""

    kind: int
    unpacked: int
    encoding: int | None
    """None for kinds that hold no values."""
    has_statistics: bool
    """Whether smallest and largest value stand in its header."""
    header: tuple[int, int]
    """Where its header begins and ends."""


class Group(NamedTuple):
    """A row group."""

    rows: int
    chunks: tuple[Chunk, ...]


def is_tiled(content: Buffer, groups_: Iterable[Group]) -> bool:
    """Tell whether columns, their indexes and the footer fill the file, each byte once."""
    chunks = [chunk for group in groups_ for chunk in group.chunks]
    parts = [(c.start, c.end) for c in chunks] + [part for c in chunks for part in c.indexes]
    at = _MAGIC
    for start, end in sorted(parts):
        if start != at:
            return False
        at = end
    return at == len(content) - 8 - footer_size(content)


def footer_size(content: Buffer) -> int:
    """Return the size that the end of the file gives for its footer."""
    return int.from_bytes(content[-8:-4], "little")


def _footer(content: Buffer) -> dict[int, Any]:
    return Reader(content, len(content) - 8 - footer_size(content)).struct()


def groups(content: Buffer) -> list[Group]:
    """Return the row groups with their columns, in the order of the schema.

    Raises:
        BrokenError: the footer cannot be read.
    """
    return [
        Group(_number(group, _ROWS), tuple(map(_chunk, _field(group, _COLUMNS, list))))
        for group in _field(_footer(content), _GROUPS, list)
    ]


def pages(content: Buffer, chunk: Chunk) -> Iterator[Page]:
    """Yield the pages of a column.

    Raises:
        BrokenError: a page header cannot be read, or its page reaches beyond the column.
    """
    at = chunk.start
    while at < chunk.end:
        reader = Reader(content, at)
        header = reader.struct()
        span = at, reader.at
        at = reader.at + _number(header, _PAGE_PACKED)
        if at > min(chunk.end, len(content)):
            raise BrokenError
        yield _page(header, span)


def _page(header: dict[int, Any], span: tuple[int, int]) -> Page:
    kind = _number(header, _KIND)
    place, encoding = _HEADERS.get(kind, (0, 0))
    inner = header.get(place)
    return Page(
        kind,
        _number(header, _PAGE_UNPACKED),
        _number(inner, encoding) if isinstance(inner, dict) else None,
        isinstance(inner, dict) and _quotes(inner.get(_PAGE_STATISTICS)),
        span,
    )


def is_flat(content: Buffer, columns: int) -> bool:
    """Tell whether the schema has as many columns below its root, and none below those.

    Raises:
        BrokenError: the footer cannot be read.
    """
    return len(_field(_footer(content), _SCHEMA, list)) == columns + 1


def texts(content: Buffer) -> Iterator[bytes]:
    """Yield every text in the footer, whatever it is for.

    Raises:
        BrokenError: the footer cannot be read.
    """
    waiting: list[Any] = [_footer(content)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, memoryview):
            yield bytes(value)


def _chunk(column: Any) -> Chunk:
    told = _field(column, _COLUMN, dict)
    start = _number(told, _DATA)
    if told.get(_DICTIONARY):
        start = min(start, _number(told, _DICTIONARY))
    return Chunk(
        _number(told, _VALUES),
        _number(told, _UNPACKED),
        start,
        start + _number(told, _PACKED),
        _quotes(told.get(_STATISTICS)) or _INDEX in column,
        _NOTES in told or _FILTER in told or _FILE in column,
        tuple(_range(column, key) for key in (_PAGES, _INDEX) if key in column),
        (_range(told, _FILTER),) if {_FILTER, _FILTER_SIZE} <= told.keys() else (),
    )


def _range(column: Any, key: int) -> tuple[int, int]:
    start = _number(column, key)
    return start, start + _number(column, key + 1)


def _quotes(statistics: Any) -> bool:
    return isinstance(statistics, dict) and not _EXTREMES.isdisjoint(statistics)


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
