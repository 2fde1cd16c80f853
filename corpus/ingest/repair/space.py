"""Line ends become newlines, odd white space a blank or a newline; tabs stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.ingest.repair.edits import Edit

_LINE_END = re.compile(r"\r\n?")
_BREAK = "\r\x0b\x0c\x85\u2028\u2029"
_ODD = re.compile(rf"[{_BREAK}\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def line_ends(text: str) -> Iterator[Edit]:
    """Yield the line ends of Windows and old Macs."""
    if "\r" in text:
        yield from (Edit(*match.span(), "\n") for match in _LINE_END.finditer(text))


def odd_space(text: str) -> Iterator[Edit]:
    """Yield blanks and breaks of other kinds: no-break, wide, thin, form feeds, separators."""
    for match in _ODD.finditer(text):
        yield Edit(*match.span(), "\n" if match[0] in _BREAK else " ")
