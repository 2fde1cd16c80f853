"""Guesses of how often something stands in a text; a bad one costs time, and no finding.

A cost is the share of a text's places at which a rule will have to run, and what it takes to find
them in terms of that.
"""

from __future__ import annotations

from functools import cache
from math import prod

from corpus.rules.needs.chars import DIGITS, LOWER, mask
from corpus.rules.needs.known import SIGNS

COST_OF_SHAPE = 0.0008
"""Of looking for one more."""
_COST_OF_WORD = 0.00015
"""Of looking for one more, where its key stands."""
_NEAR = 1000
"""Characters around a key that are looked through."""
COST_OF_PLACE = 0.05
"""Of seeing what stands beside a text, if to run a rule there costs 1."""

_USUAL = {" ": 0.15, "\n": 0.03, ".": 0.03, ",": 0.05} | dict.fromkeys('"_-:()=', 0.02)
_OF_LETTER, _OF_DIGIT, _OF_OTHER = 0.06, 0.03, 0.008
_COMMON = frozenset(
    """
    a an and are as at be by can do for from had has have he her him his i if in into is it
    its me my no not of on or our she so that the their they this to us was we were who will
    with you your class data file import line name self test type value
    """.split()  # noqa: SIM905 - words read better so
)
_FREQUENT = 0.01
_OF_LENGTH = (0.03, 0.03, 0.003, 0.0003, 0.0001, 0.00005, 0.00003)
_WITH_SIGN = {" ": 1.0, ",": 0.3} | dict.fromkeys("./@:\\-&()[]{}", 0.1)
_WITH_MORE = 0.5
_SPACED = 0.8
_LEAST = 0.1


@cache
def of_set(chars: int) -> float:
    """Guess how often a character is of a set."""
    found = sum(share for c, share in _USUAL.items() if chars & mask(c))
    found += _OF_LETTER * (chars & LOWER).bit_count() + _OF_DIGIT * (chars & DIGITS).bit_count()
    return min(1.0, found + _OF_OTHER * (chars & ~(LOWER | DIGITS)).bit_count())


@cache
def of_row(sets: tuple[int, ...]) -> float:
    """Guess how often characters of the sets stand in a row."""
    return prod(map(of_set, sets))


def of_text(text: str) -> float:
    """Guess how often a text in lower case stands anywhere, be it in a word."""
    return prod(of_set(mask(c)) for c in text)


def of_word(key: str, text: str, beside: tuple[int, ...]) -> float:
    """Guess how often a text of which one word is the key stands beside some sets."""
    alone = _of_key(key)
    around = prod(_WITH_SIGN.get(c, _WITH_MORE) for c in text.replace(key, "", 1))
    space = mask(" ")
    sides = prod(_SPACED if chars & space else max(_LEAST, of_set(chars)) for chars in beside)
    return min(alone * around, of_text(text)) * sides


def cost_of_word(key: str) -> float:
    """Guess what it costs to look for a text where its key is near."""
    return _COST_OF_WORD * min(1.0, _NEAR * _of_key(key))


def _of_key(key: str) -> float:
    word = key.lstrip(SIGNS)
    alone = _FREQUENT if word in _COMMON else _OF_LENGTH[min(len(word), len(_OF_LENGTH) - 1)]
    return alone if word == key else alone * _WITH_SIGN[key[0]]
