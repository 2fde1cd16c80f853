"""Rules and a plain text in, the places that they propose to hide out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import regex

from corpus.errors import DetectorError
from corpus.rules.checks import CHECKS
from corpus.rules.placeholders import PLACEHOLDER
from corpus.rules.ruleset import Rule, RuleSet

_TIMEOUT = 2.0
_BLANK = "\0"


class Hit(NamedTuple):
    """A place in a plain text that a rule proposes to hide."""

    start: int
    end: int
    rule: Rule


class Matcher:
    """A rule made ready to run; compiled when first needed."""

    __slots__ = ("_go", "_regex", "_stop", "rule")

    def __init__(self, rule: Rule, words: Mapping[str, tuple[str, ...]]) -> None:
        self.rule = rule
        self._go: frozenset[str] = frozenset().union(*(words[name] for name in rule.only))
        self._stop: frozenset[str] = frozenset().union(*(words[name] for name in rule.unless))
        self._regex: regex.Pattern[str] | None = None

    def compile(self) -> regex.Pattern[str]:
        """Return the compiled pattern.

        Raises:
            regex.error: the pattern is no regular expression.
        """
        if self._regex is None:
            self._regex = regex.compile(self.rule.pattern, self.rule.flags)
        return self._regex

    def find(self, text: str, lowered: str) -> Iterator[Hit]:
        """Yield what the rule finds in a text that was blanked of placeholders.

        Raises:
            DetectorError: the pattern did not come to an end in time.
        """
        rule = self.rule
        if rule.keywords and not any(word in lowered for word in rule.keywords):
            return
        try:
            for match in self.compile().finditer(text, timeout=_TIMEOUT):
                start, end = match.span(rule.group)
                if start < end and self._holds(text[start:end]):
                    yield Hit(start, end, rule)
        except TimeoutError as error:
            is_ours = rule.origin == "builtin"
            remedy = "break up or shorten its long turn" if is_ours else "make its pattern simpler"
            raise DetectorError(
                f"rule {rule.id} took over {_TIMEOUT:g} seconds on one text"
                f" - {remedy}; nothing was passed as clean"
            ) from error

    def _holds(self, mention: str) -> bool:
        if _BLANK in mention or (self.rule.check and not CHECKS[self.rule.check](mention)):
            return False
        folded = mention.lower()
        if self._go and folded not in self._go:
            return False
        return folded not in self._stop and folded.split(None, 1)[0] not in self._stop


def matchers(rules: RuleSet) -> tuple[Matcher, ...]:
    """Return all rules, ready to run."""
    return tuple(Matcher(rule, rules.words) for rule in rules.rules)


def find(ready: Iterable[Matcher], text: str) -> Iterator[Hit]:
    """Yield what the rules find in a plain text, rule by rule, never in a placeholder."""
    blanked = PLACEHOLDER.sub(lambda match: _BLANK * len(match[0]), text)
    lowered = blanked.lower()
    for matcher in ready:
        yield from matcher.find(blanked, lowered)
