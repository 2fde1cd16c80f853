"""Files in, drafts out: which reader takes which file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import BinaryIO

from corpus.errors import SourceError
from corpus.ingest import (
    chatgpt,
    claude,
    contents,
    discord,
    records,
    slack,
    srt,
    table,
    text,
    vtt,
    whatsapp,
)
from corpus.ingest.decode import decode
from corpus.ingest.drafts import Source, of_text
from corpus.ingest.roles import Roles
from corpus.model import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A form in which transcripts come."""

    about: str
    suffixes: tuple[str, ...]
    read: Callable[[Source], Iterator[Draft]]
    holds: Callable[[bytes], bool] | None = None
    """For what is not text: tells it by its first bytes."""
    looks: Callable[[str], bool] | None = None
    """For text: tells it from any other by what stands in it."""


_READERS = {
    "markdown": Format(
        about="Markdown, the published form or any speaker labels",
        suffixes=(".md", ".markdown"),
        read=text.read,
    ),
    "text": Format(
        about="plain text with speaker labels", suffixes=(".txt", ".text"), read=text.read
    ),
    "csv": Format(
        about="a table with a transcript or a turn a row", suffixes=(".csv",), read=table.read
    ),
    "tsv": Format(about="the same, separated by tabs", suffixes=(".tsv", ".tab"), read=table.read),
    "jsonl": Format(
        about="a JSON record a line", suffixes=(".jsonl", ".ndjson"), read=records.read_jsonl
    ),
    "json": Format(
        about="JSON records, or a list of turns", suffixes=(".json",), read=records.read_json
    ),
    "vtt": Format(
        about="WebVTT captions that name their speakers",
        suffixes=(".vtt",),
        read=vtt.read,
        looks=vtt.looks,
    ),
    "srt": Format(
        about="SubRip captions that name their speakers",
        suffixes=(".srt",),
        read=srt.read,
        looks=srt.looks,
    ),
    "whatsapp": Format(
        about="a WhatsApp chat, exported as text",
        suffixes=(),
        read=whatsapp.read,
        looks=whatsapp.looks,
    ),
    "slack": Format(
        about="a day of a Slack channel, exported as JSON",
        suffixes=(),
        read=slack.read,
        looks=slack.looks,
    ),
    "discord": Format(
        about="a Discord channel, as DiscordChatExporter writes it in JSON",
        suffixes=(),
        read=discord.read,
        looks=discord.looks,
    ),
    "chatgpt": Format(
        about="conversations.json of a ChatGPT export",
        suffixes=(),
        read=chatgpt.read,
        looks=chatgpt.looks,
    ),
    "claude": Format(
        about="conversations.json of a Claude export",
        suffixes=(),
        read=claude.read,
        looks=claude.looks,
    ),
}
FORMATS = MappingProxyType({name: reader.about for name, reader in _READERS.items()})
"""The names that `format=` takes, each with what it reads."""

_JSON_START = re.compile(r"\s*(?:\{|\[\s*[\[{\]])")
_JSON_LINES = re.compile(r"\s*[\[{][^\n]*[\]}][ \t\r]*\n\s*[\[{]")


def read_file(
    path: str,
    *,
    roles: Roles,
    format: str | None = None,  # noqa: A002 - the word users know it by
    stdin: BinaryIO | None = None,
) -> tuple[Draft, ...]:
    """Return the transcripts of a file.

    Args:
        path: the file; "-" for standard input.
        roles: which speaker labels stand for which role.
        format: a name in FORMATS; by default the content decides.
        stdin: what "-" reads, by default the process's standard input.

    Raises:
        SourceError: it cannot be read as transcripts.
        MachineError: it could not be opened or read.
    """
    if format is not None and format not in _READERS:
        raise SourceError("the format is not known", remedy=f"use one of {', '.join(_READERS)}")
    source = _source(path, contents.of(path, stdin), roles, format)
    drafts = tuple(_READERS[source.format].read(source))
    if not drafts:
        raise source.error("no transcript in it", "", "leave the file out")
    return drafts


def bare(text: str, *, roles: Roles, path: str = "-") -> Draft:
    """Return the transcript that a text holds; offsets map into the text as given.

    Raises:
        SourceError: no speaker label was found in it.
    """
    source = Source(path=path, text=text, encoding="utf-8", roles=roles, format="text")
    return of_text(text, source, "line 1")


def _source(path: str, data: bytes, roles: Roles, wanted: str | None) -> Source:
    """Return the file under the format that the user wants, or that its content shows."""
    name = wanted or next((n for n, f in _READERS.items() if f.holds and f.holds(data)), None)
    if name and _READERS[name].holds:
        return Source(path=path, content=data, encoding="utf-8", roles=roles, format=name)
    text, encoding = decode(data, path)
    name = wanted or _detect(path, text)
    return Source(path=path, text=text, encoding=encoding, roles=roles, format=name)


def _detect(path: str, content: str) -> str:
    """Name the format by content; the file's name decides what content leaves open."""
    suffix = PurePath(path).suffix.lower()
    hint = next((name for name, f in _READERS.items() if suffix in f.suffixes), "text")
    shown = next((name for name, f in _READERS.items() if f.looks and f.looks(content)), None)
    if shown:
        return shown
    if _JSON_START.match(content) or hint in ("json", "jsonl"):
        lines = hint == "jsonl" or (hint != "json" and _JSON_LINES.match(content))
        return "jsonl" if lines else "json"
    if table.is_table(content):
        return "tsv" if hint == "tsv" else "csv"
    if text.has_header(content):
        return "markdown"
    return hint
