"""Opens SQLite databases: whatever reads as text in their pages, deleted rows too."""

from __future__ import annotations

from corpus.check.opening import runs
from corpus.check.opening.content import Content
from corpus.check.types import Opened


def opened(content: Content, kind: str) -> Opened:
    """Open a database; a long text is read in the parts that its pages hold."""
    return Opened(
        kind=kind,
        passages=runs.passages(content.data, "database"),
        skipped="databases are read in part",
    )
