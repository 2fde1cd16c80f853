"""Reads CSV and TSV: a transcript a row (`transcript_id,text`) or a turn a row."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator

from corpus import cells
from corpus.ingest.readers import columns, rows
from corpus.ingest.readers.rows import Row
from corpus.ingest.source import Source
from corpus.model import Draft

csv.field_size_limit(sys.maxsize)  # a cell may hold a whole interview; the limit is the process's
_DELIMITERS = ",;\t"
_LONGEST_HEADER = 10_000


def read(source: Source) -> Iterator[Draft]:
    """Yield the transcripts of a table."""
    lines = _lines(source)
    header = next(lines, (1, []))[1]
    body = _checked(lines, len(header), source)
    if tuple(header) == cells.TURNS:  # `corpus export` wrote it, with care for spreadsheets
        body = ((number, [cells.as_written(cell) for cell in row]) for number, row in body)
    return rows.drafts(header, body, source)


def is_table(text: str) -> bool:
    """Tell whether the first line names the columns of a transcript table."""
    first = _first_line(text)
    names = next(csv.reader([first], delimiter=_delimiter(first)), [])
    known = (columns.ID, columns.SPEAKER)
    return bool(columns.pick(columns.TEXT, names)) and any(columns.pick(k, names) for k in known)


def _lines(source: Source) -> Iterator[tuple[int, list[str]]]:
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


def _checked(lines: Iterator[tuple[int, list[str]]], width: int, source: Source) -> Iterator[Row]:
    for number, row in lines:
        if len(row) != width:
            raise source.error(
                f"the row has {len(row)} cells, the header {width}",
                f"row {number}",
                "quote cells that hold a separator or a line break",
            )
        yield number, row


def _first_line(text: str) -> str:
    return re.split(r"[\r\n]", text[:_LONGEST_HEADER], maxsplit=1)[0]


def _delimiter(first: str) -> str:
    return max(_DELIMITERS, key=first.count)
