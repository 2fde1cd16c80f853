"""Reads JSON and JSONL: records with a text, records with turns, or turns alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from corpus.errors import SourceError
from corpus.ingest import columns, moments
from corpus.ingest.drafts import Message, Source, claim, of_messages, of_records, of_text
from corpus.model import Draft

Value = Any
"""What JSON may hold."""


def read_json(source: Source) -> Iterator[Draft]:
    """Yield the transcripts of one JSON value."""
    value = _parse(source.text, source, line=1)
    if isinstance(value, list) and not _is_message(value[:1]):
        yield from drafts([(f"item {n}", item) for n, item in enumerate(value, 1)], source)
    else:
        yield from drafts([("line 1", value)], source)


def read_jsonl(source: Source) -> Iterator[Draft]:
    """Yield the transcripts of a file with one JSON value a line."""
    lines = enumerate(source.text.split("\n"), 1)
    yield from drafts(
        [(f"line {n}", _parse(line, source, line=n)) for n, line in lines if line.strip()], source
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
        return of_text(_whole(record[text]), source, place, _id(record, source, place))
    raise _unknown_form(source, place)


def _message(item: Value, source: Source, place: str, record: Mapping[str, Value]) -> Message:
    if not _is_message([item]):
        raise _unknown_form(source, place)
    text = item[columns.pick(columns.TEXT, item)]
    role = columns.pick(columns.ROLE, item)
    return Message(
        claimed_id=_id(record or item, source, place),
        speaker=_whole(str(item[columns.pick(columns.SPEAKER, item)] or "")),
        role=str(item[role] or "") if role else "",
        text=_whole(_words(text, source, place)),
        start_ms=_moment(columns.START, item),
        end_ms=_moment(columns.END, item),
        place=place,
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


def _words(content: Value, source: Source, place: str) -> str:
    """Return the text of a message whose content may be a list of parts."""
    if isinstance(content, list):
        parts = [p.get("text") for p in content if isinstance(p, dict)]
        return "\n\n".join(p for p in parts if isinstance(p, str))
    if isinstance(content, str | None):
        return content or ""
    raise _unknown_form(source, place)


def _id(record: Mapping[str, Value], source: Source, place: str) -> str | None:
    name = columns.pick(columns.ID, record)
    return claim(record[name], source, place) if name else None


def _whole(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON may hold and no file can store."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _parse(text: str, source: Source, *, line: int) -> Value:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place, problem = f"line {line + error.lineno - 1}, column {error.colno}", error.msg
    except RecursionError:
        place, problem = f"line {line}", "nested too deeply"
    except ValueError:
        place, problem = f"line {line}", "a number is too long"
    raise source.error(
        f"not valid JSON ({problem})", place, "complete or remove it; the file may be truncated"
    )


def _unknown_form(source: Source, place: str) -> SourceError:
    return source.error(
        "no transcript of a known form",
        place,
        'use {"id", "text"}, {"id", "turns": [{"speaker", "text"}]} or a list of'
        ' {"role", "content"}',
    )
