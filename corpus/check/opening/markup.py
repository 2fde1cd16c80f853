"""Opens HTML, XML, Markdown and captions: as they are written, and as they read.

Where marks or entities stand within the words of a stretch, it reads without them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache

from corpus.check.opening import encoding, views
from corpus.check.opening.content import Content, UnopenedError
from corpus.check.opening.prose import is_prose
from corpus.check.opening.views import BREAK, View
from corpus.check.types import Opened, Passage

_MARK = (
    r"</?(?:[biucs]|em|strong|mark|small|sub|sup|span|ruby|rt|wbr|lang|font)(?:\.[\w.-]*)?[ ]?/?>"
    r"|<font [^<>\n]*>|<lang [^<>\n]*>|<(?:\d+:)?\d\d:\d\d\.\d{3}>"
)
_MARKS = re.compile(_MARK, re.IGNORECASE)
_STRETCH = re.compile(
    rf"[^<>]++(?:(?:{_MARK})[^<>]*+){{0,1000}}+|(?:(?:{_MARK})[^<>]*+){{1,1000}}+", re.IGNORECASE
)
"""Bounded, since Python's expressions remember every round."""
_ENTITY = re.compile(r"&(?:#\d{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
_MOST = 1_000_000
"""Marks and entities that are looked at one by one; of more, many are read together."""
_MOST_OF_ALL = 8 * _MOST
_SEAM = re.compile(r"[>;\s]")


def opened(content: Content, kind: str) -> Opened:
    """Open a text with marks in it."""
    text = encoding.text(content.data)
    if _count(text) > _MOST_OF_ALL:
        raise UnopenedError("it has more marks than are read")
    return Opened(kind=kind, passages=passages(text), is_prose=is_prose(text, content.suffix))


def passages(text: str, *, inside: str = "") -> Iterator[Passage]:
    """Yield the passages of a text with marks."""
    if not _ENTITY.search(text) and not _MARKS.search(text):
        return views.passages(text, (), inside=inside)
    found = views.blocks(text, _SEAM, _read) if _count(text) > _MOST else _stretches(text)
    return views.passages(text, found, inside=inside)


def _count(text: str) -> int:
    return text.count("<") + text.count("&")


def _stretches(text: str) -> Iterator[View]:
    for found in _STRETCH.finditer(text):
        stretch = found[0]
        if ("&" in stretch or "<" in stretch) and (read := _read(stretch)) != stretch:
            yield View(found.start(), found.end(), read)


def _read(written: str) -> str:
    """Return how a text with marks reads."""
    bare = _MARKS.sub("", written) if "<" in written else written
    return _ENTITY.sub(lambda entity: _character(entity[0]), bare)


@lru_cache(maxsize=1024)
def _character(entity: str) -> str:
    return html.unescape(entity).replace("\n", BREAK)
