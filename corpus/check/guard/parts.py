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
_WORD = re.compile(r"\W*[^\W\d_][\w'\u2019-]*\W*")
_DELIMITERS = "\t,;| "
_SAMPLE = 1 << 11
"""Characters that tell whether a text is a table with a word a row."""
_ROWS = 8
_REGULAR = 0.9
_WORDS = 0.7
_DISTINCT = 0.15
"""Shares of the rows: of one width, with one word in the column, with one that is new."""


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
    """Yield the columns with a word a row, as annotated corpora have; all beside them is blank."""
    lines = [line for line in passage.text[:_SAMPLE].split("\n")[:-1] if line.strip()]
    if len(lines) < _ROWS:
        return
    for delimiter in _DELIMITERS:
        (width, times), *_ = Counter(line.count(delimiter) for line in lines).most_common(1)
        if width and times >= _REGULAR * len(lines):
            rows = [line.split(delimiter) for line in lines if line.count(delimiter) == width]
            for number, cells in enumerate(zip(*rows, strict=True)):
                if _are_words(cells):
                    yield number, replace(passage, text=_column(passage.text, delimiter, number))
            return


def _are_words(cells: Sequence[str]) -> bool:
    words = [cell for cell in cells if _WORD.fullmatch(cell)]
    many = len(cells)
    return len(words) >= _WORDS * many and len(set(words)) >= _DISTINCT * many


def _column(text: str, delimiter: str, number: int) -> str:
    """Return a text of the same lines and places in which one column alone is left."""
    kept = []
    for line in text.split("\n"):
        fields = line.split(delimiter, number + 1)
        before = sum(len(field) + 1 for field in fields[:number])
        kept.append(" " * before + fields[number] if len(fields) > number else "")
    return "\n".join(kept)
