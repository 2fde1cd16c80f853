"""Whether people read a text: the one measure by which the model is asked or not."""

from __future__ import annotations

import re

_SAMPLE = 1 << 13
_LETTERS = 0.75
"""Share of letters and blanks, at least."""
_COMMON = 0.15
"""Share of the words below among all words, at least; a third and more in English prose."""
_FEWEST = 5
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_LISTED = """
a about all and are as at be but by can did do for from had have he her his i i'm in is it it's
just like me my no not of on or our she so that the their there they this to up us was we were
what when which who will with would yeah yes you your
"""
_WORDS = frozenset(_LISTED.split())
_ENDINGS = """
md markdown txt text rst adoc org docx docm dotx odt pptx vtt srt csv tsv json jsonl ndjson ipynb
parquet arrow feather xlsx html htm eml
"""
_SUFFIXES = frozenset(("", *(f".{ending}" for ending in _ENDINGS.split())))
"""What may hold prose; code, settings and logs do not, whatever their remarks say."""


def is_prose(text: str, suffix: str) -> bool:
    """Tell whether a text is English that people wrote or said, by its beginning."""
    if suffix not in _SUFFIXES:
        return False
    sample = text[:_SAMPLE]
    words = [word.lower().replace("\u2019", "'") for word in _WORD.findall(sample)]
    if len(words) < _FEWEST:
        return False
    letters = sum(c.isalpha() or c.isspace() for c in sample)
    common = sum(word in _WORDS for word in words)
    return letters >= len(sample) * _LETTERS and common >= len(words) * _COMMON
