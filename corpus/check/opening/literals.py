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

_LITERAL = re.compile(r'[^"\\\n]*(?:\\.[^"\\\n]*)*')
"""What stands behind the quotation mark."""
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)"
)
_SIGNS = {"n": BREAK, "r": BREAK, "f": BREAK, "t": "\t", "b": " ", '"': '"', "\\": "\\", "/": "/"}
_LINES = {"\n": BREAK}


def opened(content: Content, kind: str) -> Opened:
    """Open JSON."""
    text = encoding.text(content.data)
    return Opened(kind=kind, passages=passages(text), is_prose=is_prose(text, content.suffix))


def passages(text: str) -> Iterator[Passage]:
    """Yield the passages of JSON."""
    return views.passages(text, _literals(text))


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
        yield View(start, end, _ESCAPE.sub(lambda found: _read(found[0]), text[start:end]))
        at = end + 1


@lru_cache(maxsize=1024)
def _read(escape: str) -> str:
    code = escape[1:]
    if len(code) == 1:
        return _SIGNS.get(code, escape)
    character = bytes.fromhex(code[1:].replace("\\u", "")).decode("utf-16-be", "replace")
    return _LINES.get(character, character)
