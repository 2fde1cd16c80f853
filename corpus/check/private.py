"""Tells what never leaves a workspace: its database, what is kept beside that, and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.check.types import Passage

_SQLITE = b"SQLite format 3\0"
_TABLE = b"CREATE TABLE turn_prints"
"""In every version of a workspace's database, and of no other program's."""
_KEPT_GUARD = re.compile(rb'[0-9a-f]{64}\n\{\n "about": "written by `corpus guard export`')


def is_of_workspace(data: bytes) -> bool:
    """Tell whether bytes are, or hold as a backup does, what a workspace keeps to itself."""
    return (_SQLITE in data and _TABLE in data) or _KEPT_GUARD.match(data) is not None


def is_database(head: bytes) -> bool:
    """Tell by its first bytes whether a file is a database, of whichever program."""
    return head.startswith(_SQLITE)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that are at hand, as `corpus guard key` writes them."""

    written: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, *keys: bytes | None) -> Keys:
        """Return those that there are, in small letters and in capitals."""
        return cls(tuple(text for k in keys if k for text in (k.hex(), k.hex().upper())))

    def starts(self, passage: Passage) -> Iterator[int]:
        """Yield where in a passage each of them stands first."""
        for written in self.written:
            if (start := passage.text.find(written)) >= 0:
                yield start
