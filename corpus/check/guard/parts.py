"""A passage in, stretches out that read on from one passage to the next of their kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.check.guard.folding import pieces
from corpus.check.types import Passage

_NUMBER = re.compile(r"\d+")
_VALUE = re.compile(r"""(["'])(\w[\w .-]{0,40})\1 ?: ?(["'])((?:(?!\3|\n).)+)""")
"""A key of JSON and its value, which is read otherwise than its neighbours' if it is but a word."""


def parts(passage: Passage) -> Iterator[tuple[str, Passage]]:
    """Yield the passage, in parts that memory bears, and its values by themselves.

    With each goes the name of its kind: the text of a column or of a key reads on in the next row.
    """
    place = _NUMBER.sub("", passage.inside)
    for piece in pieces(passage):
        yield place, piece
        for key, value in _values(piece):
            yield f"{place} {key}", value


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
