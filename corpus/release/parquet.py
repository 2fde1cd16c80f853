"""Table rows to Parquet and back, the same bytes for the same rows.

Each row group is built from its rows alone, so that no history of batches
reaches the pages. Clock, host and foreign metadata stay out; the footer holds
no smallest and largest value of what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.release.document import Writer
from corpus.release.rows import Row
from corpus.release.schema import TABLES, Table

if TYPE_CHECKING:
    import pyarrow.dataset as ds

ROWS_PER_GROUP = 16_384
GROUPS_PER_FILE = 16

_KEY = b"corpus"
"""The one key of ours in a footer; its value is JSON with sorted keys."""

UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What pyarrow raises on a file that it cannot read."""

_MAKER = re.compile(r"parquet-cpp-arrow version [0-9A-Za-z.-]{1,40}")

_OPTIONS: Mapping[str, Any] = {
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "zstd",
    "compression_level": 3,
    "store_schema": False,
    "write_page_checksum": True,
    "write_page_index": True,
}
_KINDS = {"string": pa.string(), "int32": pa.int32(), "int64": pa.int64()}


def profile() -> Writer:
    """Return what the bytes depend on beside the rows: library, version and options."""
    return {
        "library": "pyarrow",
        "library_version": pa.__version__,
        "options": dict(_OPTIONS),
        "rows_per_group": ROWS_PER_GROUP,
        "rows_per_file": ROWS_PER_GROUP * GROUPS_PER_FILE,
    }


def schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of the table."""
    return pa.schema(
        [pa.field(c.name, _KINDS[c.kind], nullable=c.is_nullable) for c in table.columns]
    )


def parts(table: Table, rows: Iterable[Row], note: bytes) -> Iterator[bytes]:
    """Yield the table as Parquet files, at least one; the note goes into each footer."""
    groups = _groups(iter(rows))
    yield _part(table, islice(groups, GROUPS_PER_FILE), note)
    for first in groups:
        yield _part(table, chain([first], islice(groups, GROUPS_PER_FILE - 1)), note)


def _groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while group := list(islice(rows, ROWS_PER_GROUP)):
        yield group


def _part(table: Table, groups: Iterable[list[Row]], note: bytes) -> bytes:
    typed = schema(table)
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        typed,
        use_dictionary=[c.name for c in table.columns if c.is_dictionary],
        write_statistics=[c.name for c in table.columns if c.has_statistics],
        sorting_columns=pq.SortingColumn.from_ordering(
            typed, [(k, "ascending") for k in table.key]
        ),
        **_OPTIONS,
    ) as writer:
        writer.add_key_value_metadata({_KEY: note})
        for group in groups:
            columns = zip(*group, strict=True)
            arrays = [pa.array(c, f.type) for c, f in zip(columns, typed, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=typed), ROWS_PER_GROUP)
    return bytes(sink.getvalue())


def files(folder: Path, table: str) -> list[Path]:
    """Return the paths of the table's parts in order."""
    return sorted((folder / "data" / table).glob("part-*.parquet"))


def dataset(folder: Path, table: str) -> ds.Dataset:
    """Return the table, to be read when asked for rows."""
    import pyarrow.dataset as ds  # brings pandas along, which few commands have a use for

    paths = [str(path) for path in files(folder, table)]
    return ds.dataset(paths, schema=schema(TABLES[table]), format="parquet")


def read(folder: Path, table: str) -> Iterator[Row]:
    """Yield the table's rows, one batch in memory at a time.

    A column that the release's format does not have yet is None.
    """
    names = [c.name for c in TABLES[table].columns]
    for path in files(folder, table):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=names):
                there = dict(zip(batch.schema.names, batch.columns, strict=True))
                missing = pa.nulls(batch.num_rows)
                yield from _rows([there.get(name, missing) for name in names])


def read_some(folder: Path, table: str, transcript_ids: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of some transcripts, leaving out row groups that lie beside their IDs."""
    column = pc.field("transcript_id")
    lies_among = (column >= min(transcript_ids)) & (column <= max(transcript_ids))
    is_one = lies_among & column.isin(transcript_ids)
    yield from _rows(dataset(folder, table).to_table(filter=is_one).columns)


def _rows(columns: Iterable[pa.Array | pa.ChunkedArray]) -> Iterator[Row]:
    return zip(*(column.to_pylist() for column in columns), strict=True)


def footer_problem(path: Path, table: Table, note: bytes) -> str | None:
    """Tell in one clause what in a file's footer is not as `parts` writes it."""
    with pq.ParquetFile(path) as file:
        if file.schema_arrow.remove_metadata() != schema(table):
            return f"its columns are not those of the table {table.name}"
        is_ours = _MAKER.fullmatch(file.metadata.created_by or "") is not None
        if not is_ours or file.metadata.metadata != {_KEY: note}:
            return "its footer carries metadata that is not ours"
    return None


def statistics_problem(path: Path, table: Table) -> str | None:
    """Tell in one clause where a footer lies about what stands in the columns.

    Readers pass over whole row groups by it.
    """
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            told = file.metadata.row_group(number)
            found = file.read_row_group(number)
            for at, column in enumerate(table.columns):
                said = told.column(at).statistics
                values = found.column(column.name)
                if said and said.has_null_count and said.null_count != values.null_count:
                    return "its footer lies about what a column holds"
                if said and said.has_min_max:
                    ends = pc.min_max(values).as_py()
                    if {"min": said.min, "max": said.max} != ends:
                        return "its footer lies about what a column holds"
    return None


def repeated(path: Path, table: Table) -> int:
    """Read a part once, and return the bytes of texts that are stored once for many rows."""
    names = [c.name for c in table.columns if c.is_dictionary]
    total = 0
    with pq.ParquetFile(path, read_dictionary=names) as file:
        for batch in file.iter_batches():
            batch.validate(full=True)
            for column in (batch.column(name) for name in names):
                lengths = pc.binary_length(column.dictionary).take(column.indices)
                total += pc.sum(lengths.cast(pa.int64())).as_py() or 0
    return total
