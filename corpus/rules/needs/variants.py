"""A part of a pattern in, all that it may be out, where that is not too much."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from itertools import product, takewhile

from corpus.rules.needs.chars import LETTERS, mask
from corpus.rules.needs.measures import is_barred, parts_of
from corpus.rules.needs.syntax import Alt, Edge, Look, Node, One, Rep, Seq

Variant = tuple[int, ...]
"""Sets of characters, one after the other; an empty one says that no letter is next to it."""

NO_LETTER = 0
CASES = 2
"""Upper and lower."""
LONGEST = 16
_MOST = 2000
_MOST_WAYS = 3
"""Ways to go on that are told apart."""
_BRACKETS = "()[]{}"


def variants(part: Node) -> list[Variant] | None:
    """Return all that a part may be; None if that is too much."""
    if isinstance(part, One):
        return [(chars,) for chars in _choices(part.chars)]
    if isinstance(part, Edge | Look):
        return [(NO_LETTER,)] if is_barred(part) else [()]
    if isinstance(part, Alt):
        return _either([variants(way) for way in part.parts])
    if isinstance(part, Seq):
        return joined([variants(inner) for inner in part.parts])
    if part.most is None or part.most - part.least > _MOST_WAYS or part.most > LONGEST:
        return None
    turn = variants(part.part)
    return _either([joined([turn] * times) for times in range(part.least, part.most + 1)])


def _either(ways: Sequence[list[Variant] | None]) -> list[Variant] | None:
    found: list[Variant] = []
    for way in ways:
        if way is None or len(found) + len(way) > _MOST:
            return None
        found += way
    return once(found)


def _choices(chars: int) -> list[int]:
    """Return a set, or its letters or brackets one by one if it holds a few and nothing else."""
    if chars & ~mask(_BRACKETS) and (chars & ~LETTERS or chars.bit_count() > _MOST_WAYS * CASES):
        return [chars]
    letters = (mask(c + c.upper()) & chars for c in string.ascii_lowercase)
    brackets = (mask(c) & chars for c in _BRACKETS)
    return [one for one in (*letters, *brackets) if one]


def once(found: Iterable[Variant]) -> list[Variant]:
    """Return each variant once, in the order that they came in."""
    return list(dict.fromkeys(found))


def joined(rows: Sequence[list[Variant] | None]) -> list[Variant] | None:
    """Return each of the first with each of the second and so on; None if that is too much."""
    whole: list[Variant] = [()]
    for row in rows:
        if row is None or len(whole) * len(row) > _MOST:
            return None
        whole = once(a + b for a, b in product(whole, row))
    return whole


def barred(row: list[Variant], *, first: bool) -> list[Variant]:
    """Return a row with no letter before it, or after it."""
    return once((NO_LETTER, *one) if first else (*one, NO_LETTER) for one in row)


def some(part: Node, *, forwards: bool) -> tuple[list[Variant], bool]:
    """Return what a part begins (or ends) with at least, and whether that is whole turns of it."""
    if not isinstance(part, Rep) or not part.least:
        return [()], True
    turn = variants(part.part)
    if turn is None:
        inner = parts_of(part.part)
        found = [variants(one) for one in (inner if forwards else inner[::-1])]
        fit = list(takewhile(lambda one: one is not None, found))
        return joined(fit if forwards else fit[::-1]) or [()], False
    for times in range(min(part.least, LONGEST), 0, -1):
        several = joined([turn] * times)
        if several is not None:
            return several, True
    return [()], False
