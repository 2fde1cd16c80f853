"""What a file itself accepts: `corpus: allow[PERSON] why it may stay`, in a comment or without.

It is for its own line; where nothing else stands on that, for the next line that holds something.
One in the first or last lines of a file may be for the file as a whole. The reason is the user's
own text: it is asked for, and told to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from corpus.check.types import Passage, Place

LABEL = "ALLOW"
WITHOUT_REASON = "allow-without-reason"
UNUSED = "allow-unused"

_SIGN = "allow["
_WRITTEN = re.compile(r"(?<!`)corpus: ?allow\[([^\]\n]{0,200})\]")
"""Behind a backtick it is quoted, as in a manual."""
_REASON = re.compile(r"[ \t:\u2013\u2014-]*[(]?\w")
_CLOSING = re.compile(r"-->|\*/")
_WORDS = re.compile(r"\w")
_WHOLE = "TRANSCRIPT"
NEVER = frozenset(("unredacted-source", "recalled-release", "workspace-file", "guard-key"))
"""What neither a file nor a baseline may accept: whoever pastes an interview could write the allow
as well. Nor is an interview that was accepted once any less of one."""
_EDGE = 10
"""Lines at either end of a file in which an allow may be for all of it."""


class _Line(NamedTuple):
    inside: str
    number: int


@dataclass(slots=True, kw_only=True)
class _Allow:
    line: _Line
    column: int
    length: int
    names: frozenset[str] = field(repr=False)
    """Labels and rules."""
    has_reason: bool
    is_used: bool = False

    def place(self, path: str) -> Place:
        """Return where it stands, as one that does nothing."""
        return Place(
            path=path,
            inside=self.line.inside,
            line=self.line.number,
            column=self.column,
            length=self.length,
            label=LABEL,
            rule=UNUSED if self.has_reason else WITHOUT_REASON,
            level="warning" if self.has_reason else "error",
        )


@dataclass(slots=True, kw_only=True)
class Allows:
    """Takes the passages of one item, then drops the places that it accepts."""

    path: str
    accepted: int = 0
    """How many places it dropped."""
    _all: list[_Allow] = field(default_factory=list)
    _for_line: dict[tuple[_Line, str], _Allow] = field(default_factory=dict, repr=False)
    _waiting: list[_Allow] = field(default_factory=list)
    """Those alone on their line, until the next that holds something."""
    _held: _Line | None = None
    """The last line that is known to hold something else."""
    _before: Passage | None = field(default=None, repr=False)

    def feed(self, passage: Passage) -> None:
        """Look at the next passage; where there are no lines, nothing is accepted."""
        if passage.line:
            if self._waiting or _SIGN in passage.text:
                self._read(passage)
            self._before = passage

    def apply(self, places: Iterable[Place], *, tell_unused: bool = True) -> tuple[Place, ...]:
        """Return the places that are not accepted, and the allows that do nothing.

        Args:
            places: all that was found in the item.
            tell_unused: whether to tell what matched nothing; to no purpose where not all that
                may find something was run.
        """
        whole = {name: allow for allow in self._at_the_edges() for name in allow.names}
        kept = [place for place in places if not self._accepts(place, whole)]
        told = (a for a in self._all if not a.has_reason or (tell_unused and not a.is_used))
        return (*kept, *(allow.place(self.path) for allow in told))

    def _accepts(self, place: Place, whole: dict[str, _Allow]) -> bool:
        if place.rule in NEVER:
            return False
        if place.label == _WHOLE and not place.length:
            found = whole.get(place.label) or whole.get(place.rule)
        else:
            line = _Line(place.inside, place.line)
            by_label = self._for_line.get((line, place.label))
            found = by_label or self._for_line.get((line, place.rule))
        if found is None:
            return False
        found.is_used = True
        self.accepted += 1
        return True

    def _at_the_edges(self) -> Iterator[_Allow]:
        if self._before is None or self._before.inside:
            return
        last = _last_line(self._before).number
        for allow in self._all:
            inside, number = allow.line
            if allow.has_reason and not inside and (number <= _EDGE or number > last - _EDGE):
                yield allow

    def _read(self, passage: Passage) -> None:
        before = self._before
        if before and _holds_other(before.text.rpartition("\n")[2]):
            self._held = _last_line(before)
        for number, text in enumerate(passage.text.split("\n"), passage.line):
            line = _Line(passage.inside, number)
            found = list(_WRITTEN.finditer(text)) if _SIGN in text else []
            first = passage.column if number == passage.line else 1
            self._waiting += self._taken(found, text, line, first)
            if _holds_other(text):
                self._held = line
            if self._held == line:
                self._end_waiting(line)

    def _taken(
        self, found: list[re.Match[str]], text: str, line: _Line, first: int
    ) -> Iterator[_Allow]:
        for match, following in zip_longest(found, found[1:]):
            end = following.start() if following else len(text)
            allow = _Allow(
                line=line,
                column=first + match.start(),
                length=len(match[0]),
                names=frozenset(name.strip() for name in match[1].split(",")),
                has_reason=_REASON.match(text, match.end(), end) is not None,
            )
            self._all.append(allow)
            if allow.has_reason:
                yield allow

    def _end_waiting(self, line: _Line) -> None:
        for allow in self._waiting:
            if allow.line.inside == line.inside:
                for name in allow.names:
                    self._for_line.setdefault((line, name), allow)
        self._waiting.clear()


def _last_line(passage: Passage) -> _Line:
    return _Line(passage.inside, passage.line + passage.text.rstrip("\n").count("\n"))


def _holds_other(text: str) -> bool:
    """Tell whether a line holds more than an allow, its reason and the signs of a comment."""
    if _SIGN not in text or not (found := list(_WRITTEN.finditer(text))):
        return _WORDS.search(text) is not None
    if _WORDS.search(text, 0, found[0].start()):
        return True
    closed = _CLOSING.search(text, found[-1].end())
    return closed is not None and _WORDS.search(text, closed.end()) is not None
