"""Opens Arrow, as a file (Feather) or a stream: the texts of all rows, and all that is noted.

It is read twice, a batch at a time, so that what is damaged is known before anything is told.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from corpus.check.opening import columns, messages, runs
from corpus.check.opening.content import Content, UnopenedError
from corpus.check.types import Opened, Passage


def opened(content: Content, kind: str) -> Opened:
    """Open Arrow."""
    metadata: list[bytes] = []
    for message in messages.messages(content.data):
        content.budget.spend(message.unpacked + message.rows)
        metadata += (message.metadata, *message.beside)
    metadata.append(messages.footer(content.data))
    prose = False
    try:
        for number, batch in enumerate(_batches(content)):
            content.budget.spend(sum(map(columns.characters, batch.columns)))
            prose = prose if number else columns.reads_as_prose(batch, content.suffix)
    except (pa.ArrowException, OSError):
        raise UnopenedError("it is damaged or cut off") from None
    return Opened(
        kind=kind,
        passages=_passages(content, metadata),
        is_prose=prose,
        problem="" if messages.is_whole(content.data) else "it is cut off",
    )


def _passages(content: Content, metadata: list[bytes]) -> Iterator[Passage]:
    yield from runs.passages(b"\0".join(metadata), "metadata")
    table = columns.Columns()
    for batch in _batches(content):
        yield from table.passages(batch)
        yield from columns.unseen(batch)
    yield from table.rest()


def _batches(content: Content) -> Iterator[pa.RecordBatch]:
    start = messages.start(content.data)
    with pa.ipc.open_stream(pa.py_buffer(content.data).slice(start)) as reader:
        wanted = [i for i, field in enumerate(reader.schema) if columns.holds_text(field.type)]
        for batch in reader:
            batch.validate(full=True)
            yield batch.select(wanted)
