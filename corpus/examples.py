"""Rules in, those of their own examples that they do not keep to out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal, NamedTuple

import regex

from corpus.rules.matching import Matcher, find, matchers
from corpus.rules.ruleset import KeepEntry, Rule, RuleSet


class Failure(NamedTuple):
    """An example that its rule does not keep to."""

    rule: str
    key: Literal["match", "miss"]
    number: int
    """Counted from 1."""
    problem: str

    def __str__(self) -> str:
        """Say which example fails, and how."""
        return f"rule {self.rule}, {self.key} {self.number}: {self.problem}"


_MARK = regex.compile("«(.*?)»", regex.DOTALL)
_SETTINGS = {
    "as it stands": "{}",
    "at the start of a sentence": "{}, and so it went.",
    "at the end of a sentence": "What was said: {}",
    "in quotes": 'They wrote: "{}".',
    "in brackets": "({})",
}


def failures(ruleset: RuleSet) -> Iterator[Failure]:
    """Yield every example that its rule or keep entry does not keep to.

    Each is tried bare, at the start, at the end, and in quotes or brackets of a sentence.
    """
    for matcher in matchers(ruleset):
        yield from _examples(matcher.rule, partial(_found, matcher))
    for entry in ruleset.keep:
        yield from _examples(entry, partial(_kept, entry))


def _found(matcher: Matcher, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in find([matcher], text)]


def _kept(entry: KeepEntry, text: str) -> list[str]:
    return [match[0] for match in regex.finditer(_pattern(entry), text)]


def _pattern(entry: KeepEntry) -> str:
    """Return what finds an entry's surfaces, or its pattern."""
    if entry.pattern:
        return entry.pattern
    names = rf"(?<!\w)(?:{'|'.join(map(regex.escape, entry.surfaces))})(?!\w)"
    cased = names if entry.capitals else f"(?i:{names})"
    if not (entry.before or entry.after):
        return cased
    sides = (f"(?<={entry.before}){cased}", f"{cased}(?={entry.after})")
    return "|".join(
        side for side, wanted in zip(sides, (entry.before, entry.after), strict=True) if wanted
    )


def _examples(item: Rule | KeepEntry, found: Callable[[str], list[str]]) -> Iterator[Failure]:
    for number, example in enumerate(item.match, start=1):
        wanted, plain = set(_MARK.findall(example)), _MARK.sub(r"\1", example)
        for name, setting in _SETTINGS.items():
            got = found(setting.format(plain))
            if not got or not wanted <= set(got):
                what = "another span is found" if got else "nothing is found"
                yield Failure(item.id, "match", number, f"{what} {name}: {plain}")
                break
    for number, example in enumerate(item.miss, start=1):
        for name, setting in _SETTINGS.items():
            if found(setting.format(example)):
                yield Failure(item.id, "miss", number, f"something is found {name}: {example}")
                break
