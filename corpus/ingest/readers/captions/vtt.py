"""Reads WebVTT: cues of a recording, with their speakers in voice tags or labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.ingest.readers.captions import cues, voices
from corpus.ingest.source import Source
from corpus.model import Draft

_SIGNATURE = re.compile(r"\ufeff?WEBVTT(?![^ \t\r\n])")
_ASIDES = re.compile(r"(?:NOTE|STYLE|REGION)(?!\S)")


def looks(text: str) -> bool:
    """Tell whether the text begins as WebVTT must."""
    return _SIGNATURE.match(text) is not None


def read(source: Source) -> Iterator[Draft]:
    """Yield the one transcript of the file; a missing first line is forgiven."""
    signature = _SIGNATURE.match(source.text)
    unsigned = replace(source, text=source.text[signature.end() if signature else 0 :])
    yield voices.draft(cues.read(unsigned, names=cues.ANYTHING, asides=_ASIDES), source)
