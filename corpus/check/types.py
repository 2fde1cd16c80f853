"""What travels through a check: items, what is read out of them, and what is to be said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Level = Literal["error", "warning"]
"""Errors block; warnings are told."""

Model = Literal["transcripts", "prose", "never"]
"""What the embedded model reads: what looks like a transcript or is guarded, all prose, nothing."""

Unregistered = Literal["error", "warning", "off"]
"""What becomes of a file that looks like a transcript and is in no pinned release."""

Fails = Literal["always", "guarded", "never"]

Treatment = Literal["known", "scanned", "skipped", "ignored", "unreadable"]
"""What was done with an item; what is unreadable is never to be taken for clean."""

Depth = Literal["fast", "usual", "deep"]
"""How far to look: without the model; with it as the settings say; with it on all prose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to be checked: a file, a blob of the index, standard input."""

    path: str
    """As the user named it, and as it is told: odd bytes as in `os.fsdecode`."""
    name: str
    """Below the root of the repository or workspace, with "/"; what globs and baselines go by."""
    source: Path | bytes = field(repr=False)
    """Where its bytes are, or the bytes."""
    size: int
    """In bytes; what lies on disk may be of any size, bytes at hand are never too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Something that was to be checked and whose bytes cannot be had."""

    path: str
    """As in an item."""
    name: str
    """As in an item."""
    why: str
    """One clause that goes on from the path, without content: "is a pipe, not a file"."""
    fails: Fails = "always"
    """Where that is a failure: wherever it lies, under a guarded path, nowhere. Else it is
    skipped, and counted."""
    sha256: str = ""
    """Of the bytes, where it is known all the same: a release may vouch for them."""


Target = Item | Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of text that was found in an item."""

    text: str = field(repr=False)
    inside: str = ""
    """Where in the item: "cell 3", "table turns, row 12, column text", "notes.csv in it"; no
    content ever. Empty for text that is the file's own."""
    line: int = 1
    """The line of the file, or of `inside`, that it begins in; 0 where there are no lines."""
    column: int = 1
    """The column, in code points from 1, that it begins at."""
    is_prose: bool = True
    """Whether it may be running text, which the model reads: names of members, attributes and codes
    are none."""
    is_binary: bool = False
    """Whether it stands in bytes of no format that is read: it may be of a source, and no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What was read out of an item."""

    kind: str
    """"text", "csv", "json", "notebook", "parquet", "arrow", "docx", "zip", "gzip", "binary" …"""
    passages: Iterable[Passage] = ()
    """In reading order; may be read once only."""
    is_prose: bool = False
    """Whether people read it: Markdown, plain text, Word, captions, cells of prose."""
    problem: str = ""
    """Why it, or a part of it, could not be opened: one clause, without content. Its passages count
    nevertheless."""
    skipped: str = ""
    """What in it is of a kind that is not read, as a file of its own would be skipped for it: one
    clause, without content. Under a guarded path that is a problem."""
    is_private: bool = False
    """Whether it is, or holds, what a workspace keeps to itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an item holds something; never what."""

    path: str
    inside: str = ""
    line: int
    """From 1; 0 where there are no lines."""
    column: int
    """From 1, in code points."""
    length: int
    """In code points; 0 for what concerns the whole item."""
    label: str
    """A label of the guidelines, or TRANSCRIPT for what concerns the whole item."""
    rule: str
    level: Level = "error"
    print: str = field(default="", repr=False)
    """Keyed fingerprint of path, rule and normalised surface; empty where no key is at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of an item."""

    path: str
    name: str
    treatment: Treatment
    why: tuple[str, ...] = ()
    """What was done and why, step by step; the last says why nothing else was."""
    places: tuple[Place, ...] = ()
    """In reading order."""
    is_whole: bool = True
    """Whether all was run that may find something: prose that the model did not read is not."""
    accepted: int = 0
    """Findings that the item accepts itself."""

    @property
    def is_looked_at(self) -> bool:
        """Whether what it holds is known."""
        return self.treatment in {"known", "scanned"}
