"""A text in, the same without the stand-ins of an earlier redaction out; nothing moves."""

from __future__ import annotations

import re

BLANK = "\0"
_BEGIN = re.compile(r"\[(?:[A-Z]{2}|[Rr][Ee]|[Aa][Nn])")
"""What every stand-in begins with; where it is nowhere, their pattern is not even loaded."""


def blank(text: str) -> str:
    """Return the text with every character of a stand-in made a blank."""
    if not _BEGIN.search(text):
        return text
    from corpus.rules.placeholders import PLACEHOLDER

    return PLACEHOLDER.sub(lambda match: BLANK * len(match[0]), text)
