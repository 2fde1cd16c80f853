"""Which columns of a Parquet file are read, and what their rows make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus.ingest.readers import columns, records, rows
from corpus.ingest.readers.parquet import cells
from corpus.ingest.readers.parquet.file import UNREADABLE, File
from corpus.ingest.source import Source
from corpus.model import Draft


def read(source: Source) -> Iterator[Draft]:
    """Yield the transcripts; columns that are not known are not even unpacked."""
    try:
        file = File(source)
        turns = _turns(file.fields)
        if turns is None:
            names = _chosen(file.fields, rows.find(_names(file.fields), source), source)
            yield from rows.drafts(names, _rows(file, names), source)
        else:
            yield from records.drafts(list(_records(file, turns)), source)
    except UNREADABLE:
        raise source.error(
            "cannot be read as Parquet", "", "write it again; the file may be truncated"
        ) from None


def _names(fields: Sequence[pa.Field]) -> list[str]:
    return [field.name for field in fields]


def _turns(fields: Sequence[pa.Field]) -> pa.Field | None:
    """Return the column of lists of turns, where a row is no turn itself."""
    names = _names(fields)
    if columns.pick(columns.SPEAKER, names) and columns.pick(columns.TEXT, names):
        return None
    lists = {field.name: field for field in fields if cells.is_list(field.type)}
    return lists.get(columns.pick(columns.TURNS, lists) or "")


def _chosen(fields: Sequence[pa.Field], where: rows.Columns, source: Source) -> list[str]:
    """Return the columns to read, in the order of the file.

    Raises:
        SourceError: one of them holds no text, or there are two of its name.
    """
    names, chosen = _names(fields), []
    for index in sorted({i for i in where if i >= 0}):
        place = f"column {names[index]}"
        if names.count(names[index]) > 1:
            raise source.error("two columns have this name", place, "leave one of them out")
        if index in (where.start, where.end):
            chosen += [names[index]] if cells.is_moment(fields[index].type) else []
        elif cells.is_text(fields[index].type):
            chosen.append(names[index])
        else:
            raise source.error("the column does not hold text", place, "write plain text into it")
    return chosen


def _rows(file: File, names: Sequence[str]) -> Iterator[rows.Row]:
    number = count(1)
    for batch in file.batches(names):
        values = [file.values(batch.column(name), name) for name in names]
        for row in zip(*values, strict=True):
            yield next(number), row


def _records(file: File, turns: pa.Field) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each row as the record that JSON would hold of it."""
    names, inner = _names(file.fields), list(turns.type.value_type)
    id_name = columns.pick(columns.ID, names)
    id_at = -1 if id_name is None else names.index(id_name)
    outer = _chosen(file.fields, rows.Columns(id=id_at), file.source)
    where = rows.find(_names(inner), file.source)
    parts = _chosen(inner, where._replace(id=-1), file.source)
    number = count(1)
    for batch in file.batches(outer, turns=turns.name, parts=parts):
        lists = batch.column(turns.name)
        held = dict(zip(_names(lists.type.value_type), lists.flatten().flatten(), strict=True))
        values = [file.values(held[name], name) for name in parts]
        said = (dict(zip(parts, turn, strict=True)) for turn in zip(*values, strict=True))
        lengths = pc.list_value_length(lists).to_pylist()
        ids = [file.values(batch.column(name), name) for name in outer]
        for length, *row in zip(lengths, *ids, strict=True):
            record = {turns.name: list(islice(said, length or 0))}
            yield f"row {next(number)}", record | dict(zip(outer, row, strict=True))
