"""Text on one line of a terminal or a log, whatever it holds."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return the text with control characters, as a file name may hold, made visible."""
    return "".join(c if c.isprintable() else escaped(c) for c in text)


def escaped(character: str) -> str:
    r"""Return a character as Python writes it: \n, \x1b."""
    return character.encode("unicode_escape").decode()
