"""Reads conversations as Claude exports them: messages of a human and the assistant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.ingest.readers.chats.posts import Post, branch, drafts, head
from corpus.ingest.readers.values import Record, Words, parse, records, words
from corpus.ingest.source import Source
from corpus.ingest.times.clocks import moment
from corpus.model import Draft

_MESSAGES = re.compile(r'"chat_messages"\s*:\s*\[')
_BESIDE = ("attachments", "files")


def looks(text: str) -> bool:
    """Tell whether the text begins like such an export."""
    start = head(text)
    return start.startswith(("[", "{")) and _MESSAGES.search(start) is not None


def read(source: Source) -> Iterator[Draft]:
    """Yield a transcript for each conversation that has words in it."""
    for conversation in records(parse(source.text, source), source, "conversation"):
        messages = conversation.records("chat_messages", "message")
        shown = _shown(conversation, messages, source)
        said = [_words(m) for m in shown]
        posts = [
            Post(
                speaker=m.text("sender"),
                text=text,
                moment=moment(m.fields.get("created_at")),
                place=m.place,
            )
            for m, (text, _) in zip(shown, said, strict=True)
        ]
        beside = sum(len(m.values(key)) for m in shown for key in _BESIDE)
        dropped = len(messages) - len(shown) + sum(dropped for _, dropped in said) + beside
        yield from drafts(posts, source, place=conversation.place, dropped=dropped)


def _shown(conversation: Record, messages: list[Record], source: Source) -> list[Record]:
    """Return the messages of the branch that shows, where they tell which they answer."""
    named = {m.text("uuid"): m for m in messages}
    parents = {name: m.text("parent_message_uuid") for name, m in named.items()}
    if not any(parents.values()) or len(named) < len(messages):
        return messages
    last = conversation.text("current_leaf_message_uuid")
    if last not in named:
        last = next(reversed(named))
    return [named[name] for name in branch(last, parents, source, conversation.place)]


def _words(message: Record) -> Words:
    """Return the words of the blocks; older exports have the text alone."""
    blocks = message.values("content")
    return words(blocks) if blocks else Words(message.text("text"), 0)
