"""Bytes of a structure that is not taken apart in, whatever reads as text in them out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.check.opening.passages import cut
from corpus.check.types import Passage

_RUN = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]{3,}")
_FEWEST = 2
_SPOKEN = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]{24,}")
_BEYOND_ASCII = 128
_SHAPE = bytes(
    b if b == ord(" ") else ord("a") if chr(b).isalpha() or b in b"'" or b >= _BEYOND_ASCII else 0
    for b in range(256)
)
"""Letters, blanks and anything else."""
_WORDS = re.compile(rb"a a{1,20} a{1,20} a{1,20} a")
"""The shape of some words in a row, which bytes hardly have by chance."""
_LETTERS = 0.75
"""Share of letters and blanks in what people say."""
_OTHERS = bytes(b for b in range(128) if not (chr(b).isalpha() or chr(b) in " \n"))


def texts(data: bytes) -> Iterator[str]:
    """Yield each run of readable bytes once."""
    for run in dict.fromkeys(_RUN.findall(data)):
        text = run.decode("utf-8", "ignore")
        if sum(map(str.isalnum, text)) >= _FEWEST:
            yield text


def spoken(data: bytes) -> Iterator[Passage]:
    """Yield the runs that people may have said: also where each letter takes two or four bytes."""
    closed = data.replace(b"\0", b"")
    for read in (data, closed) if _WORDS.search(closed.translate(_SHAPE)) else ():
        for run in dict.fromkeys(_SPOKEN.findall(read)):
            if len(run.translate(None, _OTHERS)) >= _LETTERS * len(run):
                text = run.decode("utf-8", "ignore")
                yield from (replace(p, is_binary=True) for p in cut(text, inside="bytes", line=0))


def passages(data: bytes, inside: str) -> Iterator[Passage]:
    """Yield the runs as passages."""
    for text in texts(data):
        yield from cut(text, inside=inside, line=0)
