"""A text in the form under which its words count as the same, as bytes; fast, since all is read.

A word is a run of letters and digits, case folded. What ends a sentence, quotes, brackets, bars,
colons and tabs are `BREAK`, and so are commas that part cells; a newline stays one; anything else
is a blank.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate

from corpus.check.types import Passage

BREAK = b"\0"

_BREAKS = '.?!:;…"“”„«»|\t[]{}()<>。！？：；「」『』（）、،؟'  # noqa: RUF001, other scripts' own
_DROPPED = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_QUOTED = re.compile(r"^[ \t]*>[> \t]*", re.MULTILINE)
"""What stands before each line of a quotation."""
_CELL = re.compile(r",(?=\w)")
_MARK = re.compile(r"[^\w\x00-\x7f]")
_MARKS = dict.fromkeys(_BREAKS, "|") | dict.fromkeys(_DROPPED, "")
_PIECE = 1 << 20
_ENDS = ".?!:;"


def _table() -> bytes:
    table = bytearray(range(256))
    for code in range(128):
        character = chr(code)
        if character.isalnum():
            table[code] = ord(character.lower())
        elif character in _BREAKS:
            table[code] = BREAK[0]
        elif character != "\n":
            table[code] = ord(" ")
    return bytes(table)


_TABLE = _table()


def fold(text: str) -> bytes:
    """Return the folded text in UTF-8; it has as many lines as the text."""
    if ">" in text:
        text = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    text = _CELL.sub("|", text)
    if not text.isascii():
        text = _plain(text)
    return text.encode("utf-8", "surrogatepass").translate(_TABLE)


def _plain(text: str) -> str:
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = _MARK.sub(lambda match: _MARKS.get(match[0], " "), text)
    return text if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def pieces(passage: Passage) -> Iterator[Passage]:
    """Yield the passage in parts that memory bears, cut where a sentence ends if one does."""
    text, line, column = passage.text, passage.line, passage.column
    while len(text) > _PIECE:
        end = max(text.rfind(mark, 0, _PIECE) for mark in _ENDS) + 1 or _PIECE
        part = text[:end]
        yield replace(passage, text=part, line=line, column=column)
        if line and (lines := part.count("\n")):
            line, column = line + lines, end - part.rfind("\n")
        else:
            column += end
        text = text[end:]
    yield replace(passage, text=text, line=line, column=column)


class Ruler:
    """Leads offsets in a folded text back to the passage; made only where something was found."""

    def __init__(self, passage: Passage, folded: bytes) -> None:
        self._passage = passage
        self._is_plain = passage.text.isascii()
        self._starts = [0, *(m.end() for m in re.finditer("\n", passage.text))]
        self._folded = [0, *(m.end() for m in re.finditer(b"\n", folded))]
        self._measured = -1
        self._widths: list[int] = []

    def offset(self, at: int) -> int:
        """Return the offset in the text of one in its folded form."""
        if self._is_plain:
            return at
        line = bisect_right(self._folded, at) - 1
        if line != self._measured:
            text = self._passage.text[self._starts[line] : self._end(line)]
            self._widths = list(accumulate(map(_width, text)))
            self._measured = line
        return self._starts[line] + bisect_right(self._widths, at - self._folded[line])

    def _end(self, line: int) -> int | None:
        return self._starts[line + 1] if line + 1 < len(self._starts) else None

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column in the item of an offset in the text."""
        line = bisect_right(self._starts, offset) - 1
        if line and self._passage.line:
            return self._passage.line + line, offset - self._starts[line] + 1
        return self._passage.line, self._passage.column + offset


@lru_cache(maxsize=4096)
def _width(character: str) -> int:
    return len(fold(character))
