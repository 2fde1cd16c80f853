"""Rules and a plain text in, the places that they propose to hide out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from corpus.errors import DetectorError
from corpus.rules.blanks import BLANK, blank
from corpus.rules.checks import CHECKS
from corpus.rules.remembered import Needs
from corpus.rules.ruleset import Rule, RuleSet
from corpus.rules.sieve import Sieve

if TYPE_CHECKING:
    import regex

_TIMEOUT = 2.0
"""Seconds that a rule may take for a text, however short."""
_SLOWEST = 4e-6
"""Seconds that a rule may take for a character of a long text."""
_PATIENCE = 10.0
"""Seconds that a rule may waste in all, on however many texts."""
_HICCUP = 0.1
"""Seconds that the machine may take for something else."""


class Hit(NamedTuple):
    """A place in a plain text that a rule proposes to hide."""

    start: int
    end: int
    rule: Rule


class Matcher:
    """A rule made ready to run; compiled when first needed."""

    __slots__ = ("_lists", "_lost", "_regex", "_words", "needs", "rule")

    def __init__(self, rule: Rule, words: Mapping[str, tuple[str, ...]], needs: Needs) -> None:
        self.rule = rule
        self.needs = needs
        self._words = words
        self._lists: tuple[frozenset[str], frozenset[str]] | None = None
        self._regex: regex.Pattern[str] | None = None
        self._lost = 0.0

    def compile(self) -> regex.Pattern[str]:
        """Return the compiled pattern.

        Raises:
            regex.error: the pattern is no regular expression.
        """
        if self._regex is None:
            import regex

            self._regex = regex.compile(self.rule.pattern, self.rule.flags)
        return self._regex

    def find(
        self, text: str, lowered: str, stretches: Iterable[tuple[int, int]] | None = None
    ) -> Iterator[Hit]:
        """Yield what the rule finds in a text that was blanked of placeholders.

        Args:
            text: to look through.
            lowered: the same in lower case.
            stretches: where to look, as a sieve has told; everywhere by default.

        Raises:
            DetectorError: the pattern did not come to an end in time.
        """
        rule = self.rule
        if rule.keywords and not any(word in lowered for word in rule.keywords):
            return
        for begin, finish in ((0, len(text)),) if stretches is None else stretches:
            for match in self._matches(text, begin, finish):
                start, end = match.span(rule.group)
                if start < end and self._holds(text[start:end]):
                    yield Hit(start, end, rule)

    def _matches(self, text: str, begin: int, finish: int) -> Sequence[regex.Match[str]]:
        usual = _SLOWEST * (finish - begin)
        timeout = max(_TIMEOUT, usual)
        began = time.monotonic()
        try:
            found = list(self.compile().finditer(text, begin, finish, timeout=timeout))
        except TimeoutError:
            raise self._too_slow(f"{timeout:.0f} seconds on one text") from None
        self._lost += max(0.0, time.monotonic() - began - usual - _HICCUP)
        if self._lost > _PATIENCE:
            raise self._too_slow(f"{_PATIENCE:g} seconds too many on all texts")
        return found

    def _too_slow(self, what: str) -> DetectorError:
        is_ours = self.rule.origin == "builtin"
        remedy = "break up or shorten its long turn" if is_ours else "make its pattern simpler"
        return DetectorError(
            f"rule {self.rule.id} took over {what} - {remedy}; nothing was passed as clean"
        )

    def _holds(self, mention: str) -> bool:
        if BLANK in mention or (self.rule.check and not CHECKS[self.rule.check](mention)):
            return False
        if self._lists is None:
            self._lists = self._listed(self.rule.only), self._listed(self.rule.unless)
        go, stop = self._lists
        folded = mention.lower()
        if go and folded not in go:
            return False
        return folded not in stop and folded.split(None, 1)[0] not in stop

    def _listed(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self._words[name] for name in names))


def matchers(rules: RuleSet) -> tuple[Matcher, ...]:
    """Return all rules, ready to run."""
    needs = Needs(rules.rules)
    return tuple(Matcher(rule, rules.words, needs) for rule in rules.rules)


def find(ready: Iterable[Matcher], text: str) -> Iterator[Hit]:
    """Yield what the rules find in a plain text, rule by rule, never in a placeholder."""
    ready = tuple(ready)
    blanked = blank(text)
    stretches = _stretches(ready, blanked)
    lowered = blanked.lower() if stretches else ""
    for number in sorted(stretches):
        yield from ready[number].find(blanked, lowered, stretches[number])


def _stretches(ready: tuple[Matcher, ...], text: str) -> Mapping[int, Sequence[tuple[int, int]]]:
    """Return where each of the rules, by its number, has to look."""
    if all(needs.are_known(len(text)) for needs in {matcher.needs for matcher in ready}):
        return _sieve(ready).stretches(text)
    whole = ((0, len(text)),)
    return dict.fromkeys(range(len(ready)), whole)


@lru_cache(maxsize=16)
def _sieve(ready: tuple[Matcher, ...]) -> Sieve:
    return Sieve([matcher.needs.of(matcher.rule) for matcher in ready])
