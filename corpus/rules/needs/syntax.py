r"""A pattern in, its parts out: which characters may stand where, as far as that is plain.

The parts are a superset of what the pattern takes: whatever it matches, they match. What is not
understood is said to be so, and never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from corpus.rules.needs.chars import (
    ALL,
    DIGITS,
    DOUBTFUL,
    LETTERS,
    LOWER,
    NEWLINE,
    OTHER,
    OTHER_REST,
    SPACE,
    STRAY,
    STRAYS,
    UPPER,
    mask,
)


class NotUnderstoodError(Exception):
    """The pattern has a part that is not known here."""


_WORD = LETTERS | DIGITS | mask("_") | OTHER_REST
_CLASSES = {
    "w": _WORD,
    "W": ALL & ~_WORD | OTHER,
    "d": DIGITS | OTHER_REST,
    "D": ALL & ~DIGITS,
    "s": SPACE,
    "S": ALL & ~mask(" \t\n\r\f\v") | OTHER,
}
_PROPERTIES = {"L": LETTERS | OTHER_REST, "Lu": UPPER | OTHER_REST, "Ll": LOWER | OTHER_REST}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_NAME = re.compile(r"\?P<\w+>")
_FLAGS = re.compile(r"\?(-?)i:")
_LOOKS = {"?=": (True, True), "?!": (True, False), "?<=": (False, True), "?<!": (False, False)}


@dataclass(frozen=True, slots=True)
class One:
    """One character of a set."""

    chars: int


@dataclass(frozen=True, slots=True)
class Seq:
    """One part after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """One of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Rep:
    """A part several times."""

    part: Node
    least: int
    most: int | None
    """None for any number."""


@dataclass(frozen=True, slots=True)
class Look:
    """A part that must, or must not, stand before or after."""

    part: Node
    ahead: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a word begins or ends, or the text."""

    of_word: bool = False


Node = One | Seq | Alt | Rep | Look | Edge


def parse(pattern: str, *, ignore_case: bool) -> Node:
    """Return the parts of a pattern.

    Raises:
        NotUnderstoodError: it has a part that is not known here.
    """
    if any(stray in pattern for stray in STRAY):
        raise NotUnderstoodError
    parser = _Parser(pattern)
    try:
        node = parser.alternatives(ignore_case=ignore_case)
    except RecursionError:
        raise NotUnderstoodError from None
    if parser.at != len(pattern):
        raise NotUnderstoodError
    return node


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _take(self, text: str = "") -> str:
        """Pass a text that must stand here, by default the next character whatever it is."""
        found = self.pattern[self.at : self.at + (len(text) or 1)]
        if not found or (text and found != text):
            raise NotUnderstoodError
        self.at += len(found)
        return found

    def _passes(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self.pattern, self.at)
        if found:
            self.at = found.end()
        return found

    def alternatives(self, *, ignore_case: bool) -> Node:
        parts = [self._sequence(ignore_case=ignore_case)]
        while self._peek() == "|":
            self._take()
            parts.append(self._sequence(ignore_case=ignore_case))
        return parts[0] if len(parts) == 1 else Alt(tuple(parts))

    def _sequence(self, *, ignore_case: bool) -> Seq:
        parts: list[Node] = []
        while self._peek() not in {"", "|", ")"}:
            part = self._repeated(self._atom(ignore_case=ignore_case))
            parts += part.parts if isinstance(part, Seq) else (part,)
        return Seq(tuple(parts))

    def _repeated(self, part: Node) -> Node:
        sign = self._peek()
        least = 1
        most: int | None = 1
        if sign and sign in "*+?":
            self._take()
            least, most = int(sign == "+"), 1 if sign == "?" else None
        elif sign == "{":
            found = self._passes(_COUNT)
            if not found or not (found[1] or found[3]):
                raise NotUnderstoodError
            least = int(found[1] or 0)
            most = int(found[3]) if found[3] else None if found[2] else least
        else:
            return part
        if self._peek() and self._peek() in "?+":
            self._take()
        if self._peek() and self._peek() in "*+?{":
            raise NotUnderstoodError
        return Rep(part, least, most)

    def _atom(self, *, ignore_case: bool) -> Node:
        sign = self._take()
        if sign == "(":
            return self._group(ignore_case=ignore_case)
        if sign == "[":
            return One(self._class(ignore_case=ignore_case))
        if sign == ".":
            return One(ALL & ~NEWLINE)
        if sign in "^$":
            return Edge()
        if sign in "*+?{":
            raise NotUnderstoodError
        if sign == "\\" and self._peek() == "b":
            self._take()
            return Edge(of_word=True)
        chars = self._escape() if sign == "\\" else mask(sign)
        return One(_cased(chars, ignore_case=ignore_case))

    def _group(self, *, ignore_case: bool) -> Node:
        look = None
        if self._peek() == "?":
            start = next((s for s in sorted(_LOOKS, reverse=True) if self._stands(s)), None)
            if start:
                self._take(start)
                look = _LOOKS[start]
            elif flags := self._passes(_FLAGS):
                ignore_case = not flags[1]
            elif not self._passes(_NAME):
                self._take("?:")
        inner = self.alternatives(ignore_case=ignore_case)
        self._take(")")
        return Look(inner, *look) if look else inner

    def _stands(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def _escape(self) -> int:
        """Return the set that is meant after a backslash."""
        sign = self._take()
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign == "p":
            self._take("{")
            name = "".join(takewhile(lambda c: c != "}", self.pattern[self.at :]))
            self._take(name + "}")
            if name not in _PROPERTIES:
                raise NotUnderstoodError
            return _PROPERTIES[name]
        if sign.isalnum():
            if sign not in _CONTROLS:
                raise NotUnderstoodError
            sign = _CONTROLS[sign]
        return mask(sign)

    def _class(self, *, ignore_case: bool) -> int:
        is_negated = self._peek() == "^"
        if is_negated:
            self._take()
        chars = 0
        covers_letters = False
        is_first = True
        while is_first or self._peek() != "]":
            is_first = False
            start = self._at_in_class()
            covers_letters |= start in {_CLASSES["w"], _CLASSES["S"]}
            chars |= start
            if self._peek() == "-" and not self._stands("-]"):
                self._take()
                chars |= _between(start, self._at_in_class())
        self._take("]")
        chars = _cased(chars, ignore_case=ignore_case)
        if not is_negated:
            return chars
        return ALL & ~chars | OTHER | DOUBTFUL | (0 if covers_letters else STRAYS)

    def _at_in_class(self) -> int:
        sign = self._take()
        if sign == "[" and self._peek() in {":", "["}:
            raise NotUnderstoodError
        return self._escape() if sign == "\\" else mask(sign)


def _between(start: int, end: int) -> int:
    """Return all characters from one to another."""
    first, last = start.bit_length() - 1, end.bit_length() - 1
    if (
        start & OTHER
        or end & OTHER
        or start.bit_count() != 1
        or end.bit_count() != 1
        or OTHER in {start, end}
        or first > last
    ):
        raise NotUnderstoodError
    return (1 << last + 1) - (1 << first)


def _cased(chars: int, *, ignore_case: bool) -> int:
    if not ignore_case:
        return chars
    apart = ord("a") - ord("A")
    return chars | (chars & UPPER) << apart | (chars & LOWER) >> apart
