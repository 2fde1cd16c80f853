"""Bytes of a structure that is not taken apart in, whatever reads as text in them out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.check.opening.passages import cut
from corpus.check.types import Passage

_RUN = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]{3,}")
_FEWEST = 2


def texts(data: bytes) -> Iterator[str]:
    """Yield each run of readable bytes once."""
    for run in dict.fromkeys(_RUN.findall(data)):
        text = run.decode("utf-8", "ignore")
        if sum(map(str.isalnum, text)) >= _FEWEST:
            yield text


def passages(data: bytes, inside: str) -> Iterator[Passage]:
    """Yield the runs as passages."""
    for text in texts(data):
        yield from cut(text, inside=inside, line=0)
