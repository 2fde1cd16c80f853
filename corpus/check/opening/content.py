"""What is to be opened, and what opening it may cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from corpus.check.types import Passage

DEEPEST = 3
"""How many archives may lie within one another."""

_USUAL = re.compile(
    r"(?:word|xl|ppt|docProps|customXml|META-INF)/(?!.*\d{5})(?:[A-Za-z0-9_-]{1,30}/){0,3}"
    r"(?:[A-Za-z0-9_.-]{1,40}\.(?:xml|rels)|vbaProject\.bin)"
    r"|_rels/\.rels|\[Content_Types\]\.xml"
    r"|(?!.*\d{5})[a-z0-9_./-]{1,80}"
)
"""Names that programs give, and those without capitals, blanks and long numbers."""
_TOLD = 3


class UnopenedError(Exception):
    """Something, or a part of it, cannot be opened; says why in one clause, without content."""


class Budget:
    """What an item, with all that lies in it, may unpack to."""

    def __init__(self, most: int) -> None:
        self.most = most
        """Bytes, in all."""
        self.left = most
        """Bytes."""

    def spend(self, size: int) -> None:
        """Take it that as many bytes are unpacked.

        Raises:
            UnopenedError: they are too many.
        """
        if size > self.left:
            raise UnopenedError("it unpacks to more than is read")
        self.left -= size


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Bytes with a name; of an item, or of a member in it."""

    data: bytes = field(repr=False)
    name: str = field(repr=False)
    budget: Budget
    depth: int = 0
    """How many archives it lies in."""

    @property
    def most(self) -> int:
        """How large a text may be."""
        return self.budget.most

    @property
    def suffix(self) -> str:
        """The last ending of the name, in small letters: ".md"; empty where there is none."""
        stem, dot, ending = self.name.replace("\\", "/").rpartition("/")[2].rpartition(".")
        return f".{ending.lower()}" if stem and dot else ""

    def member(self, data: bytes, name: str) -> Content:
        """Return what lies in this archive."""
        return replace(self, data=data, name=name, depth=self.depth + 1)


def label(name: str, otherwise: str) -> str:
    """Return a name that can be told: one that nobody could be written to or called by."""
    return name if _USUAL.fullmatch(name) else otherwise


def within(place: str, passages: Iterable[Passage], joint: str = " > ") -> Iterator[Passage]:
    """Yield the passages of a member, as those of what holds it."""
    for passage in passages:
        inside = place + joint + passage.inside if passage.inside else place
        yield replace(passage, inside=inside)


def problem(problems: Iterable[str]) -> str:
    """Return one clause for all that went wrong."""
    distinct = list(dict.fromkeys(problems))
    more = f", and {len(distinct) - _TOLD} more" if len(distinct) > _TOLD else ""
    return "; ".join(distinct[:_TOLD]) + more
