"""Reads JSON and JSONL: records with a text, records with turns, or turns alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from corpus.errors import SourceError
from corpus.ingest.drafts import Message, of_messages, of_records, of_text
from corpus.ingest.readers import columns
from corpus.ingest.readers.values import Value, Words, parse, whole, words
from corpus.ingest.source import Source, claim
from corpus.ingest.times import moments
from corpus.model import Draft


def read_json(source: Source) -> Iterator[Draft]:
    """Yield the transcripts of one JSON value."""
    value = parse(source.text, source, line=1)
    if isinstance(value, list) and not _is_message(value[:1]):
        yield from drafts([(f"item {n}", item) for n, item in enumerate(value, 1)], source)
    else:
        yield from drafts([("line 1", value)], source)


def read_jsonl(source: Source) -> Iterator[Draft]:
    """Yield the transcripts of a file with one JSON value a line."""
    lines = enumerate(source.text.split("\n"), 1)
    yield from drafts(
        [(f"line {n}", parse(line, source, line=n)) for n, line in lines if line.strip()], source
    )


def drafts(values: Sequence[tuple[str, Value]], source: Source) -> Iterator[Draft]:
    """Yield the transcripts of records, each with its place in the file."""
    if not values:
        raise source.error("no transcript in it", "", "leave the file out")
    if all(_is_message([value]) for _, value in values):
        messages = [_message(value, source, place, {}) for place, value in values]
        yield from of_records(messages, source, id_column=columns.pick(columns.ID, values[0][1]))
    else:
        for place, value in values:
            yield _transcript(value, source, place)


def _transcript(value: Value, source: Source, place: str) -> Draft:
    record = {"turns": value} if isinstance(value, list) else value
    if not isinstance(record, dict):
        raise _unknown_form(source, place)
    text, turns = (columns.pick(names, record) for names in (columns.TEXT, columns.TURNS))
    if turns and isinstance(record[turns], list) and record[turns]:
        items = enumerate(record[turns], 1)
        messages = [_message(item, source, f"{place}, turn {n}", record) for n, item in items]
        return replace(of_messages(messages, source), place=place)
    if text and isinstance(record[text], str):
        return of_text(whole(record[text]), source, place, _id(record, source, place))
    if turns and record[turns] == []:
        raise source.error("there is no turn in it", place, "leave it out")
    raise _unknown_form(source, place)


def _message(item: Value, source: Source, place: str, record: Mapping[str, Value]) -> Message:
    if not _is_message([item]):
        raise _unknown_form(source, place)
    said = _words(item[columns.pick(columns.TEXT, item)], source, place)
    speaker = item[columns.pick(columns.SPEAKER, item)]
    if isinstance(speaker, dict | list):
        raise source.error("the speaker is no name", place, "give each turn a name or a role")
    role = columns.pick(columns.ROLE, item)
    return Message(
        claimed_id=_id(record or item, source, place),
        speaker=whole("" if speaker is None else str(speaker)),
        role=str(item[role] or "") if role else "",
        text=said.text,
        start_ms=_moment(columns.START, item),
        end_ms=_moment(columns.END, item),
        place=place,
        dropped=said.dropped,
    )


def _moment(wanted: Sequence[str], item: Mapping[str, Value]) -> int | None:
    name = columns.pick(wanted, item)
    return moments.read(item[name], name) if name else None


def _is_message(values: Sequence[Value]) -> bool:
    """Tell whether there is a value and it is a turn: speaker and text."""
    return any(
        isinstance(v, dict) and columns.pick(columns.SPEAKER, v) and columns.pick(columns.TEXT, v)
        for v in values
    )


def _words(content: Value, source: Source, place: str) -> Words:
    """Return the text of a message whose content may be a list of parts."""
    if isinstance(content, list):
        return words(content)
    if isinstance(content, str | None):
        return Words(whole(content or ""), 0)
    raise _unknown_form(source, place)


def _id(record: Mapping[str, Value], source: Source, place: str) -> str | None:
    name = columns.pick(columns.ID, record)
    return claim(record[name], source, place) if name else None


def _unknown_form(source: Source, place: str) -> SourceError:
    return source.error(
        "no transcript of a known form",
        place,
        'use {"id", "text"}, {"id", "turns": [{"speaker", "text"}]} or a list of'
        ' {"role", "content"}',
    )
