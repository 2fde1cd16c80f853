"""What rules need, and a text in, the stretches of the text that each of them has to look at out.

A stretch holds whole every match that there is, with all that the rule looks at around it; what a
rule finds in its stretches is what it finds in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import chain
from operator import and_
from typing import NamedTuple

from corpus.rules.needs.chars import ALL, NEWLINE, plain, seen
from corpus.rules.needs.known import SIGNS, Known, Need, Shape, Word

Stretch = tuple[int, int]

_BLOCK = 1 << 10
"""Characters that words are looked for in at once."""
_WORDS = re.compile(rb"[a-z]+")
_SIGNED = re.compile(b"[%s][a-z]+" % re.escape(SIGNS).encode())
_NO_LETTER = re.compile(rb"[^a-z]")
_BREAKS = re.compile(r"\n(?:[^\S\n]*\n)*")
"""Line breaks with nothing but spaces between them."""
_DENSE = 32
"""Characters to a hit; where there are more hits, they are not told apart."""
_MANY = 64
"""Hits from which on it pays to see first whether what else is needed stands anywhere."""
_APART = 1 << 12
"""Characters to a stretch from which on each is looked at by itself, not the text as a whole."""
_SHORT = 2
"""Letters of a word that stands in many others."""
_WIDE = 48
"""Characters of a stretch from which on it pays to look for an end within its lines."""


_Rows = list[tuple[bytes | None, list[tuple[bytes, int, tuple[int, ...]]]]]
"""What a text is translated with: what is looked for then, how far to go on, for which rules."""


class _Setting(NamedTuple):
    """What stands around a text that some rules need."""

    opens: bool
    closes: bool
    behind: tuple[int, ...]
    beyond: tuple[int, ...]
    rules: tuple[int, ...]

    def stands(self, data: bytes, start: int, end: int) -> bool:
        """Tell whether around a place that has the text there is what has to be."""
        if (self.opens and data[max(0, start - 1) : start].isalpha()) or (
            self.closes and data[end : end + 1].isalpha()
        ):
            return False
        beyond, behind = self.beyond, self.behind
        if len(data) - end < len(beyond) or start < len(behind):
            return False
        return all(chars >> data[end + i] & 1 for i, chars in enumerate(beyond)) and all(
            chars >> data[start - i] & 1 for i, chars in enumerate(behind[::-1], start=1)
        )


_Text = tuple[bytes, int, bool, list[_Setting]]
"""A text, where in it its key stands, whether its case counts, and where some rules need it."""


class _Reach(NamedTuple):
    """How far from what it needs a rule may look."""

    before: int
    after: int
    ends: bytes | None
    """Makes nought of the bytes that it never passes; None where there are none."""


class Sieve:
    """Tells which stretches of a text rules have to look at."""

    def __init__(self, known: Sequence[Known | None]) -> None:
        self.idle = tuple(number for number, one in enumerate(known) if one is None)
        """Rules that look at everything."""
        self._reach = {number: _reach(one) for number, one in enumerate(known) if one}
        self._words = _words(known)
        self._keys = frozenset(self._words)
        self._shapes = _shapes(known)
        self._also = [tuple(map(_also, one.also)) if one else () for one in known]

    def stretches(self, text: str) -> dict[int, list[Stretch]]:
        """Return where rules have to look, by their numbers; those that need not are left out."""
        data = plain(text)
        most = 2 + len(data) // _DENSE
        hits: dict[int, list[int]] = {}
        dense: set[int] = set()
        for at, rules in chain(self._worded(data), self._shaped(data, most)):
            for rule in rules:
                found = hits.setdefault(rule, [])
                found.append(at)
                if len(found) > most:
                    found[:] = min(found), max(found)
                    dense.add(rule)
        stretches = {rule: [(0, len(text))] for rule in self.idle}
        if hits:
            lines = _Lines(text, data)
            for rule, found in hits.items():
                reach = self._reach[rule]
                around = lines.throughout if rule in dense else lines.around
                held = [(0, len(data))]
                for also in self._also[rule] if len(found) > _MANY else ():
                    held = also.held(data, held)
                if held:
                    held = around(sorted(found), reach)
                for also in self._also[rule]:
                    held = also.held(data, held)
                stretches[rule] = held
        return stretches

    def _worded(self, data: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
        folded = data.lower()
        start = 0
        while start < len(folded):
            gap = _NO_LETTER.search(folded, start + _BLOCK)
            end = gap.start() if gap else len(folded)
            found = chain(_WORDS.findall(folded, start, end), _SIGNED.findall(folded, start, end))
            for key in self._keys.intersection(found):
                for anchor, texts in self._words[key]:
                    at = folded.find(anchor, max(0, start - len(anchor)), end + len(anchor))
                    while at >= 0:
                        yield from _standing(data, folded, at, texts)
                        at = folded.find(anchor, at + 1, end + len(anchor))
            start = end

    def _shaped(self, data: bytes, most: int) -> Iterator[tuple[int, tuple[int, ...]]]:
        for table, needles in self._shapes:
            shown = data.translate(table) if table else data
            for needle, step, rules in needles:
                at = shown.find(needle)
                for _ in range(most):
                    if at < 0:
                        break
                    yield at, rules
                    at = shown.find(needle, at + step)
                else:
                    yield shown.rfind(needle), rules


def _standing(
    data: bytes, folded: bytes, anchor: int, texts: list[_Text]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield which of the texts that hold an anchor stand where one was found."""
    for text, offset, is_cased, settings in texts:
        at = anchor - offset
        if at >= 0 and (data if is_cased else folded).startswith(text, at):
            for setting in settings:
                if setting.stands(data, at, at + len(text)):
                    yield at, setting.rules


class _Also(NamedTuple):
    """What else has to be in a stretch."""

    texts: tuple[bytes, ...]
    """In lower case."""
    rows: tuple[tuple[bytes | None, tuple[bytes, ...]], ...]

    def held(self, data: bytes, stretches: list[Stretch]) -> list[Stretch]:
        """Return the stretches that hold one of it."""
        if len(stretches) * _APART < len(data):
            return [one for one in stretches if _holds(self._shown(data[slice(*one)]), (0, one[1]))]
        shown = self._shown(data)
        return [one for one in stretches if _holds(shown, one)]

    def _shown(self, data: bytes) -> list[tuple[bytes, tuple[bytes, ...]]]:
        """Return the bytes as what is looked for in them is written, and that."""
        shown = [(data.lower(), self.texts)] if self.texts else []
        rows = ((data.translate(table) if table else data, row) for table, row in self.rows)
        return [*shown, *rows]


def _holds(shown: list[tuple[bytes, tuple[bytes, ...]]], stretch: Stretch) -> bool:
    start, end = stretch
    for data, needles in shown:
        for needle in needles:
            if data.find(needle, start, end) >= 0:
                return True
    return False


def _also(need: Need) -> _Also:
    rows: dict[bytes | None, list[bytes]] = {}
    for shape in sorted(need.shapes):
        table, needle = _bytes(shape)
        rows.setdefault(table, []).append(needle)
    texts = {word.text.lower().encode() for word in need.words}
    return _Also(tuple(texts), tuple((table, tuple(found)) for table, found in rows.items()))


def _words(
    known: Sequence[Known | None],
) -> dict[bytes, list[tuple[bytes, list[_Text]]]]:
    """Return the texts that are needed, by their key words, and then by what to look for.

    That is the key itself, or the text where the key is so short that it stands in many words.
    """
    rules: dict[Word, list[int]] = {}
    for number, one in enumerate(known):
        for word in () if one is None else one.need.words:
            rules.setdefault(word, []).append(number)
    texts: dict[tuple[str, str, int, bool], list[_Setting]] = {}
    for word, of in rules.items():
        texts.setdefault(word[:4], []).append(_Setting(*word[4:], rules=tuple(of)))
    anchors: dict[str, dict[str, list[_Text]]] = {}
    for (key, text, at, is_cased), settings in texts.items():
        anchor, offset = (key, at) if len(key) > _SHORT else (text.lower(), 0)
        found = anchors.setdefault(key, {}).setdefault(anchor, [])
        found.append((text.encode(), offset, is_cased, settings))
    return {
        key.encode(): [(anchor.encode(), found) for anchor, found in by_anchor.items()]
        for key, by_anchor in anchors.items()
    }


def _shapes(
    known: Sequence[Known | None],
) -> _Rows:
    """Return the rows that are needed, by what makes a text one of their sets."""
    rules: dict[Shape, list[int]] = {}
    for number, one in enumerate(known):
        for shape in () if one is None else one.need.shapes:
            rules.setdefault(shape, []).append(number)
    rows: dict[bytes | None, list[tuple[bytes, int, tuple[int, ...]]]] = {}
    for shape, of in rules.items():
        table, needle = _bytes(shape)
        passed = reduce(and_, (seen(one.chars) for one in map(known.__getitem__, of) if one))
        rows.setdefault(table, []).append((needle, _step(shape, passed), tuple(of)))
    return list(rows.items())


def _bytes(shape: Shape) -> tuple[bytes | None, bytes]:
    """Return what a text has to be translated with, if at all, and the row in it."""
    sets = [shape.sets[i] for i in shape.row]
    if all(chars.bit_count() == 1 for chars in sets):
        return None, bytes(chars.bit_length() - 1 for chars in sets)
    table = bytearray(256)
    for number, chars in enumerate(shape.sets, start=1):
        for byte in _members(chars):
            table[byte] = number
    return bytes(table), bytes(i + 1 for i in shape.row)


def _step(shape: Shape, passed: int) -> int:
    """Return how far from one row the next may be looked for.

    Within a run of one set, of one line and of what all its rules may pass, whatever a rule may
    look at around a row is the same.
    """
    chars = shape.sets[shape.row[0]]
    is_run = len(set(shape.row)) == 1 and not chars & NEWLINE and not chars & ~passed
    return len(shape.row) if is_run else 1


def _reach(one: Known) -> _Reach:
    never = bytearray(b"\1" * 256)
    for byte in _members(ALL & ~seen(one.chars)):
        never[byte] = 0
    return _Reach(one.need.before, one.need.after, bytes(never) if b"\0" in never else None)


def _members(chars: int) -> Iterator[int]:
    return (byte for byte in range(128) if chars >> byte & 1)


class _Lines:
    """The lines of a text, and the stretches in terms of them."""

    def __init__(self, text: str, data: bytes) -> None:
        self.data = data
        found = [match.span() for match in _BREAKS.finditer(text)]
        self.starts = [start for start, _ in found]
        self.ends = [end for _, end in found]

    def around(self, hits: list[int], reach: _Reach) -> list[Stretch]:
        """Return the stretches around hits; those that touch are one."""
        is_worth_it = reach.ends is not None and len(hits) * _APART > len(self.data)
        shown = self.data.translate(reach.ends) if is_worth_it else None
        stretches: list[Stretch] = []
        same = 0
        for hit in hits:
            if hit < same:
                continue
            start, end = self._lines(hit, reach)
            line = bisect_left(self.starts, hit)
            same = self.starts[line] if line < len(self.starts) else len(self.data)
            if reach.ends is not None and end - start >= _WIDE:
                if shown is None:
                    start = _last(self.data, start, hit, reach.ends)
                    end = _first(self.data, hit, end, reach.ends)
                else:
                    found = shown.rfind(b"\0", start, hit)
                    start = found if found >= 0 else start
                    found = shown.find(b"\0", hit, end)
                    end = found + 1 if found >= 0 else end
                same = min(same, end - 1)
            while stretches and start <= stretches[-1][1]:
                before = stretches.pop()
                start, end = min(start, before[0]), max(end, before[1])
            stretches.append((start, end))
        return stretches

    def throughout(self, hits: list[int], reach: _Reach) -> list[Stretch]:
        """Return one stretch around all hits."""
        return [(self._lines(hits[0], reach)[0], self._lines(hits[-1], reach)[1])]

    def _lines(self, hit: int, reach: _Reach) -> Stretch:
        """Return the lines that may be looked at around a hit, with the breaks around them."""
        first = bisect_right(self.ends, hit) - 1 - reach.before
        last = bisect_left(self.starts, hit) + reach.after
        return (
            self.starts[first] if first >= 0 else 0,
            self.ends[last] if last < len(self.ends) else len(self.data),
        )


def _last(data: bytes, start: int, end: int, ends: bytes) -> int:
    """Return where the last byte that is never passed stands; the start if there is none."""
    step = _WIDE
    while end > start:
        middle = max(start, end - step)
        found = data[middle:end].translate(ends).rfind(b"\0")
        if found >= 0:
            return middle + found
        end = middle
        step *= 2
    return start


def _first(data: bytes, start: int, end: int, ends: bytes) -> int:
    """Return where the first byte that is never passed has ended; the end if there is none."""
    step = _WIDE
    while start < end:
        middle = min(end, start + step)
        found = data[start:middle].translate(ends).find(b"\0")
        if found >= 0:
            return start + found + 1
        start = middle
        step *= 2
    return end
