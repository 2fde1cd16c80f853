"""What the readers of chat exports share: posts in, a draft with times out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus.ingest.drafts import Message, of_messages
from corpus.ingest.source import Source
from corpus.model import Draft

_HEAD = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What somebody said in a chat."""

    speaker: str = field(repr=False)
    text: str = field(repr=False)
    moment: int | None
    """See `clocks.moment`."""
    place: str


def head(text: str) -> str:
    """Return as much of a file as its format shall be told by."""
    return text[:_HEAD].lstrip()


def drafts(posts: Sequence[Post], source: Source, *, place: str, dropped: int) -> Iterator[Draft]:
    """Yield the draft of a chat, or none where nobody says a word in it.

    Args:
        posts: in order; those without words are passed over.
        source: the file.
        place: where in it the chat begins.
        dropped: how many pieces beside them were left out.
    """
    said = [post for post in posts if post.text.strip()]
    if not said:
        return
    messages = [
        Message(speaker=post.speaker, text=post.text, start_ms=post.moment, place=post.place)
        for post in said
    ]
    yield replace(of_messages(messages, source, dropped=dropped), place=place)


def branch(last: str, parents: Mapping[str, str], source: Source, place: str) -> list[str]:
    """Return the names of the messages that lead to the last one, in order.

    Args:
        last: the name of the last one.
        parents: each message's name with that of the one it answers.
        source: the file.
        place: where in it the chat stands.

    Raises:
        SourceError: they lead in a circle.
    """
    path: dict[str, None] = {}
    while last in parents:
        if last in path:
            raise source.error("the messages answer one another in a circle", place, "export again")
        path[last] = None
        last = parents[last]
    return list(reversed(path))
