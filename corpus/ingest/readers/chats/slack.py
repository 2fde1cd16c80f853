"""Reads a day of a Slack channel: a list of messages with user, text and time stamp."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from corpus.ingest.readers.chats.posts import Post, drafts, head
from corpus.ingest.readers.values import Record, parse, records
from corpus.ingest.repair.entities import shielded
from corpus.ingest.source import Source
from corpus.ingest.times.clocks import moment
from corpus.model import Draft

_TYPE = re.compile(r'"type"\s*:\s*"message"')
_STAMP = re.compile(r'"ts"\s*:\s*"\d{9,11}\.\d{1,9}"')
_SAID = frozenset(["", "me_message", "thread_broadcast", "file_share"])
"""The subtypes of what a person said; the others are notices and bots."""
_BESIDE = ("files", "attachments")
_LINK = re.compile(r"<([^<>|\n]*)(?:\|([^<>\n]*))?>")


def looks(text: str) -> bool:
    """Tell whether the text begins like a list of Slack's messages."""
    start = head(text)
    return start.startswith("[") and bool(_TYPE.search(start) and _STAMP.search(start))


def read(source: Source) -> Iterator[Draft]:
    """Yield the one transcript of the file."""
    messages = list(records(parse(source.text, source), source, "message"))
    names = {user: name for m in messages if (user := m.text("user")) and (name := _name(m))}
    said = [m for m in messages if m.text("subtype") in _SAID]
    posts = [
        Post(
            speaker=names.get(m.text("user"), m.text("user")),
            text=_plain(m.text("text"), names),
            moment=moment(m.fields.get("ts")),
            place=m.place,
        )
        for m in said
    ]
    beside = sum(len(m.values(key)) for m in said for key in _BESIDE)
    wordless = sum(not m.text("text").strip() and bool(m.values("blocks")) for m in said)
    dropped = len(messages) - len(said) + beside + wordless
    yield from drafts(posts, source, place="message 1", dropped=dropped)


def _name(message: Record) -> str:
    profile = message.record("user_profile")
    return profile.text("real_name") or profile.text("display_name")


def _plain(text: str, names: Mapping[str, str]) -> str:
    """Return the text as it was seen: mentions by name, links by their label."""
    return shielded(html.unescape(_LINK.sub(lambda link: _shown(link[1], link[2], names), text)))


def _shown(target: str, label: str | None, names: Mapping[str, str]) -> str:
    sign, name = target[:1], target[1:]
    if sign == "@":
        return "@" + (label or names.get(name) or name).removeprefix("@")
    if sign == "#":
        return "#" + (label or name)
    if sign == "!":
        return label or "@" + name
    return label or target.removeprefix("mailto:")
