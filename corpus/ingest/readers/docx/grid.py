"""Tables in, the turns in their rows out; columns are told by their header, or their content."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace

from corpus.ingest.drafts import Message
from corpus.ingest.readers import columns
from corpus.ingest.readers.docx.body import Table
from corpus.ingest.readers.docx.words import Paragraph
from corpus.ingest.speakers.names import stands_for_role
from corpus.ingest.speakers.roles import Roles
from corpus.ingest.times.stamps import STAMP, from_start

_BETWEEN = "\n\n"
_LONGEST = 60
_KNOWN = frozenset(columns.SPEAKER + columns.TEXT + columns.START + columns.END)
_STAMP = re.compile(STAMP)
_NAMED = re.compile(rf"(.*\S)[ ]({STAMP})")

_Line = tuple[int, list[str]]
"""The number of a row and the text of its cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The turns of tables, and how many tables, rows and columns are in none of them."""

    messages: list[Message]
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table, and how many columns with words stand beside it."""

    paragraphs: list[Paragraph]
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where in a row things stand; -1 for what the table lacks."""

    speaker: int
    text: int
    role: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """A table whose rows are turns."""

    columns: _Columns
    messages: list[Message]
    dropped: int

    @property
    def speakers(self) -> set[str]:
        """Return who speaks."""
        return {message.speaker for message in self.messages}


def spoken(tables: Sequence[Table], roles: Roles) -> Spoken:
    """Return what is said in the tables.

    Where the speakers of one recur, those above it are lists of facts, and one below it goes
    on with the talk if the same people speak.
    """
    talk: list[_Talk] = []
    lone: list[_Talk] = []
    heard: set[str] = set()
    for number, table in enumerate(tables, 1):
        name = f"table {number}"
        found = _talk(table, name, roles)
        if not found or len(found.speakers) == len(found.messages):
            lone += [found] if found else []
            found = _talk(table, name, roles, talk[-1].columns) if talk else None
            found = found if found and found.speakers <= heard else None
        if found:
            talk.append(found)
            heard |= found.speakers
    chosen = talk or lone
    return Spoken(
        messages=[message for table in chosen for message in table.messages],
        dropped=len(tables) - len(chosen) + sum(table.dropped for table in chosen),
    )


def _talk(table: Table, name: str, roles: Roles, like: _Columns | None = None) -> _Talk | None:
    """Return the turns of a table, or nothing where no column names speakers.

    Rows that have not as many cells as most are headings across the table.
    """
    widths = Counter(len(row.cells) for row in table)
    width = max(widths, key=lambda w: (widths[w], w))
    lines = [
        (number, [_BETWEEN.join(p.text for p in cell) for cell in row.cells])
        for number, row in enumerate(table, 1)
        if len(row.cells) == width
    ]
    header, body = [""] * width, lines
    if table[lines[0][0] - 1].is_header or _names_columns(lines):
        header, body = lines[0][1], lines[1:]
    where = like or _columns(header, [cells for _, cells in body], roles)
    used = set(astuple(where)) if where else set()
    if where is None or not body or max(used) >= width:
        return None
    beside = [i for i in range(width) if i not in used and any(cells[i] for _, cells in body)]
    return _Talk(
        columns=where,
        messages=_joined(_messages(body, where, name)),
        dropped=len(table) - len(lines) + len(beside),
    )


def wordiest(table: Table) -> Column:
    """Return the column with the most words, as where labels stand beside numbers and notes."""
    words: Counter[int] = Counter()
    for row in table:
        for i, cell in enumerate(row.cells):
            words[i] += sum(len(p.text.split()) for p in cell)
    most = max(words, key=lambda i: (words[i], -i))
    return Column(
        paragraphs=[p for row in table if len(row.cells) > most for p in row.cells[most]],
        dropped=sum(n > 0 for n in words.values()) - 1,
    )


def _names_columns(lines: Sequence[_Line]) -> bool:
    """Tell whether a cell of the first row names its column, and says nothing further down."""
    first, *rest = (cells for _, cells in lines)
    return any(
        columns.pick(_KNOWN, [cell]) and all(cells[i] != cell for cells in rest)
        for i, cell in enumerate(first)
    )


def _columns(header: Sequence[str], body: Sequence[Sequence[str]], roles: Roles) -> _Columns | None:
    def named(wanted: Iterable[str], free: Iterable[int]) -> int:
        name = columns.pick(wanted, [header[i] for i in free])
        return next((i for i in free if header[i] == name), -1)

    free = set(range(len(header)))
    clocks = {i for i in free if _are_clocks([cells[i] for cells in body])}
    start, end = (named(wanted, clocks) for wanted in (columns.START, columns.END))
    start = min(clocks - {end}, default=-1) if start < 0 else start
    free -= clocks
    speaker = named(columns.SPEAKER, free)
    if speaker < 0 or named(columns.TEXT, free) < 0:
        likely = {i: _likeness([cells[i] for cells in body], roles) for i in free}
        best = max(free, key=lambda i: (likely[i], -i), default=-1)
        speaker = best if speaker < 0 else speaker
        if speaker < 0 or not likely[speaker]:
            return None
    free -= {speaker}
    role = named(columns.ROLE, free)
    free -= {role}
    text = named(columns.TEXT, free)
    if text < 0 and free:
        text = max(free, key=lambda i: (sum(len(cells[i].split()) for cells in body), -i))
    return (
        None if text < 0 else _Columns(speaker=speaker, text=text, role=role, start=start, end=end)
    )


def _are_clocks(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_STAMP.fullmatch(cell) for cell in filled)


def _likeness(cells: Sequence[str], roles: Roles) -> int:
    """Return how much the cells look like names of speakers: short, recurring, or of a role."""
    names = [_name(cell)[0] for cell in cells if cell]
    if not names or any(len(name) > _LONGEST for name in names):
        return 0
    recurring = len(names) - len(set(names))
    return recurring + sum(stands_for_role(name, roles) for name in names)


def _name(cell: str) -> tuple[str, str]:
    """Return the name in a speaker's cell, and the time that may stand under it."""
    match = _NAMED.fullmatch(" ".join(cell.split()))
    name, time = (match[1], match[2]) if match else (" ".join(cell.split()), "")
    return name.rstrip(":\uff1a "), time


def _messages(lines: Sequence[_Line], where: _Columns, name: str) -> list[Message]:
    named = [_name(cells[where.speaker]) for _, cells in lines]
    rows = zip(lines, named, strict=True)
    whens = from_start([_stamp(cells, where) or time for (_, cells), (_, time) in rows])
    return [
        Message(
            speaker=speaker,
            role=cells[where.role] if where.role >= 0 else "",
            text=cells[where.text],
            start_ms=when.start,
            end_ms=when.end,
            place=f"{name}, row {number}",
        )
        for (number, cells), (speaker, _), when in zip(lines, named, whens, strict=True)
    ]


def _stamp(cells: Sequence[str], where: _Columns) -> str:
    """Return the times of a row; an end without a start says nothing."""
    times = [cells[i] for i in (where.start, where.end) if i >= 0]
    return " - ".join(times) if times and times[0] else ""


def _joined(messages: Iterable[Message]) -> list[Message]:
    """Let a row without a speaker, as where cells are merged, go on with the turn above."""
    turns: list[list[Message]] = []
    for message in messages:
        if message.speaker or not turns:
            turns.append([])
        turns[-1].append(message)
    return [
        replace(
            turn[0],
            text=_BETWEEN.join(m.text for m in turn if m.text or m is turn[0]),
            end_ms=turn[-1].end_ms,
        )
        for turn in turns
    ]
