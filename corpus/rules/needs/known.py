"""What is known of a pattern."""

from __future__ import annotations

from typing import NamedTuple

SIGNS = ".([{/"
"""What makes a word much rarer if it stands right before it."""


class Word(NamedTuple):
    """A text that a match holds; one of its words is the key to it."""

    key: str
    """In lower case; one of the signs may stand before it."""
    text: str
    at: int
    """Where in the text the key stands."""
    is_cased: bool
    """Whether the text stands as it is written; else it is in lower case."""
    opens: bool
    """Whether no letter stands before it."""
    closes: bool
    """Whether no letter stands after it."""
    behind: tuple[int, ...] = ()
    """Sets of what stands before it, the nearest last."""
    beyond: tuple[int, ...] = ()
    """Sets of what stands after it."""


class Shape(NamedTuple):
    """Characters of given sets that stand in a row in a match."""

    sets: tuple[int, ...]
    """Disjoint."""
    row: tuple[int, ...]
    """Which of the sets, one after the other."""


class Need(NamedTuple):
    """What every match holds one of, and how far from it the match may reach."""

    words: frozenset[Word]
    shapes: frozenset[Shape]
    cost: float
    """How much there will be to do, as far as one can guess."""
    before: int = 0
    """Line breaks that may lie before it in a match and what it looks at."""
    after: int = 0
    """Line breaks that may lie after its beginning."""
    place: int = 0
    """The part of the pattern that it begins in."""


class Known(NamedTuple):
    """What is known of a pattern."""

    need: Need
    also: tuple[Need, ...]
    """What every match holds one of as well, and is cheap to look for."""
    chars: int
    """All that it takes or looks at; nothing else is ever passed."""
