"""Opens Parquet: the texts of all rows, and what its footer says and quotes.

Nothing is unpacked before footer and page headers have told how much it comes to. It is read
twice, some rows at a time, so that what is damaged is known before anything is told.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.check.opening import columns, encoding, gaps, runs
from corpus.check.opening.content import Content, UnopenedError
from corpus.check.opening.passages import cut
from corpus.check.types import Opened, Passage
from corpus.pages import layout
from corpus.pages.thrift import BrokenError, Reader

_MAGIC = b"PAR1"
_ENCRYPTED = b"PARE"
_SHORTEST = 12
_MOST_FOOTER = 1 << 23
_LEAST_PAGE = 1 << 9
"""What a page counts for at least: a header is work, whatever it unpacks to."""
_CELLS = 1 << 18
"""Cells that are read at once, over all columns."""


def opened(content: Content, kind: str) -> Opened:
    """Open a Parquet file."""
    data = content.data
    if data[-4:] == _ENCRYPTED:
        raise UnopenedError("it is encrypted")
    if len(data) < _SHORTEST or data[-4:] != _MAGIC:
        raise UnopenedError("it is damaged or cut off")
    if layout.footer_size(data) > min(_MOST_FOOTER, len(data) - _SHORTEST):
        raise UnopenedError("its footer is larger than is read")
    try:
        told = list(_footer(data))
        file = _File(content)
        prose = file.prove(content.suffix)
    except (BrokenError, pa.ArrowException, OSError):
        raise UnopenedError("it is damaged or cut off") from None
    return Opened(
        kind=kind,
        passages=_passages(told, file),
        is_prose=prose,
        problem="" if file.is_claimed else "it holds bytes that belong to no column",
    )


def _passages(told: list[bytes], file: _File) -> Iterator[Passage]:
    """Yield the cells, and only then what repeats them: what is told is told of a row."""
    table = columns.Columns()
    for batch in file.batches():
        yield from table.passages(batch)
    yield from table.rest()
    for text in told:
        if schema := _schema(text):
            yield from runs.passages(schema, "footer")
        elif encoding.is_text(text):
            yield from cut(encoding.text(text), inside="footer", line=0)
    yield from runs.passages(b"\0".join(file.beside), "index")


def _footer(data: bytes) -> Iterator[bytes]:
    """Yield the names, notes and extremes that the footer holds, each once."""
    return iter(dict.fromkeys(layout.texts(data)))


def _schema(text: bytes) -> bytes:
    """Return Arrow's own schema, which is noted in base64; nothing for other texts."""
    if not text.startswith(b"/////"):
        return b""
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""


class _File:
    """The columns of words of a file, none of which unpacks to too much.

    What its footer says of a column is never asked of pyarrow, which ends the process where that
    contradicts itself.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        groups = layout.groups(content.data)
        self._metadata = pq.read_metadata(pa.BufferReader(content.data))
        schema = self._metadata.schema
        self._leaves = [
            index for index in range(self._metadata.num_columns) if _is_words(schema.column(index))
        ]
        self._paths = [schema.column(index).path for index in self._leaves]
        self._groups = [index for index, group in enumerate(groups) if group.rows]
        self._rows = max(1, _CELLS // max(1, len(self._leaves)))
        self.beside: list[bytes] = []
        """What stands beside the values: smallest and largest ones, what belongs to no column."""
        self.is_claimed = True
        """Whether all bytes belong to a column, or can be read all the same."""
        self._measure(groups)
        self._look_beside(groups)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows, some at a time."""
        file = pq.ParquetFile(
            pa.BufferReader(self._content.data),
            metadata=self._metadata,
            read_dictionary=self._paths,
            page_checksum_verification=True,
        )
        for group in self._groups if self._paths else ():
            yield from file.iter_batches(self._rows, [group], self._paths, use_threads=False)

    def prove(self, suffix: str) -> bool:
        """Read all rows once, and tell whether they hold prose.

        Raises:
            pa.ArrowException: they cannot be read.
        """
        prose: bool | None = None
        for batch in self.batches():
            if prose is None:
                prose = columns.reads_as_prose(batch, suffix)
        return bool(prose)

    def _measure(self, groups: list[layout.Group]) -> None:
        budget = self._content.budget
        for index in self._groups:
            group = groups[index]
            if len(group.chunks) != self._metadata.num_columns:
                raise BrokenError
            for leaf in self._leaves:
                chunk = group.chunks[leaf]
                width = max(1, self._metadata.schema.column(leaf).length)
                budget.spend(max(group.rows, chunk.values * width))
                for page in layout.pages(self._content.data, chunk):
                    if page.encoding == layout.OF_PREFIXES:
                        raise UnopenedError("its texts are packed in a way that is not read")
                    budget.spend(max(page.unpacked, _LEAST_PAGE))
                    if page.has_statistics:
                        self.beside.append(self._content.data[slice(*page.header)])

    def _look_beside(self, groups: list[layout.Group]) -> None:
        data = self._content.data
        chunks = [chunk for group in groups for chunk in group.chunks]
        claimed = [(0, len(_MAGIC)), (len(data) - 8 - layout.footer_size(data), len(data))]
        for chunk in chunks:
            claimed += ((chunk.start, chunk.end), *chunk.indexes, *chunk.filters)
            self.beside += (data[start:end] for start, end in chunk.indexes)
        for rest in gaps.between(data, claimed):
            self.beside.append(rest)
            self.is_claimed &= encoding.is_text(rest) or _is_told(rest)


def _is_told(rest: bytes) -> bool:
    """Tell whether bytes say of a column what the footer says: older programs write it twice."""
    reader = Reader(rest, 0)
    try:
        while reader.at < len(rest):
            reader.struct()
    except BrokenError:
        return False
    return True


def _is_words(column: pq.ColumnSchema) -> bool:
    return column.physical_type in {"BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"} and (
        column.logical_type.type not in {"DECIMAL", "FLOAT16", "UUID"}
    )
