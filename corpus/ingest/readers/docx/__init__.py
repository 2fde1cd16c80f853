"""Reads Word files: speakers in labels of paragraphs, or in a column of a table.

Of the parts of the file only its text and its styles are read. What else it holds is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.ingest.drafts import Message, of_messages
from corpus.ingest.readers import text
from corpus.ingest.readers.docx import grid
from corpus.ingest.readers.docx.archive import is_word, unzipped
from corpus.ingest.readers.docx.body import Body, Table
from corpus.ingest.readers.docx.prose import prose, without_headings
from corpus.ingest.readers.docx.styles import Styles
from corpus.ingest.readers.docx.words import Paragraph
from corpus.ingest.readers.docx.xml import parse
from corpus.ingest.source import Source
from corpus.model import Draft

__all__ = ["is_word", "read"]

_STYLES = "word/styles.xml"
_BESIDE = r"docProps/.*\.xml|customXml/item\d+\.xml"
"""Parts that the text does not point to: properties, and data of other programs."""


def read(source: Source) -> Iterator[Draft]:
    """Yield the transcripts of the file.

    Raises:
        SourceError: it is damaged, made to do harm, or names no speaker.
    """
    blocks, dropped = _blocks(source)
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    tables = [block for block in blocks if isinstance(block, list)]
    kept = without_headings(paragraphs)
    found = prose(kept, source.roles)
    spoken = grid.spoken(tables, source.roles)
    if spoken.messages and (not found.turns or _words(spoken.messages) >= _words(kept)):
        dropped += len(paragraphs) + spoken.dropped
        yield of_messages(spoken.messages, source, dropped=dropped)
        return
    if tables and not found.turns:
        columns = [grid.wordiest(table) for table in tables]
        found = prose([p for column in columns for p in column.paragraphs], source.roles)
        dropped += len(paragraphs) + sum(column.dropped for column in columns)
    else:
        dropped += len(paragraphs) - len(kept) + len(tables)
    if not found.turns:
        raise source.error(
            "no speaker was found",
            "",
            "begin each turn with its speaker, as in 'Interviewer: ...', or make a table with"
            " the columns 'speaker' and 'text'",
        )
    first, *others = text.read(replace(source, text=found.text))
    yield replace(first, repairs=replace(first.repairs, dropped=dropped))
    yield from others


def _blocks(source: Source) -> tuple[list[Paragraph | Table], int]:
    """Return paragraphs and tables, and how many pieces of the file are beside them."""
    with unzipped(source) as archive:
        styles = Styles()
        if data := archive.read(_STYLES):
            parse(data, _STYLES, styles, source)
        body = Body(styles)
        parse(archive.read(archive.body), archive.body, body, source)
        return body.blocks, body.dropped + len(archive.names(_BESIDE))


def _words(pieces: Sequence[Message] | Sequence[Paragraph]) -> int:
    return sum(len(piece.text.split()) for piece in pieces)
