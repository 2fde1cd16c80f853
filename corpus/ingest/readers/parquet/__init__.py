"""Reads Parquet: a transcript a row, a turn a row, or a list of turns a row."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.ingest.source import Source
from corpus.model import Draft

_START = b"PAR1\x15"
"""The magic number, and how the first header behind it begins; a label PAR1 goes on otherwise."""


def holds(content: bytes) -> bool:
    """Tell whether the bytes are a Parquet file, or the beginning of one."""
    return content.startswith(_START)


def read(source: Source) -> Iterator[Draft]:
    """Yield the transcripts of a Parquet file.

    Raises:
        SourceError: it cannot be read, holds no transcripts, or unpacks to too much.
    """
    from corpus.ingest.readers.parquet import reader

    return reader.read(source)
