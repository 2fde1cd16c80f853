"""Reads SRT (SubRip): numbered cues of a recording, with their speakers in labels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.ingest.readers.captions import cues, voices
from corpus.ingest.source import Source
from corpus.model import Draft

_TIME = r"[0-9]+:[0-9]{2}:[0-9]{2}"
_START = re.compile(
    rf"\ufeff?\s*(?:[0-9]+[ \t]*[\r\n]\s*[0-9]+:[0-9:.,]+|{_TIME}[,.][0-9]{{1,3}})[ \t]*-->"
)


def looks(text: str) -> bool:
    """Tell whether the text begins with the number and the times of a cue, or the times alone."""
    return _START.match(text) is not None


def read(source: Source) -> Iterator[Draft]:
    """Yield the one transcript of the file."""
    yield voices.draft(cues.read(source, names=cues.NUMBER), source)
