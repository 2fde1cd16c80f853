"""Opens JSON, a value or one a line: as it is written, and its literals as they read.

Broken JSON is looked through all the same: a literal is what stands between quotation marks on
one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from corpus.check.opening import encoding, views
from corpus.check.opening.content import Content
from corpus.check.opening.prose import is_prose
from corpus.check.opening.views import BREAK, View
from corpus.check.types import Opened, Passage

_LITERAL = re.compile(r'[^"\\\n]*+(?:\\.[^"\\\n]*+)*+')
"""What stands behind the quotation mark."""
_CODES = re.compile(r"(?:\\u[0-9a-fA-F]{4})++")
_SIGNS = (
    *((rf"\{sign}", BREAK) for sign in "nrf"),
    *(("\\t", "\t"), ("\\b", " "), ('\\"', '"'), ("\\/", "/")),
)
_BACKSLASH = "\ud800"
"""What stands for a backslash meanwhile; no text that was decoded holds it."""
_MOST = 200_000
"""Literals that are read one by one; of more, many are read together."""
_SEAM = re.compile(r"(?<!\\)[\s,;]")


def opened(content: Content, kind: str) -> Opened:
    """Open JSON."""
    text = encoding.text(content.data)
    return Opened(kind=kind, passages=passages(text), is_prose=is_prose(text, content.suffix))


def passages(text: str) -> Iterator[Passage]:
    """Yield the passages of JSON."""
    many = text.count("\\") > _MOST and text.count('"') > 2 * _MOST
    return views.passages(text, views.blocks(text, _SEAM, _read) if many else _literals(text))


def _literals(text: str) -> Iterator[View]:
    """Yield what stands in the literals that hold an escape."""
    at = 0
    while (escape := text.find("\\", at)) >= 0:
        start = max(text.rfind('"', at, escape), text.rfind("\n", at, escape), at - 1) + 1
        found = _LITERAL.match(text, start)
        end = found.end() if found else escape
        if end <= escape:  # a backslash at the end of a line
            at = escape + 1
            continue
        yield View(start, end, _read(text[start:end]))
        at = end + 1


def _read(written: str) -> str:
    """Return how a text with escapes reads."""
    read = written.replace("\\\\", _BACKSLASH)
    for escape, sign in _SIGNS:
        read = read.replace(escape, sign)
    if "\\u" in read:
        read = _CODES.sub(lambda found: _letters(found[0]), read)
    return read.replace(_BACKSLASH, "\\")


@lru_cache(maxsize=1024)
def _letters(escapes: str) -> str:
    letters = bytes.fromhex(escapes.replace("\\u", "")).decode("utf-16-be", "replace")
    return letters.replace("\n", BREAK)
