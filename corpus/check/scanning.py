"""Rules and a passage in, the places that they find in it out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from corpus import rules
from corpus.check.settings import Settings
from corpus.check.types import Passage
from corpus.rules import compiled
from corpus.rules.matching import Matcher, find


class Mention(NamedTuple):
    """What was found where in a passage."""

    start: int
    end: int
    label: str
    rule: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that report what the settings ask for."""

    ready: tuple[Matcher, ...]

    @classmethod
    def of(cls, settings: Settings) -> Rules:
        """Return them, made ready.

        Raises:
            RuleError: the steward's own do not hold.
        """
        folders = [rules.builtin_folder(), *([settings.rules] if settings.rules else [])]
        ready = compiled.ready(folders)
        return cls(tuple(m for m in ready if m.rule.mask in settings.masks))

    def find(self, text: str) -> Iterator[Mention]:
        """Yield what they find in reading order; of what lies in another only the other.

        Raises:
            DetectorError: a rule could not be run to its end.
        """
        hits = (Mention(h.start, h.end, h.rule.label, h.rule.id) for h in find(self.ready, text))
        return outermost(hits)


def outermost(mentions: Iterator[Mention]) -> Iterator[Mention]:
    """Yield the mentions in reading order, but those that lie in another."""
    covered = 0
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end, m.rule)):
        if mention.end > covered:
            covered = mention.end
            yield mention


def positions(passage: Passage, starts: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return line and column of offsets in a passage; line 0 where it has no lines."""
    if not starts:
        return {}
    if passage.line == 0:
        return {start: (0, start + 1) for start in starts}
    lengths = (len(line) for line in passage.text.split("\n"))
    lines = [0, *accumulate(length + 1 for length in lengths)]
    return {start: _position(passage, lines, start) for start in starts}


def _position(passage: Passage, lines: list[int], start: int) -> tuple[int, int]:
    line = bisect_right(lines, start) - 1
    before = passage.column - 1 if line == 0 else 0
    return passage.line + line, before + start - lines[line] + 1


Fingerprint = Callable[[str, str], str]
"""Rule and surface in, a keyed fingerprint out."""
