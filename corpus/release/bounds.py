"""Whether the parts of a release may be unpacked: what each claims, against what it can hold.

A small file can unpack to more than any memory holds, and pyarrow ends the process over some
footers that contradict themselves. So footer and page headers are read first, by the forms
that the writer uses and no others.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from corpus.pages import layout
from corpus.pages.layout import Chunk, Group
from corpus.pages.thrift import BrokenError, Buffer
from corpus.release.schema import Column, Table

_MAGIC = b"PAR1"
_SHORTEST = 12
_MOST_FOOTER = 2**22
_FREE = 2**28
_RATIO = 64
"""Bytes that one byte of a release may unpack to; those of honest ones come to ten at most."""
_ROW = 2**4
_PAGE = 2**9
"""What a row, and a page, count for at least: each is work, whatever it holds."""

_BROKEN = "its footer cannot be read as Parquet"
_FOREIGN = "its columns are not stored as those of a release are"
_LEFT_OVER = "it holds bytes that belong to no column"
_BOMB = "it unpacks to far more than its size allows"


class Budget:
    """What all parts of a release together may unpack to."""

    def __init__(self, size: int) -> None:
        self.left = _FREE + _RATIO * size

    def problem(self, size: int) -> str | None:
        """Spend as many bytes; tell in one clause if they are too many."""
        self.left -= size
        return _BOMB if self.left < 0 else None


def problem(path: Path, table: Table, budget: Budget) -> str | None:
    """Tell in one clause why a part must not be unpacked; read no more than what it claims.

    Raises:
        OSError: it cannot be read.
    """
    if path.stat().st_size < _SHORTEST:
        return _BROKEN
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return _problem(content, table, budget)


def _problem(content: Buffer, table: Table, budget: Budget) -> str | None:
    size = layout.footer_size(content)
    if not content[:4] == content[-4:] == _MAGIC or size > len(content) - _SHORTEST:
        return _BROKEN
    if size > _MOST_FOOTER:
        return f"its footer is too large: {size:,} bytes, the most is {_MOST_FOOTER:,}"
    try:
        if not layout.is_flat(content, len(table.columns)):
            return f"its columns are not those of the table {table.name}"
        groups = layout.groups(content)
        found = chain(_of_groups(groups, table, budget), _of_pages(content, groups, table, budget))
        problem = next(filter(None, found), None)
        return problem or (None if layout.is_tiled(content, groups) else _LEFT_OVER)
    except BrokenError:
        return _BROKEN


def _of_groups(groups: list[Group], table: Table, budget: Budget) -> Iterator[str | None]:
    for group in groups:
        if len(group.chunks) != len(table.columns):
            yield f"its columns are not those of the table {table.name}"
        if any(chunk.values != group.rows for chunk in group.chunks):
            yield "its footer contradicts itself"
        yield budget.problem(_ROW * group.rows)


def _of_pages(
    content: Buffer, groups: list[Group], table: Table, budget: Budget
) -> Iterator[str | None]:
    for group in groups:
        for column, chunk in zip(table.columns, group.chunks, strict=True):
            yield from _of_chunk(content, chunk, column, budget)


def _of_chunk(
    content: Buffer, chunk: Chunk, column: Column, budget: Budget
) -> Iterator[str | None]:
    """Any other kind of page, or encoding, could stand for texts much longer than itself."""
    kinds = {(layout.DATA, layout.PLAIN)}
    if column.is_dictionary:
        kinds |= {(layout.DATA, layout.OF_DICTIONARY), (layout.DICTIONARY, layout.PLAIN)}
    quotes = chunk.has_statistics
    for page in layout.pages(content, chunk):
        if (page.kind, page.encoding) not in kinds:
            yield _FOREIGN
        quotes |= page.has_statistics
        yield budget.problem(max(page.unpacked, _PAGE))
    if chunk.has_extras:
        yield "its footer carries metadata that is not ours"
    if quotes and not column.has_statistics:
        yield "its footer quotes the text in statistics"
