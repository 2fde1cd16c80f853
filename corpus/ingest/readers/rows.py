"""Rows of a table to drafts, whatever the table came in: a transcript or a turn a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from corpus.ingest.drafts import Message, of_records, of_text
from corpus.ingest.readers import columns
from corpus.ingest.source import Source, claim
from corpus.ingest.times import moments
from corpus.model import Draft

_NAME = re.compile(r"[a-z][a-z0-9_./-]{0,30}(?: [a-z0-9_./-]{1,20}){0,2}|[A-Z0-9_]{2,30}")
"""What people call columns; a cell of a table without a header may hold anything."""

Row = tuple[int, Sequence[Any]]
"""A row's number and its cells."""


class Columns(NamedTuple):
    """Where in a row things stand; -1 for what the table lacks."""

    id: int = -1
    text: int = -1
    speaker: int = -1
    role: int = -1
    start: int = -1
    end: int = -1


def drafts(header: Sequence[str], rows: Iterable[Row], source: Source) -> Iterator[Draft]:
    """Yield the transcripts of a table; columns that are not known stay out.

    Raises:
        SourceError: the columns needed are not there, or a row holds no turn.
    """
    where = find(header, source)
    body = list(rows)
    if where.speaker < 0:
        for number, row in body:
            place = f"row {number}"
            yield of_text(row[where.text], source, place, claim(row[where.id], source, place))
    elif body:
        messages = [_message(header, row, number, where, source) for number, row in body]
        id_column = header[where.id] if where.id >= 0 else None
        yield from of_records(messages, source, id_column=id_column)


def find(header: Sequence[str], source: Source) -> Columns:
    """Return where the columns stand that are read.

    Raises:
        SourceError: there are too many, or those needed are not there.
    """
    bound(len(header), source)

    def index(wanted: Sequence[str]) -> int:
        name = columns.pick(wanted, header)
        return -1 if name is None else header.index(name)

    where = Columns(
        id=index(columns.ID),
        text=index(columns.TEXT),
        speaker=index(columns.SPEAKER),
        role=index(columns.ROLE),
        start=index(columns.START),
        end=index(columns.END),
    )
    if where.text < 0 or (where.id < 0 and where.speaker < 0):
        raise source.error(
            f"the columns needed are not there; found: {names(header)}",
            "header",
            "name them 'transcript_id' and 'text', or 'speaker' and 'text' with one turn a row",
        )
    return where


def bound(width: int, source: Source) -> None:
    """Refuse a table that no program made for people.

    Raises:
        SourceError: it has too many columns.
    """
    if width > columns.MOST:
        raise source.error(
            f"the table has {width:,} columns, the most is {columns.MOST:,}",
            "header",
            "leave all out but ID, speaker, role, text and time",
        )


def names(header: Sequence[str]) -> str:
    """Quote a header; where a cell is none that people name columns by, nothing of it is said."""
    is_header = bool(header) and all(map(_NAME.fullmatch, header))
    return ", ".join(header[:20]) if is_header else "no header"


def _message(
    header: Sequence[str], row: Sequence[Any], number: int, where: Columns, source: Source
) -> Message:
    place = f"row {number}"
    return Message(
        claimed_id=claim(row[where.id], source, place) if where.id >= 0 else None,
        speaker=row[where.speaker],
        role=row[where.role] if where.role >= 0 else "",
        text=row[where.text],
        start_ms=moments.read(row[where.start], header[where.start]) if where.start >= 0 else None,
        end_ms=moments.read(row[where.end], header[where.end]) if where.end >= 0 else None,
        place=place,
    )
