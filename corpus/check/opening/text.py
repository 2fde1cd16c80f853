"""Opens texts: notes, tables, settings, code."""

from __future__ import annotations

from corpus.check.opening import encoding
from corpus.check.opening.content import Content
from corpus.check.opening.passages import cut
from corpus.check.opening.prose import is_prose
from corpus.check.types import Opened


def opened(content: Content, kind: str) -> Opened:
    """Open a text."""
    text = encoding.text(content.data)
    return Opened(kind=kind, passages=cut(text), is_prose=is_prose(text, content.suffix))
