"""Files in, drafts out: which reader takes which file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import BinaryIO

from corpus.errors import SourceError
from corpus.ingest import contents
from corpus.ingest.decode import decode
from corpus.ingest.drafts import of_text
from corpus.ingest.readers import docx, parquet, records, table, text
from corpus.ingest.readers.captions import srt, vtt
from corpus.ingest.readers.chats import chatgpt, claude, discord, slack, whatsapp
from corpus.ingest.source import Source
from corpus.ingest.speakers.roles import Roles
from corpus.model import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A form in which transcripts come."""

    about: str
    suffixes: tuple[str, ...]
    read: Callable[[Source], Iterator[Draft]]
    known_by: str
    """What a file of it is told by."""
    kept: str
    """What of a file is stored."""
    holds: Callable[[bytes], bool] | None = None
    """For what is not text: tells it by its first bytes."""
    looks: Callable[[str], bool] | None = None
    """For text: tells it from any other by what stands in it."""


_HEADER = "the names of the columns in its first line"
_COLUMNS = "columns of ID, speaker, role, text and time, no others"
_CAPTIONS = "speakers, words, when each turn begins and ends"
_CHAT = "names or roles, words, times from the first message"
_KEYS = "keys of ID, speaker, role, text and time, no others"

_READERS = {
    "markdown": Format(
        about="Markdown, the published form or any speaker labels",
        suffixes=(".md", ".markdown"),
        read=text.read,
        known_by="a heading or an ID line of the published form, else the file's name",
        kept="ID, turns",
    ),
    "text": Format(
        about="plain text with speaker labels",
        suffixes=(".txt", ".text"),
        read=text.read,
        known_by="being text and nothing else",
        kept="ID where one stands, turns",
    ),
    "csv": Format(
        about="a table with a transcript or a turn a row",
        suffixes=(".csv",),
        read=table.read,
        known_by=_HEADER,
        kept=_COLUMNS,
    ),
    "tsv": Format(
        about="the same, separated by tabs",
        suffixes=(".tsv", ".tab"),
        read=table.read,
        known_by=_HEADER,
        kept=_COLUMNS,
    ),
    "jsonl": Format(
        about="a JSON record a line",
        suffixes=(".jsonl", ".ndjson"),
        read=records.read_jsonl,
        known_by="lines that begin with { or [",
        kept=_KEYS,
    ),
    "json": Format(
        about="JSON records, or a list of turns",
        suffixes=(".json",),
        read=records.read_json,
        known_by="beginning with { or [",
        kept=_KEYS,
    ),
    "parquet": Format(
        about="Parquet with a transcript, a turn or a list of turns a row",
        suffixes=(".parquet", ".pq"),
        read=parquet.read,
        holds=parquet.holds,
        known_by="its first bytes",
        kept=_COLUMNS,
    ),
    "vtt": Format(
        about="WebVTT captions that name their speakers",
        suffixes=(".vtt",),
        read=vtt.read,
        looks=vtt.looks,
        known_by="beginning with WEBVTT",
        kept=_CAPTIONS,
    ),
    "srt": Format(
        about="SubRip captions that name their speakers",
        suffixes=(".srt",),
        read=srt.read,
        looks=srt.looks,
        known_by="beginning with a number and 00:00:01,000 --> 00:00:04,000",
        kept=_CAPTIONS,
    ),
    "whatsapp": Format(
        about="a WhatsApp chat, exported as text",
        suffixes=(".txt",),
        read=whatsapp.read,
        looks=whatsapp.looks,
        known_by="lines like 12/05/2024, 21:03 - Ana: hi",
        kept=_CHAT,
    ),
    "slack": Format(
        about="a day of a Slack channel, exported as JSON",
        suffixes=(".json",),
        read=slack.read,
        looks=slack.looks,
        known_by="posts with user, text and ts",
        kept=_CHAT,
    ),
    "discord": Format(
        about="a Discord channel, as DiscordChatExporter writes it in JSON",
        suffixes=(".json",),
        read=discord.read,
        looks=discord.looks,
        known_by="guild, channel and messages",
        kept=_CHAT,
    ),
    "chatgpt": Format(
        about="conversations.json of a ChatGPT export",
        suffixes=(".json",),
        read=chatgpt.read,
        looks=chatgpt.looks,
        known_by="conversations with a mapping",
        kept=_CHAT,
    ),
    "claude": Format(
        about="conversations.json of a Claude export",
        suffixes=(".json",),
        read=claude.read,
        looks=claude.looks,
        known_by="conversations with chat_messages",
        kept=_CHAT,
    ),
    "docx": Format(
        about="Word, speakers in labels or in a column of a table",
        suffixes=(".docx", ".docm"),
        read=docx.read,
        holds=docx.is_word,
        known_by="word/document.xml in its archive",
        kept="ID where one stands, speakers, words, times",
    ),
}
FORMATS = MappingProxyType(_READERS)
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
    texts = {name: f for name, f in _READERS.items() if not f.holds}
    hint = next((name for name, f in texts.items() if suffix in f.suffixes), "text")
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
