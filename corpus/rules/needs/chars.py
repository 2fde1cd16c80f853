"""Sets of characters: numbers with a bit for each of ASCII, for other spaces, for all others."""

from __future__ import annotations

import string
from functools import cache, reduce


@cache
def mask(characters: str) -> int:
    """Return the set of some characters."""
    return reduce(lambda bits, c: bits | _bit(c), characters, 0)


def _bit(character: str) -> int:
    if character < "\x80":
        return 1 << ord(character)
    return OTHER_SPACE if character.isspace() else OTHER_REST


OTHER_REST = 1 << 128
OTHER_SPACE = 1 << 129
OTHER = OTHER_REST | OTHER_SPACE
ALL = (1 << 130) - 1
UPPER = mask(string.ascii_uppercase)
LOWER = mask(string.ascii_lowercase)
LETTERS = UPPER | LOWER
DIGITS = mask(string.digits)
NEWLINE = mask("\n")
SPACE = mask(" \t\n\r\f\v\x1c\x1d\x1e\x1f") | OTHER_SPACE
DOUBTFUL = mask("\x1c\x1d\x1e\x1f")
"""Spaces to some."""
STRAY = {"\u017f": "s", "\u212a": "K", "\u0130": "I"}
"""Characters outside of ASCII that a pattern without case takes for letters of it."""
STRAYS = mask("".join(STRAY.values()))

_UNKNOWN = mask("?")


def plain(text: str) -> bytes:
    """Return a text as sets see it: a byte a character, "?" for what is not of ASCII."""
    if not text.isascii():
        for stray, letter in STRAY.items():
            if stray in text:
                text = text.replace(stray, letter)
    return text.encode("ascii", "replace")


@cache
def seen(chars: int) -> int:
    """Return the set of what the characters of a set look like in a plain text."""
    return chars & ~OTHER | (_UNKNOWN if chars & OTHER else 0)
