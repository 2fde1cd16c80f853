"""The parts of a pattern in, what every match of it must hold out: words, or shapes.

A rule runs only where what it needs stands. What it needs is worked out from its pattern and
never stated, so that the two cannot part. How rare a need is, is guessed; a bad guess costs time
and no finding.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from itertools import product, takewhile
from math import prod
from operator import or_
from typing import NamedTuple

from corpus.rules.syntax import (
    ALL,
    DIGITS,
    LETTERS,
    LOWER,
    NEWLINE,
    OTHER,
    SPACE,
    UPPER,
    Alt,
    Edge,
    Look,
    Node,
    NotUnderstoodError,
    One,
    Rep,
    Seq,
    mask,
    parse,
)

ENDLESS = 1 << 20
"""More lines than any limit."""
_MOST_VARIANTS = 2000
_MOST_NEEDLES = 20
_FEW = 12
_MOST_ALSO = 3
_FAR = 3
"""How many characters beside a text are looked at."""
_LEAST = 0.1
_SPACED = 0.8
_LOOKED_AT = 0.05
"""What it costs to find a text and see what stands beside it, if to run a rule there costs 1."""
_LENGTHS = (1, 2, 3, 4, 5, 7, 9, 12, 16)
"""Of a shape."""
_MOST_WAYS = 3
"""How often a part may be repeated, more or less, and each way be followed."""
_LONGEST = 16
_COMMON = frozenset(
    "a an and are as at be by can do for from had has have he her him his i if in into is it its"
    " me my no not of on or our she so that the their they this to us was we were who will with you"
    " your class data file import line name self test type value".split()
)
_RARITY = (0.01, 0.005, 0.001, 0.0003, 0.0001, 0.00005, 0.00003)
"""How often a word of so many letters stands at a place."""
_FREQUENT = 0.01
_RARE = 0.003
_COST_OF_ONE = 0.0008
_COST_OF_WORD = 0.00005
_AROUND = {" ": 1.0, ",": 0.3} | dict.fromkeys("./@:\\-&", 0.1)
"""How much rarer a word is with a character beside it."""
_USUAL = {" ": 0.15, "\n": 0.03, ".": 0.03, ",": 0.05} | dict.fromkeys("\"_-:()=", 0.02)

Variant = tuple[int, ...]
"""Sets of characters, one after the other; an empty one says that no letter is next to it."""
_NO_LETTER = 0
_BRACKETS = mask("()[]{}")
_CASES = 2
"""Upper and lower."""


class Word(NamedTuple):
    """A text that a match holds; one of its words is the key to it."""

    key: str
    """In lower case."""
    text: str
    is_cased: bool
    """Whether the text stands as it is written; else it is in lower case."""
    opens: bool
    """Whether no letter stands before it."""
    closes: bool
    """Whether no letter stands after it."""
    behind: tuple[int, ...] = ()
    """Sets of what stands before it, the nearest last."""
    beyond: tuple[int, ...] = ()
    """Sets of what stands after it."""


class Shape(NamedTuple):
    """Characters of given sets that stand in a row in a match."""

    sets: tuple[int, ...]
    """Disjoint."""
    row: tuple[int, ...]
    """Which of the sets, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What every match holds one of, and how far from it the match may reach."""

    words: frozenset[Word] = frozenset()
    shapes: frozenset[Shape] = frozenset()
    cost: float
    before: int
    """Line breaks that may lie before it in a match and what it looks at."""
    after: int
    """Line breaks that may lie after its beginning."""
    place: int = 0
    """The part of the pattern that it begins in."""


class Known(NamedTuple):
    """What is known of a pattern."""

    need: Need
    also: tuple[Need, ...]
    """What every match holds one of as well, and is cheap to look for."""
    chars: int
    """All that it takes or looks at; nothing else is ever passed."""


def of(pattern: str, *, ignore_case: bool) -> Known | None:
    """Return what every match of a pattern needs; None where that is not plain."""
    try:
        node = parse(pattern, ignore_case=ignore_case)
    except NotUnderstoodError:
        return None
    needs = sorted(_Walk(_parts(node), ALL, ALL).needs(), key=lambda need: need.cost)
    if not needs:
        return None
    also: dict[int, Need] = {}
    for need in needs:
        if need.place != needs[0].place and len(need.words) + len(need.shapes) <= _FEW:
            also.setdefault(need.place, need)
    return Known(needs[0], tuple(also.values())[:_MOST_ALSO], _alphabet(node))


def _parts(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, Seq) else (node,)


def _alphabet(node: Node) -> int:
    if isinstance(node, One):
        return node.chars
    if isinstance(node, Rep | Look):
        return _alphabet(node.part)
    if isinstance(node, Edge):
        return 0 if node.of_word else NEWLINE
    chars = 0
    for part in node.parts:
        chars |= _alphabet(part)
    return chars


def _lines(node: Node) -> int:
    """Return how many line breaks lie at most in what it takes and looks at.

    Line breaks with nothing but spaces between them count as one.
    """
    if isinstance(node, One):
        return int(bool(node.chars & NEWLINE))
    if isinstance(node, Seq):
        return sum(map(_lines, node.parts))
    if isinstance(node, Alt):
        return max(map(_lines, node.parts))
    if isinstance(node, Look):
        return _lines(node.part)
    if isinstance(node, Edge):
        return int(not node.of_word)
    once = _lines(node.part)
    if isinstance(node.part, One) and not node.part.chars & ~SPACE:
        return once
    return once * (ENDLESS if node.most is None else node.most)


def _is_barred(part: Node) -> bool:
    """Tell whether no letter stands next to where this holds."""
    if isinstance(part, Edge):
        return True
    if not isinstance(part, Look) or part.wanted:
        return False
    ways = part.part.parts if isinstance(part.part, Alt) else (part.part,)
    ones = [_parts(way) for way in ways]
    return any(
        len(way) == 1 and isinstance(way[0], One) and way[0].chars & LETTERS == LETTERS
        for way in ones
    )


def _next(parts: Iterable[Node], beyond: int, *, forwards: bool) -> int:
    """Return what may stand next, going through the parts."""
    chars = 0
    for part in parts:
        if _is_barred(part):
            return chars
        found, is_optional = _end(part, forwards=forwards)
        chars |= found
        if not is_optional:
            return chars
    return chars | beyond


def _end(part: Node, *, forwards: bool) -> tuple[int, bool]:
    """Return what a part may begin (or end) with, and whether it may be empty."""
    if isinstance(part, One):
        return part.chars, False
    if isinstance(part, Look | Edge):
        return 0, not _is_barred(part)
    if isinstance(part, Rep):
        chars, is_optional = _end(part.part, forwards=forwards)
        return chars, is_optional or part.least == 0
    if isinstance(part, Alt):
        ends = [_end(way, forwards=forwards) for way in part.parts]
        chars = 0
        for found, _ in ends:
            chars |= found
        return chars, any(is_optional for _, is_optional in ends)
    chars = 0
    for inner in part.parts if forwards else part.parts[::-1]:
        found, is_optional = _end(inner, forwards=forwards)
        chars |= found
        if not is_optional:
            return chars, False
    return chars, True


def _variants(part: Node) -> list[Variant] | None:
    """Return all that a part may be, if that is not too much."""
    if isinstance(part, One):
        return [(chars,) for chars in _choices(part.chars)]
    if isinstance(part, Edge | Look):
        return [(_NO_LETTER,)] if _is_barred(part) else [()]
    if isinstance(part, Alt):
        ways = [_variants(way) for way in part.parts]
        found = [v for way in ways if way is not None for v in way]
        return None if None in ways or len(found) > _MOST_VARIANTS else _once(found)
    if isinstance(part, Seq):
        return _joined([_variants(inner) for inner in part.parts])
    if part.most is None or part.most - part.least > _MOST_WAYS or part.most > _LONGEST:
        return None
    once = _variants(part.part)
    several = (_joined([once] * times) for times in range(part.least, part.most + 1))
    found = []
    for times in several:
        if times is None or len(found) > _MOST_VARIANTS:
            return None
        found += times
    return _once(found)


def _choices(chars: int) -> list[int]:
    """Return a set, or its letters or brackets one by one if it holds a few and nothing else."""
    if chars & ~_BRACKETS and (chars & ~LETTERS or chars.bit_count() > _MOST_WAYS * _CASES):
        return [chars]
    letters = (mask(c + c.upper()) & chars for c in string.ascii_lowercase)
    brackets = (mask(c) & chars for c in "()[]{}")
    return [one for one in (*letters, *brackets) if one]


def _once(variants: Iterable[Variant]) -> list[Variant]:
    return list(dict.fromkeys(variants))


def _joined(parts: Sequence[list[Variant] | None]) -> list[Variant] | None:
    """Return each of the first with each of the second and so on, if that is not too much."""
    joined: list[Variant] = [()]
    for part in parts:
        if part is None or len(joined) * len(part) > _MOST_VARIANTS:
            return None
        joined = _once(a + b for a, b in product(joined, part))
    return joined


class _Walk:
    """Goes through parts that follow one another, and gathers what stands next to what."""

    def __init__(self, parts: tuple[Node, ...], left: int, right: int) -> None:
        self.parts = parts
        self.left = left
        self.right = right
        self.lines = [_lines(part) for part in parts]
        self.begins = 0
        """The part that the row begins in."""
        self.row = self._bar(self._before(0))

    def needs(self) -> Iterator[Need]:
        """Yield what each match holds one of, in as many ways as there are."""
        for at, part in enumerate(self.parts):
            if isinstance(part, Look) and part.wanted:
                yield from self._looked(at, part)
                continue
            found = _variants(part)
            longer = _joined([self.row, found])
            if longer is not None:
                self.row = longer
            elif found is not None:
                yield from self._closed(at, self.row, self._after(at))
                self.begins, self.row = at, _sum(self._bar(self._before(at)), found)
            else:
                yield from self._apart(at, part)
        yield from self._closed(len(self.parts), self.row, self._after(len(self.parts)))

    def _apart(self, at: int, part: Node) -> Iterator[Need]:
        """Go through a part that may be endlessly much."""
        before, after = self._before(at), self._after(at + 1)
        yield from self._inside(at, part, before, after)
        head, is_whole = _some(part, forwards=True)
        begun = _joined([self.row, head])
        beyond = after | _end(part, forwards=True)[0] if is_whole else ALL
        yield from self._closed(at + 1, self.row if begun is None else begun, beyond)
        self.begins = at
        self.row, _ = _some(part, forwards=False)
        if self.row == [()]:
            self.row = self._bar(_next((part,), before, forwards=False))

    def _inside(self, at: int, part: Node, left: int, right: int) -> Iterator[Need]:
        if isinstance(part, Alt):
            ways = [_best(_parts(way), left, right) for way in part.parts]
            needs = [way for way in ways if way is not None]
            if len(needs) == len(ways):
                before, after = sum(self.lines[:at]), sum(self.lines[at + 1 :])
                yield replace(self._of(before, after, needs), place=at)
        elif isinstance(part, Rep) and part.least:
            inner = _parts(part.part)
            for need in _Walk(inner, ALL, ALL).needs():
                yield self._around(at, need)
            width = min(part.least * _width(part.part), _LONGEST)
            if width:
                row = ((_alphabet(part.part),) * width,)
                for need in _shaped(row):
                    yield self._around(at, need)

    def _looked(self, at: int, part: Look) -> Iterator[Need]:
        inner = _variants(part.part)
        left, right = (self._before(at), ALL) if part.ahead else (ALL, self._after(at + 1))
        for need in _Walk(_parts(part.part), left, right).needs():
            yield self._around(at, need)
        joined = _joined([self.row, inner])
        if part.ahead and joined is not None:
            yield from self._closed(at + 1, joined, ALL)
        if not part.ahead and at == 0 and inner is not None:
            self.row = inner

    def _around(self, at: int, need: Need) -> Need:
        """Return what is needed inside of a part, as a need of the whole."""
        before, after = sum(self.lines[: at + 1]), sum(self.lines[at:])
        return replace(need, before=before, after=after, place=at)

    @staticmethod
    def _of(before: int, after: int, needs: Sequence[Need]) -> Need:
        return Need(
            words=frozenset().union(*(need.words for need in needs)),
            shapes=frozenset().union(*(need.shapes for need in needs)),
            cost=sum(need.cost for need in needs),
            before=before + max(need.before for need in needs),
            after=after + max(need.after for need in needs),
        )

    def _closed(self, end: int, row: list[Variant], after: int) -> Iterator[Need]:
        """Yield what a row that ends before a part makes needed."""
        whole = row if after & LETTERS else _sum(row, [(_NO_LETTER,)])
        words = list(_worded(whole))
        are_rare = any(need.cost < _RARE for need in words)
        for need in words if are_rare else (*words, *_shaped(whole)):
            before, beyond = sum(self.lines[:end]), sum(self.lines[self.begins :])
            yield replace(need, before=before, after=beyond, place=self.begins)

    def _before(self, at: int) -> int:
        return _next(self.parts[:at][::-1], self.left, forwards=False)

    def _after(self, at: int) -> int:
        return _next(self.parts[at:], self.right, forwards=True)

    @staticmethod
    def _bar(chars: int) -> list[Variant]:
        return [()] if chars & LETTERS else [(_NO_LETTER,)]


def _best(parts: tuple[Node, ...], left: int, right: int) -> Need | None:
    return min(_Walk(parts, left, right).needs(), key=lambda need: need.cost, default=None)


def _sum(first: list[Variant], second: list[Variant]) -> list[Variant]:
    return _once(a + b for a, b in product(first, second))


def _some(part: Node, *, forwards: bool) -> tuple[list[Variant], bool]:
    """Return what a part begins (or ends) with at least, and whether that is a whole turn of it."""
    if not isinstance(part, Rep) or not part.least:
        return [()], True
    once = _variants(part.part)
    if once is None:
        inner = _parts(part.part)
        found = [_variants(one) for one in (inner if forwards else inner[::-1])]
        fit = list(takewhile(lambda one: one is not None, found))
        return _joined(fit if forwards else fit[::-1]) or [()], False
    for times in range(min(part.least, _LONGEST), 0, -1):
        several = _joined([once] * times)
        if several is not None:
            return several, True
    return [()], False


def _width(node: Node) -> int:
    """Return how many characters it takes at least."""
    if isinstance(node, One):
        return 1
    if isinstance(node, Seq):
        return sum(map(_width, node.parts))
    if isinstance(node, Alt):
        return min(map(_width, node.parts))
    return node.least * _width(node.part) if isinstance(node, Rep) else 0


def _worded(row: list[Variant]) -> Iterator[Need]:
    """Yield the words that one of must stand, or a shape for what has none."""
    chosen: dict[str, dict[Word, float]] = {}
    wordless = []
    for variant in row:
        best = min(_words(variant), key=lambda found: found[1], default=None)
        if best is None:
            wordless.append(variant)
        else:
            chosen.setdefault(best[0].key, {})[best[0]] = best[1]
    words: dict[Word, float] = {}
    for texts in chosen.values():
        words |= min(_ways(texts), key=_cost_of_all)
    if words:
        rest = min(_shaped(wordless), key=lambda need: need.cost, default=None)
        if rest or not wordless:
            cost = _cost_of_all(words) + (rest.cost if rest else 0.0)
            shapes = rest.shapes if rest else frozenset()
            yield Need(words=frozenset(words), shapes=shapes, cost=cost, before=0, after=0)


def _ways(texts: dict[Word, float]) -> Iterator[dict[Word, float]]:
    """Yield texts that have a word in common, and fewer that they all hold."""
    yield texts
    settings: dict[tuple[str, bool], list[Word]] = {}
    for word in texts:
        settings.setdefault((word.text, word.is_cased), []).append(word)
    united = map(_united, settings.values())
    yield {word: _cost_of(word) for word in united}
    key = next(iter(texts)).key
    alone = Word(key, key, is_cased=False, opens=True, closes=True)
    yield {alone: _cost_of(alone)}


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


def _words(variant: Variant) -> Iterator[tuple[Word, float]]:
    """Yield the whole words of a variant, each in the longest text that is certain around it."""
    letters = [_letter(chars) for chars in variant]
    at = 0
    while at < len(variant):
        end = at
        while end < len(variant) and letters[end] in _LOWER:
            end += 1
        is_whole = _bars(variant, at - 1) and _bars(variant, end)
        if end > at and is_whole:
            yield _word(variant, letters, at, end)
        at = max(end, at + 1)


_LOWER = frozenset(string.ascii_lowercase)


def _bars(variant: Variant, at: int) -> bool:
    return 0 <= at < len(variant) and not variant[at] & LETTERS


def _letter(chars: int) -> str:
    """Return the one character of a set in lower case, nothing if it holds several."""
    upper = chars & LETTERS & ~LOWER
    return _exact(chars & ~upper | upper << ord("a") - ord("A"))


def _word(variant: Variant, letters: list[str], at: int, end: int) -> tuple[Word, float]:
    key = "".join(letters[at:end])
    start, stop = at, end
    while start > 0 and letters[start - 1]:
        start -= 1
    while stop < len(variant) and letters[stop]:
        stop += 1
    exact = [_exact(chars) for chars in variant[start:stop]]
    text = "".join(exact) if all(exact) else "".join(letters[start:stop])
    word = Word(
        key,
        text,
        is_cased=all(exact),
        opens=_bars(variant, start - 1),
        closes=_bars(variant, stop),
        behind=tuple(seen(chars) for chars in variant[:start] if chars)[-_FAR:],
        beyond=tuple(seen(chars) for chars in variant[stop:] if chars)[:_FAR],
    )
    return word, _cost_of(word)


def _cost_of(word: Word) -> float:
    around = word.text.lower().replace(word.key, "", 1)
    cost = _cost(word.key) * prod(_AROUND.get(c, 0.5) for c in around)
    beside = prod(
        _SPACED if chars & mask(" ") else max(_LEAST, _density(chars))
        for chars in (*word.behind, *word.beyond)
    )
    return cost * beside


def _cost_of_all(words: dict[Word, float]) -> float:
    found = (prod(_density(mask(c)) for c in word.text.lower()) for word in words)
    return sum(words.values()) + len(words) * _COST_OF_WORD + _LOOKED_AT * sum(found)


def _exact(chars: int) -> str:
    """Return the one character of a set, nothing if it holds several."""
    if chars and not chars & ~OTHER:
        return "?"
    return chr(chars.bit_length() - 1) if chars.bit_count() == 1 else ""


def _cost(key: str) -> float:
    return _FREQUENT if key in _COMMON else _RARITY[min(len(key), len(_RARITY) - 1)]


def _shaped(row: Iterable[Variant]) -> Iterator[Need]:
    """Yield the shapes that one of must stand, if each variant has one."""
    rows = _once(tuple(seen(chars) for chars in variant if chars) for variant in row)
    bare = _once(min(_unlettered(variant), key=_commonness) for variant in row)
    coarse = _once(tuple(map(_coarse, variant)) for variant in bare)
    for way in (rows, bare, coarse):
        yield from _formed(way)


def _formed(rows: list[Variant]) -> Iterator[Need]:
    if not all(rows):
        return
    rows = sorted(rows, key=len)
    for length in _LENGTHS:
        chosen = _windows(rows, length)
        for sets in (_atoms(chosen), _merged(chosen)):
            shapes = _shapes(chosen, sets)
            if shapes:
                cost = sum(prod(_density(sets[i]) for i in shape.row) for shape in shapes)
                cost += _COST_OF_ONE * len(shapes)
                yield Need(shapes=shapes, cost=cost, before=0, after=0)


def _unlettered(variant: Variant) -> Iterator[Variant]:
    """Yield the pieces between certain letters, which are left to words."""
    piece: list[int] = []
    for chars in (*variant, mask("a")):
        if 0 < (chars & LETTERS).bit_count() <= _CASES:
            yield tuple(piece)
            piece = []
        elif chars:
            piece.append(seen(chars))


def _coarse(chars: int) -> int:
    return next((whole for whole in (DIGITS, UPPER, LOWER) if not chars & ~whole), chars)


def _windows(rows: Iterable[Variant], length: int) -> list[Variant]:
    """Return stretches that one of is in each row; none if they are too many."""
    chosen: dict[Variant, None] = {}
    for row in rows:
        windows = [row[at : at + length] for at in range(max(1, len(row) - length + 1))]
        if not any(window in chosen for window in windows):
            chosen[min(windows, key=_commonness)] = None
        if len(chosen) > _MOST_NEEDLES:
            return []
    return list(chosen)


@cache
def _commonness(window: Variant) -> float:
    return prod(map(_density, window))


@cache
def _density(chars: int) -> float:
    """Guess how often a character is of a set."""
    found = sum(share for c, share in _USUAL.items() if chars & mask(c))
    found += 0.06 * (chars & LOWER).bit_count() + 0.03 * (chars & DIGITS).bit_count()
    return min(1.0, found + 0.008 * (chars & ~(LOWER | DIGITS)).bit_count())


@cache
def seen(chars: int) -> int:
    """Return the bytes that characters of a set are seen as: all that are not of ASCII as "?"."""
    return chars & ~OTHER | (mask("?") if chars & OTHER else 0)


def _atoms(rows: Iterable[Variant]) -> tuple[int, ...]:
    """Return disjoint sets that all those of the rows are made of."""
    atoms: list[int] = []
    for chars in {chars for row in rows for chars in row}:
        rest = chars
        cut = []
        for atom in atoms:
            cut += [part for part in (atom & chars, atom & ~chars) if part]
            rest &= ~atom
        atoms = [*cut, *([rest] if rest else [])]
    return tuple(sorted(atoms))


def _merged(rows: Iterable[Variant]) -> tuple[int, ...]:
    """Return disjoint sets each of which holds whole sets of the rows."""
    merged: list[int] = []
    for chars in {chars for row in rows for chars in row}:
        both = chars
        for other in [other for other in merged if other & chars]:
            merged.remove(other)
            both |= other
        merged.append(both)
    return tuple(sorted(merged))


def _shapes(rows: Iterable[Variant], sets: tuple[int, ...]) -> frozenset[Shape]:
    """Return the rows in terms of the sets; none if that is too many."""
    shapes: set[Shape] = set()
    for row in rows:
        ways = [[i for i, one in enumerate(sets) if one & chars] for chars in row]
        if prod(map(len, ways)) + len(shapes) > _MOST_NEEDLES:
            return frozenset()
        shapes.update(Shape(sets, found) for found in product(*ways))
    return frozenset(shapes)
