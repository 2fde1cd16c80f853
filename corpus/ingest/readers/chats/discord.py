"""Reads what DiscordChatExporter writes: a channel's messages with author and time stamp."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from corpus.ingest.readers.chats.posts import Post, drafts, head
from corpus.ingest.readers.values import Record, parse, records
from corpus.ingest.source import Source
from corpus.ingest.times.clocks import moment
from corpus.model import Draft

_KEYS = [re.compile(rf'"{key}"\s*:\s*[\[{{]') for key in ("guild", "channel", "messages")]
_SAID = frozenset(["", "Default", "Reply"])
"""The types of what somebody said; the others are notices."""
_BESIDE = ("attachments", "embeds", "stickers")
_MENTION = re.compile(r"<@!?(\d{1,20})>")
_EMOJI = re.compile(r"<a?(:\w{1,40}:)\d{1,20}>")


def looks(text: str) -> bool:
    """Tell whether the text begins like such an export."""
    start = head(text)
    return start.startswith("{") and all(key.search(start) for key in _KEYS)


def read(source: Source) -> Iterator[Draft]:
    """Yield the transcript of the channel."""
    for channel in records(parse(source.text, source), source, "channel"):
        messages = channel.records("messages", "message")
        said = [m for m in messages if m.text("type") in _SAID]
        people = [p for m in said for p in (m.record("author"), *m.records("mentions", "mention"))]
        names = {p.text("id"): _name(p) for p in people}
        posts = [
            Post(
                speaker=_name(m.record("author")),
                text=_plain(m.text("content"), names),
                moment=moment(m.fields.get("timestamp")),
                place=m.place,
            )
            for m in said
        ]
        beside = sum(len(m.values(key)) for m in said for key in _BESIDE)
        dropped = len(messages) - len(said) + beside
        yield from drafts(posts, source, place=channel.place, dropped=dropped)


def _name(person: Record) -> str:
    return person.text("nickname") or person.text("name")


def _plain(text: str, names: Mapping[str, str]) -> str:
    """Return the text as it was seen: mentions by name, emoji without their number."""
    named = _MENTION.sub(lambda m: "@" + names.get(m[1], m[1]), text)
    return _EMOJI.sub(r"\1", named)
