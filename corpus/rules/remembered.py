"""Rules in, what their patterns need out; worked out once and kept, as that takes a second."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from corpus.rules import cache
from corpus.rules.needs.known import Known, Need, Shape, Word
from corpus.rules.ruleset import Rule

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
        patterns = [(rule.id, rule.pattern, rule.ignore_case) for rule in self._rules]
        digest = cache.key(json.dumps(patterns).encode())
        kept = cache.read(digest) if self._looked_at == 0 else None
        if kept is not None:
            self._known = {id_: _unpacked(one) for id_, one in kept.items()}
            return True
        self._looked_at += max(more, 1)
        if self._looked_at < _WORTH and not cache.is_usable():
            return False
        from corpus.rules.needs.walk import needs

        known = {id_: needs(p, ignore_case=ignore) for id_, p, ignore in patterns}
        cache.write(digest, {id_: _packed(one) for id_, one in known.items()})
        self._known = known
        return True

    def of(self, rule: Rule) -> Known | None:
        """Return what a rule needs, once they are known; None if it looks at everything."""
        return None if self._known is None else self._known[rule.id]


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
