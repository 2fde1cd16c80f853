"""A Parquet file, read within bounds.

A small file can unpack to more than any memory holds. So what its footer claims is checked
first, then what its pages claim, and text that many rows share stays one text until the
sum of all rows is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.ingest.readers import rows
from corpus.ingest.readers.parquet import cells
from corpus.ingest.source import Source
from corpus.pages import layout
from corpus.pages.thrift import BrokenError

UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError, BrokenError)
"""What reading a file raises that is no Parquet, or no longer."""

_MAGIC = b"PAR1"
_MOST_FOOTER = 2**22
_MOST_ROWS = 2**20
_MOST_TEXT = 2**28
"""Bytes unpacked, and characters in the end: five thousand hours of talk."""
_LEAST_PAGE = 2**9
"""What a page counts for at least: a header is work, whatever it unpacks to."""
_BATCH = 2**16


class File:
    """What a Parquet file holds; nothing of it is unpacked before its size is known."""

    def __init__(self, source: Source) -> None:
        content = source.content
        self.source = source
        if content.endswith(_MAGIC):
            self._within(layout.footer_size(content), _MOST_FOOTER, "bytes in its footer")
        self._metadata = pq.read_metadata(pa.BufferReader(content))
        rows.bound(self._metadata.num_columns, source)
        self.fields: list[pa.Field] = list(self._metadata.schema.to_arrow_schema())
        self._groups = layout.groups(content)
        self._left = _MOST_TEXT

    def batches(
        self, names: Sequence[str], *, turns: str = "", parts: Sequence[str] = ()
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows, some thousands at a time.

        Args:
            names: the columns to read.
            turns: a column of lists of records to read as well.
            parts: what to read of these records.

        Raises:
            SourceError: they unpack to too much.
        """
        leaves = [*names, *self._below(turns, parts)]
        self._measure(leaves)
        file = pq.ParquetFile(
            pa.BufferReader(self.source.content),
            metadata=self._metadata,
            read_dictionary=leaves,
            page_checksum_verification=True,
        )
        for index, group in enumerate(self._groups):
            if group.rows:  # one after the other: lists cannot be read across them
                yield from file.iter_batches(_BATCH, [index], leaves, use_threads=False)

    def values(self, column: pa.Array, name: str) -> list[Any]:
        """Return the cells of a column.

        Raises:
            SourceError: one is not UTF-8, or all cells together are too much.
        """
        try:
            found = cells.values(column, name)
        except UnicodeDecodeError:
            raise self.source.error(
                "a text is not UTF-8", f"column {name}", "write the column as UTF-8"
            ) from None
        self._left -= sum(len(cell) for cell in found if isinstance(cell, str))
        self._within(_MOST_TEXT - self._left, _MOST_TEXT, "characters or more")
        return found

    def _below(self, turns: str, parts: Sequence[str]) -> list[str]:
        """Return the paths of the parts of a record: its own, not those of records within."""
        paths = [self._metadata.schema.column(i).path for i in range(self._metadata.num_columns)]
        found = [p for p in paths if p.startswith(f"{turns}.") and p.rpartition(".")[2] in parts]
        depth = min((path.count(".") for path in found), default=0)
        return [path for path in found if path.count(".") == depth]

    def _measure(self, leaves: Sequence[str]) -> None:
        schema = self._metadata.schema
        read = [i for i in range(self._metadata.num_columns) if schema.column(i).path in leaves]
        if any(len(group.chunks) != self._metadata.num_columns for group in self._groups):
            raise BrokenError
        chunks = [group.chunks[i] for group in self._groups if group.rows for i in read]
        rows = max(self._metadata.num_rows, sum(group.rows for group in self._groups))
        self._within(rows, _MOST_ROWS, "rows")
        self._within(sum(c.values for c in chunks), _MOST_ROWS * len(read), "cells")
        self._within(sum(c.unpacked for c in chunks), _MOST_TEXT, "bytes unpacked")
        unpacked = 0
        for chunk in chunks:
            for page in layout.pages(self.source.content, chunk):
                unpacked += max(page.unpacked, _LEAST_PAGE)
                self._within(unpacked, _MOST_TEXT, "bytes unpacked or more")

    def _within(self, size: int, most: int, what: str) -> None:
        if size > most:
            raise self.source.error(
                f"too large: {size:,} {what}, the most is {most:,}",
                "",
                "split it into several files",
            )
