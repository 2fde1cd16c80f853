"""What rules need, and a text in, the stretches of the text that each of them has to look at out.

A stretch holds whole every match that there is, with all that the rule looks at around it; what a
rule finds in its stretches is what it finds in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import chain
from operator import and_
from typing import NamedTuple

from corpus.rules.also import Also
from corpus.rules.lines import Lines, Reach, Stretch
from corpus.rules.needs.chars import NEWLINE, plain, seen
from corpus.rules.needs.known import SIGNS, Known, Shape, Word
from corpus.rules.tables import row

_BLOCK = 1 << 10
"""Characters that words are looked for in at once."""
_WORDS = re.compile(rb"[a-z]+")
_SIGNED = re.compile(b"[%s][a-z]+" % re.escape(SIGNS).encode())
_NO_LETTER = re.compile(rb"[^a-z]")
_DENSE = 32
"""Characters to a hit; where there are more hits, they are not told apart."""
_MANY = 64
"""Hits from which on it pays to see first whether what else is needed stands anywhere."""
_SHORT = 2
"""Letters of a word that stands in many others."""

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


class Sieve:
    """Tells which stretches of a text rules have to look at."""

    def __init__(self, known: Sequence[Known | None]) -> None:
        self.idle = tuple(number for number, one in enumerate(known) if one is None)
        """Rules that look at everything."""
        self._reach = {number: Reach.of(one) for number, one in enumerate(known) if one}
        self._words = _words(known)
        self._keys = frozenset(self._words)
        self._shapes = _shapes(known)
        self._also = [tuple(map(Also.of, one.also)) if one else () for one in known]

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
            lines = Lines(text, data)
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
        table, needle = row(shape)
        passed = reduce(and_, (seen(one.chars) for one in map(known.__getitem__, of) if one))
        rows.setdefault(table, []).append((needle, _step(shape, passed), tuple(of)))
    return list(rows.items())


def _step(shape: Shape, passed: int) -> int:
    """Return how far from one row the next may be looked for.

    Within a run of one set, of one line and of what all its rules may pass, whatever a rule may
    look at around a row is the same.
    """
    chars = shape.sets[shape.row[0]]
    is_run = len(set(shape.row)) == 1 and not chars & NEWLINE and not chars & ~passed
    return len(shape.row) if is_run else 1
