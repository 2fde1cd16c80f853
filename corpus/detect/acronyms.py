"""Short forms that a text introduces in brackets: "Quayle Data Services (QDS)", and back."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENED = r"\s*\(\s*(?:(?:or|aka|a\.k\.a\.|short|just|called|we say|we call it)[:,]?\s+)?"
_SHORT = r"[^\W\d_][\w&.-]{1,9}"
_QUOTE = "[\"'\u2018\u2019\u201c\u201d]?"

_SHORT_AFTER = re.compile(rf"{_OPENED}{_QUOTE}({_SHORT}?)\.?{_QUOTE}\s*\)")
_SHORT_BEFORE = re.compile(rf"({_SHORT})\s*\(\s*$")
_LONG_AFTER = re.compile(rf"{_OPENED}{_QUOTE}([^()\"]{{5,80}}?){_QUOTE}\s*\)")
_LONG_BEFORE = re.compile(r"([^()\n.!?:;]{5,80}?)\s*\(\s*$")
_CLOSED = re.compile(r"\s*\)")
_WORD = re.compile(r"[^\W_]+")
_FEW = 2
_FAR = 90


def introduced(text: str, start: int, end: int) -> Iterator[str]:
    """Yield what stands in brackets for the name at [start, end), or before the brackets around it.

    Args:
        text: of the turn.
        start: where the name begins.
        end: where it ends.
    """
    if "(" not in text[max(0, start - 2) : start] and "(" not in text[end : end + 2]:
        return
    name, before = text[start:end], text[max(0, start - _FAR) : start]
    after = _SHORT_AFTER.match(text, end)
    if after and is_short_for(after[1], name):
        yield after[1]
    if after := _LONG_AFTER.match(text, end):
        yield from _long(name, after[1].split())
    if _CLOSED.match(text, end):
        if (near := _SHORT_BEFORE.search(before)) and is_short_for(near[1], name):
            yield near[1]
        if near := _LONG_BEFORE.search(before):
            yield from _long(name, near[1].split())


def is_short_for(short: str, name: str) -> bool:
    """Tell whether capitals of the short form stand, in order, in the name, first letter first."""
    capitals = [letter for letter in short if letter.isupper()]
    folded, letters = name.casefold(), "".join(capitals).casefold()
    if len(capitals) < _FEW or len(_WORD.findall(name)) < _FEW or folded[0] != letters[0]:
        return False
    rest = iter(folded)
    return all(letter in rest for letter in letters)


def _long(short: str, words: list[str]) -> Iterator[str]:
    """Yield the last of the words whose initials the short form is."""
    letters = [letter.casefold() for letter in short if letter.isalpha()]
    if len(letters) < _FEW or not short.replace(".", "").replace("&", "").isupper():
        return
    for size in range(_FEW, len(words) + 1):
        initials = [word[0].casefold() for word in words[-size:] if word[0].isupper()]
        if initials == letters and words[-size][0].isupper():
            yield " ".join(words[-size:])
            return
