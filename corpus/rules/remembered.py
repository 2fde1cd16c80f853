"""Rules in, what their patterns need out; worked out once and kept, as that takes seconds.

Of the rules that the package brings it comes with the package (`make needs` writes it anew).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.rules import cache
from corpus.rules.needs.known import Known, Need, Shape, Word
from corpus.rules.ruleset import Rule

BROUGHT = Path(__file__).with_name("needs.json")
_WORTH = 200_000
"""Characters to look through from which on it pays to work it out without keeping it."""


class Needs:
    """What rules need, by their ids; read or worked out when that pays."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._known: Mapping[str, Known | None] | None = None
        self._looked_at = 0

    def are_known(self, more: int) -> bool:
        """Tell whether they are known, or made known for so many more characters."""
        if self._known is not None:
            return True
        brought = _brought()
        known = {rule.id: brought[_key(rule)] for rule in self._rules if _key(rule) in brought}
        own = [rule for rule in self._rules if rule.id not in known]
        kept = self._of_own(own, more) if own else {}
        if kept is None:
            return False
        self._known = known | {rule.id: _unpacked(kept[_key(rule)]) for rule in own}
        return True

    def _of_own(self, own: Sequence[Rule], more: int) -> Mapping[str, Any] | None:
        """Return what rules that the package does not bring need; None if that is not worth it."""
        digest = cache.key(*(_key(rule).encode() for rule in own))
        kept: Mapping[str, Any] | None = cache.read(digest) if self._looked_at == 0 else None
        if kept is None:
            self._looked_at += max(more, 1)
            if self._looked_at < _WORTH and not cache.is_usable():
                return None
            kept = work_out(own)
            cache.write(digest, kept)
        return kept

    def of(self, rule: Rule) -> Known | None:
        """Return what a rule needs, once they are known; None if it looks at everything."""
        return None if self._known is None else self._known[rule.id]


def work_out(rules: Sequence[Rule]) -> dict[str, Any]:
    """Return what rules need, ready to be kept."""
    from corpus.rules.needs.walk import needs

    return {_key(r): _packed(needs(r.pattern, ignore_case=r.ignore_case)) for r in rules}


@lru_cache(maxsize=1)
def _brought() -> Mapping[str, Known | None]:
    """Return what the package brings."""
    kept = json.loads(BROUGHT.read_bytes())
    return {key: _unpacked(one) for key, one in kept.items()}


def _key(rule: Rule) -> str:
    """Return what a rule's needs follow from."""
    return hashlib.sha256(f"{rule.ignore_case:d}{rule.pattern}".encode()).hexdigest()[:32]


def _packed(one: Known | None) -> Any:
    if one is None:
        return None
    return [[_of_need(need) for need in (one.need, *one.also)], one.chars]


def _of_need(need: Need) -> Any:
    return [sorted(need.words), sorted(need.shapes), *need[2:]]


def _unpacked(kept: Any) -> Known | None:
    if kept is None:
        return None
    found, chars = kept
    need, *also = map(_need, found)
    return Known(need, tuple(also), chars)


def _need(kept: Any) -> Need:
    words, shapes, *rest = kept
    return Need(
        frozenset(Word(*word[:6], *map(tuple, word[6:])) for word in words),
        frozenset(Shape(*map(tuple, shape)) for shape in shapes),
        *rest,
    )
