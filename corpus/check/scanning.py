"""Rules and a passage in, the places that they find in it out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple, get_args

from corpus import rules
from corpus.check import reach
from corpus.check.reach import Reach
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
    """The rules that report what the settings ask for, by what a file is."""

    ready: Mapping[Reach, tuple[Matcher, ...]]

    @classmethod
    def of(cls, settings: Settings) -> Rules:
        """Return them, made ready.

        Raises:
            RuleError: the steward's own do not hold.
        """
        folders = [rules.builtin_folder(), *([settings.rules] if settings.rules else [])]
        ready = [m for m in compiled.ready(folders) if m.rule.mask in settings.masks]
        return cls({r: tuple(m for m in ready if reach.is_run(m.rule, r)) for r in get_args(Reach)})

    def find(self, text: str, on: Reach) -> Iterator[Mention]:
        """Yield what they find; of what lies in another only the other, unless that blocks.

        Raises:
            DetectorError: a rule could not be run to its end.
        """
        hits = find(self.ready[on], text)
        found = [Mention(h.start, h.end, h.rule.label, h.rule.id) for h in hits]
        blocking = list(_outermost(m for m in found if reach.blocks(m.rule, on)))
        yield from blocking
        starts = [mention.start for mention in blocking]
        for mention in _outermost(m for m in found if not reach.blocks(m.rule, on)):
            before = bisect_left(starts, mention.end) - 1
            if before < 0 or blocking[before].end <= mention.start:
                yield mention


def _outermost(mentions: Iterable[Mention]) -> Iterator[Mention]:
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
