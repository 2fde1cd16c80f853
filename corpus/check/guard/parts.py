"""A passage in, stretches out that read on from one passage to the next of their kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.check.guard.folding import pieces
from corpus.check.types import Passage

_NUMBER = re.compile(r"\d+")
_VALUE = re.compile(r"""(["'])(\w[\w .-]{0,40})\1 ?: ?(["'])((?:(?!\3|\n).)+)""")
"""A key of JSON and its value, which is read otherwise than its neighbours' if it is but a word."""
_LETTER = re.compile(r"[^\W\d_]")
_LABEL = re.compile(
    r"^[ \t>*-]*([^\W\d_][\w.' -]{0,30}?)[\])*]*[ \t]*[:=][ \t]*(?=\S)", re.MULTILINE
)
_MOST_LABELS = 20
_SHORT = 8
"""Words of a cell, or on average behind a label, up to which what stands beside breaks runs."""
_DELIMITERS = "\t,;| "
_NOT_BREAK = re.compile(r"[^\n]")
_SAMPLE = 1 << 11
"""Characters that tell whether a text is a table with some words a row."""
_ROWS = 8
_REGULAR = 0.9
_WORDS = 0.7
_DISTINCT = 0.15
"""Shares of the rows: of one width, with words in the column, with words that are new."""


def parts(passage: Passage) -> Iterator[tuple[str, Passage]]:
    """Yield the passage, in parts that memory bears, and values and columns of it by themselves.

    With each goes the name of its kind: the text of a column or of a key reads on in the next row.
    """
    place = _NUMBER.sub("", passage.inside)
    for piece in pieces(passage):
        yield place, piece
        for key, value in _values(piece):
            yield f"{place} {key}", value
        for number, column in _columns(piece):
            yield f"{place} column {number}", column
        for label, said in _labelled(piece):
            yield f"{place} label {label}", said


def _values(passage: Passage) -> Iterator[tuple[str, Passage]]:
    text, line, column = passage.text, passage.line, passage.column
    if '":' not in text and "':" not in text:
        return
    at = 0
    for found in _VALUE.finditer(text):
        start = found.start(4)
        if line and (lines := text.count("\n", at, start)):
            line, column = line + lines, start - text.rfind("\n", at, start)
        else:
            column += start - at
        at = start
        yield found[2], replace(passage, text=found[4], line=line, column=column)


def _columns(passage: Passage) -> Iterator[tuple[int, Passage]]:
    """Yield the columns with some words a row, as annotated talk has; all beside them is blank."""
    lines = [line for line in passage.text[:_SAMPLE].split("\n")[:-1] if line.strip()]
    if len(lines) < _ROWS:
        return
    for delimiter in _DELIMITERS:
        rows = [_cells(line, delimiter) for line in lines]
        (width, times), *_ = Counter(map(len, rows)).most_common(1)
        if width > 1 and times >= _REGULAR * len(lines):
            regular = [row for row in rows if len(row) == width]
            for number, cells in enumerate(zip(*regular, strict=True)):
                if _are_words(cells):
                    yield number, replace(passage, text=_column(passage.text, delimiter, number))
            return


def _cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a row, quotes included; between these a delimiter is none."""
    if '"' not in line:
        return line.split(delimiter)
    cells: list[str] = []
    is_open = False
    for part in line.split(delimiter):
        if is_open:
            cells[-1] += delimiter + part
        else:
            cells.append(part)
        is_open ^= part.count('"') % 2 == 1
    return cells


def _are_words(cells: Sequence[str]) -> bool:
    words = [cell for cell in cells if len(cell.split()) <= _SHORT and _LETTER.search(cell)]
    many = len(cells)
    return len(words) >= _WORDS * many and len(set(words)) >= _DISTINCT * many


def _column(text: str, delimiter: str, number: int) -> str:
    """Return a text of the same lines and places in which one column alone is left."""
    kept = []
    for line in text.split("\n"):
        fields = _cells(line, delimiter)
        before = sum(len(field) + 1 for field in fields[:number])
        kept.append(" " * before + fields[number] if len(fields) > number else "")
    return "\n".join(kept)


def _labelled(passage: Passage) -> Iterator[tuple[str, Passage]]:
    """Yield what stands behind each label that short lines begin with; all beside it is blank."""
    found = list(_LABEL.finditer(passage.text))
    counts = Counter(match[1] for match in found)
    often = {label for label, times in counts.most_common(_MOST_LABELS) if times >= _ROWS}
    lines: dict[str, list[tuple[int, int]]] = {label: [] for label in often}
    for match in found:
        if match[1] in often:
            end = passage.text.find("\n", match.end())
            lines[match[1]].append((match.end(), end if end >= 0 else len(passage.text)))
    for label, places in lines.items():
        words = sum(passage.text.count(" ", start, end) + 1 for start, end in places)
        if words <= _SHORT * len(places):
            yield label, replace(passage, text=_left(passage.text, places))


def _left(text: str, places: Sequence[tuple[int, int]]) -> str:
    """Return a text of the same lines and places in which these stretches alone are left."""
    kept: list[str] = []
    at = 0
    for start, end in places:
        kept += (_NOT_BREAK.sub(" ", text[at:start]), text[start:end])
        at = end
    return "".join(kept)
