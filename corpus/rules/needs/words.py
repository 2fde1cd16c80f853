"""A row of variants in, the words that one of must stand out."""

from __future__ import annotations

import string
from collections.abc import Iterator
from functools import reduce
from math import fsum
from operator import or_

from corpus.rules.needs import rarity, shapes
from corpus.rules.needs.chars import LETTERS, OTHER, UPPER, seen
from corpus.rules.needs.known import SIGNS, Need, Word
from corpus.rules.needs.variants import Variant

_TOO_COMMON = 0.002
"""A text that stands so often, and be it in words, that it does not pay to look around it."""
_FAR = 3
"""Characters beside a text that are looked at."""
_LOWER = frozenset(string.ascii_lowercase)


def needed(row: list[Variant]) -> Iterator[Need]:
    """Yield what one of must stand: words, and a shape for what has none."""
    chosen: dict[str, list[Word]] = {}
    wordless = []
    for variant in row:
        best = min(_words(variant), key=lambda word: _cost_of_all({word}), default=None)
        if best is None or _place(best) > _TOO_COMMON:
            wordless.append(variant)
        else:
            chosen.setdefault(best.key, []).append(best)
    words = {word for found in chosen.values() for word in min(_ways(found), key=_cost_of_all)}
    rest = min(shapes.needed(wordless), key=lambda need: need.cost, default=None)
    if words and not wordless:
        yield Need(frozenset(words), frozenset(), _cost_of_all(words))
    elif words and rest:
        yield Need(frozenset(words), rest.shapes, _cost_of_all(words) + rest.cost)


def _cost(word: Word) -> float:
    return rarity.of_word(word.key, word.text.lower(), word.behind + word.beyond)


def _cost_of_all(words: set[Word]) -> float:
    return fsum(_cost(word) + _place(word) + rarity.cost_of_word(word.key) for word in words)


def _place(word: Word) -> float:
    return rarity.COST_OF_PLACE * rarity.of_text(word.text.lower())


def _ways(found: list[Word]) -> Iterator[set[Word]]:
    """Yield texts that have a word in common, and fewer that they all hold."""
    yield set(found)
    alike: dict[tuple[str, int, bool], list[Word]] = {}
    for word in found:
        alike.setdefault((word.text, word.at, word.is_cased), []).append(word)
    yield set(map(_united, alike.values()))
    key = found[0].key
    yield {Word(key, key, 0, is_cased=False, opens=key[0] in _LOWER, closes=True)}


def _united(words: list[Word]) -> Word:
    """Return a text that stands wherever it stands in one of several settings."""
    behind = [reduce(or_, sets) for sets in zip(*(w.behind[::-1] for w in words), strict=False)]
    beyond = [reduce(or_, sets) for sets in zip(*(w.beyond for w in words), strict=False)]
    return words[0]._replace(
        opens=all(word.opens for word in words),
        closes=all(word.closes for word in words),
        behind=tuple(behind[::-1]),
        beyond=tuple(beyond),
    )


def _words(variant: Variant) -> Iterator[Word]:
    """Yield the whole words of a variant, each in the longest text that is certain around it."""
    letters = [_letter(chars) for chars in variant]
    at = 0
    while at < len(variant):
        end = at
        while end < len(variant) and letters[end] in _LOWER:
            end += 1
        if end > at and _bars(variant, at - 1) and _bars(variant, end):
            yield _word(variant, letters, at, end)
        at = max(end, at + 1)


def _word(variant: Variant, letters: list[str], at: int, end: int) -> Word:
    start, stop = at, end
    while start > 0 and letters[start - 1]:
        start -= 1
    while stop < len(variant) and letters[stop]:
        stop += 1
    exact = [_only(chars) for chars in variant[start:stop]]
    is_cased = all(exact)
    if at > start and letters[at - 1] in SIGNS:
        at -= 1
    return Word(
        key="".join(letters[at:end]),
        text="".join(exact if is_cased else letters[start:stop]),
        at=at - start,
        is_cased=is_cased,
        opens=_bars(variant, start - 1),
        closes=_bars(variant, stop),
        behind=tuple(seen(chars) for chars in variant[:start] if chars)[-_FAR:],
        beyond=tuple(seen(chars) for chars in variant[stop:] if chars)[:_FAR],
    )


def _bars(variant: Variant, at: int) -> bool:
    """Tell whether what stands there is known to be no letter."""
    return 0 <= at < len(variant) and not variant[at] & LETTERS


def _letter(chars: int) -> str:
    """Return the one character of a set in lower case, nothing if it holds several."""
    upper = chars & UPPER
    return _only(chars & ~upper | upper << ord("a") - ord("A"))


def _only(chars: int) -> str:
    """Return the one character of a set, nothing if it holds several."""
    if chars and not chars & ~OTHER:
        return "?"
    return chr(chars.bit_length() - 1) if chars.bit_count() == 1 else ""
