"""Reads conversations as ChatGPT exports them: a tree of messages, of which one branch shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.ingest.readers.chats.posts import Post, branch, drafts, head
from corpus.ingest.readers.values import Record, Value, parse, records, whole
from corpus.ingest.source import Source
from corpus.ingest.times.clocks import moment
from corpus.model import Draft

_TREE = re.compile(
    r'[\[{].*?"mapping"\s*:\s*\{\s*"[^"\n]{1,100}"\s*:\s*\{'
    r'[^{}\[\]]{0,200}"(?:message|parent|children)"\s*:',
    re.DOTALL,
)
_SPEAK = frozenset(["user", "assistant"])
_SAID = frozenset(["", "text", "multimodal_text"])
_HELD = ("parts", "text", "thoughts")


def looks(text: str) -> bool:
    """Tell whether the text begins like such an export."""
    return _TREE.match(head(text)) is not None


def read(source: Source) -> Iterator[Draft]:
    """Yield a transcript for each conversation that has words in it."""
    for conversation in records(parse(source.text, source), source, "conversation"):
        yield from _transcript(conversation, source)


def _transcript(conversation: Record, source: Source) -> Iterator[Draft]:
    place = conversation.place
    nodes = conversation.record("mapping").members()
    last = conversation.text("current_node")
    if not nodes:
        return
    if last not in nodes:
        raise source.error("its last message is not there", place, "export the chat again")
    parents = {name: node.text("parent") for name, node in nodes.items()}
    path = branch(last, parents, source, place)
    messages = [nodes[name].record("message") for name in path]
    said = [m for m in messages if _is_said(m)]
    posts = [
        Post(
            speaker=m.record("author").text("role"),
            text=_words(m),
            moment=moment(m.fields.get("create_time")),
            place=f"{place}, message {number}",
        )
        for number, m in enumerate(said, 1)
    ]
    held = sum(_holds_something(node.record("message")) for node in nodes.values())
    beside = sum(len(_parts(m)) - len(_spoken(m)) for m in said)
    dropped = held - sum(map(_holds_something, said)) + beside
    yield from drafts(posts, source, place=place, dropped=dropped)


def _is_said(message: Record) -> bool:
    """Tell whether a person saw the message, and no tool was meant by it."""
    hidden = message.record("metadata").fields.get("is_visually_hidden_from_conversation")
    return (
        message.record("author").text("role") in _SPEAK
        and message.record("content").text("content_type") in _SAID
        and message.text("recipient") in ("", "all")
        and not hidden
    )


def _holds_something(message: Record) -> bool:
    content = message.record("content").fields
    return any(
        any(value) if isinstance(value, list) else bool(value) for value in map(content.get, _HELD)
    )


def _words(message: Record) -> str:
    return whole("\n\n".join(_spoken(message)))


def _spoken(message: Record) -> list[str]:
    return [text for part in _parts(message) if isinstance(text := _part(part), str)]


def _parts(message: Record) -> list[Value]:
    return message.record("content").values("parts")


def _part(part: Value) -> Value:
    """Return a part that is text, or what was spoken aloud."""
    if isinstance(part, dict) and part.get("content_type") == "audio_transcription":
        return part.get("text")
    return part
