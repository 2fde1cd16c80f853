"""Reads CSV and TSV: a transcript a row (`transcript_id,text`) or a turn a row."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.ingest import columns
from corpus.ingest.drafts import Message, Source, claim, of_records, of_text
from corpus.model import Draft

csv.field_size_limit(sys.maxsize)  # a cell may hold a whole interview; the limit is the process's
_DELIMITERS = ",;\t"
_LONGEST_HEADER = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where in a row things stand; -1 for what the table lacks."""

    id: int
    text: int
    speaker: int
    role: int


def read(source: Source) -> Iterator[Draft]:
    """Yield the transcripts of a table."""
    rows = _rows(source)
    header = next(rows, (1, []))[1]
    where = _columns(header, source)
    body = list(_checked(rows, len(header), source))
    if where.speaker < 0:
        for number, row in body:
            place = f"row {number}"
            yield of_text(row[where.text], source, place, claim(row[where.id], source, place))
    elif body:
        id_column = header[where.id] if where.id >= 0 else None
        messages = [_message(row, number, where, source) for number, row in body]
        yield from of_records(messages, source, id_column=id_column)


def is_table(text: str) -> bool:
    """Tell whether the first line names the columns of a transcript table."""
    first = _first_line(text)
    names = next(csv.reader([first], delimiter=_delimiter(first)), [])
    known = (columns.ID, columns.SPEAKER)
    return bool(columns.pick(columns.TEXT, names)) and any(columns.pick(k, names) for k in known)


def _rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and cells of each row that is not blank."""
    delimiter = "\t" if source.format == "tsv" else _delimiter(_first_line(source.text))
    lines = io.StringIO(source.text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader, 1):
            if row:
                yield number, row
    except csv.Error:
        raise source.error(
            "the quotation marks of a cell do not match",
            f"line {reader.line_num}",
            "double each quotation mark inside a quoted cell and close the cell",
        ) from None


def _checked(
    rows: Iterator[tuple[int, list[str]]], width: int, source: Source
) -> Iterator[tuple[int, list[str]]]:
    for number, row in rows:
        if len(row) != width:
            raise source.error(
                f"the row has {len(row)} cells, the header {width}",
                f"row {number}",
                "quote cells that hold a separator or a line break",
            )
        yield number, row


def _columns(header: Sequence[str], source: Source) -> _Columns:
    def index(wanted: Sequence[str]) -> int:
        name = columns.pick(wanted, header)
        return -1 if name is None else header.index(name)

    where = _Columns(
        id=index(columns.ID),
        text=index(columns.TEXT),
        speaker=index(columns.SPEAKER),
        role=index(columns.ROLE),
    )
    if where.text < 0 or (where.id < 0 and where.speaker < 0):
        raise source.error(
            f"the columns needed are not there; found: {_names(header)}",
            "row 1",
            "name them 'transcript_id' and 'text', or 'speaker' and 'text' with one turn a row",
        )
    return where


def _names(header: Sequence[str]) -> str:
    """Quote the header, unless its cells are too long to be names."""
    is_short = all(len(name) <= 40 and name.isprintable() for name in header)  # noqa: PLR2004
    return ", ".join(header[:20]) if is_short and header else "no header"


def _message(row: Sequence[str], number: int, where: _Columns, source: Source) -> Message:
    place = f"row {number}"
    return Message(
        claimed_id=claim(row[where.id], source, place) if where.id >= 0 else None,
        speaker=row[where.speaker],
        role=row[where.role] if where.role >= 0 else "",
        text=row[where.text],
        place=place,
    )


def _first_line(text: str) -> str:
    return re.split(r"[\r\n]", text[:_LONGEST_HEADER], maxsplit=1)[0]


def _delimiter(first: str) -> str:
    return max(_DELIMITERS, key=first.count)
