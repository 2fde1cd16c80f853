"""Manners of naming speakers other than "Label: ...", each told by its recurrence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.ingest.speakers.labels import BRIEF, COLON, LABEL, REVERSED, Opener, has_text, matched
from corpus.ingest.speakers.mails import mails
from corpus.ingest.speakers.names import that_may_speak
from corpus.ingest.speakers.roles import Roles
from corpus.ingest.times.stamps import ENCLOSED, LONG, STAMP, TIME, TO

_START = r"^[ ]{0,3}"
_AHEAD = rf"(?:(?P<before>{ENCLOSED}|{LONG})[ \t]+)?"
_BESIDE = r"(?:[ \t]+(?:[-\u2013|\u00b7][ \t]+)?|[ \t]*\n[ ]{0,3})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """A form of line that opens a turn."""

    pattern: re.Pattern[str]
    is_plain: bool = False
    """Other texts have such lines, too: it has to open the text and to fill it."""

    def holds(self, found: Sequence[Opener], text: str) -> bool:
        """Tell whether the text is written in this manner."""
        if not _are_several(found):
            return False
        opens = not has_text(text[: found[0].line])
        if self.is_plain:
            lines = sum(bool(line.strip()) for line in text[found[0].line :].split("\n"))
            return opens and _recur(found) and len(found) * _TWO >= lines
        silent = sum(
            upper.is_bare and lower.line <= upper.stop + 1 for upper, lower in pairwise(found)
        )
        return (opens or _recur(found)) and silent * _TWO <= len(found)


def _manner(pattern: str, *, is_plain: bool = False) -> _Manner:
    return _Manner(pattern=re.compile(_START + pattern, re.MULTILINE), is_plain=is_plain)


_MANNERS = (
    _manner(
        rf"(?P<bold>\*\*|__){LABEL}(?P=bold){_BESIDE}(?P<after>{STAMP})(?:{COLON}|(?=[ \t]|$))"
    ),
    _manner(rf"{REVERSED}{_BESIDE}(?P<after>{STAMP}):?[ \t]*$"),
    _manner(rf"(?P<before>{TIME}{TO}{TIME})[ \t]*\n{REVERSED}[ \t]*$"),
    _manner(rf"(?P<before>{STAMP})[ \t]+(?:[-\u2013][ \t]+)?{LABEL}[ \t]*$"),
    _manner(rf"[-\u2013\u2014\u2022][ ]?{_AHEAD}{LABEL}{COLON}(?![/\\:\d])", is_plain=True),
    _manner(
        r"(?P<bold>\*\*|__)?(?P<label>[QA])\d{0,3}[.)](?(bold)(?P=bold))(?=[ \t])", is_plain=True
    ),
    _manner(
        rf"(?:(?P<before>{STAMP})[ ]*\t)?{LABEL}:?[ ]*\t(?:(?P<after>{STAMP})[ ]*\t)?(?=[ \t]*\S)",
        is_plain=True,
    ),
    _manner(rf"{_AHEAD}{BRIEF}[ ]+[-\u2013\u2014][ ]+(?=\S)", is_plain=True),
)
_TWO = 2
_FEWEST = 3


def otherwise(text: str, roles: Roles, usual: Sequence[Opener]) -> tuple[Opener, ...]:
    """Return the openers of another manner; none where "Label:" opens the transcript.

    Args:
        text: the transcript.
        roles: which labels stand for which role.
        usual: the openers found by the usual manner.
    """
    if thread := mails(text):
        return thread
    above = usual[0].line if usual else len(text)
    for manner in _MANNERS:
        if manner.pattern.search(text, 0, above):
            found = matched(manner.pattern, text)
            speaking = that_may_speak([o.label for o in found], roles)
            found = tuple(o for o in found if o.label in speaking)
            if manner.holds(found, text):
                return found
    return ()


def _are_several(found: Sequence[Opener]) -> bool:
    return len({o.key for o in found}) >= _TWO


def _recur(found: Sequence[Opener]) -> bool:
    """Tell whether most turns are of who speaks again."""
    counts = Counter(o.key for o in found)
    again = sum(n for n in counts.values() if n >= _TWO)
    return len(found) >= _FEWEST and again * _TWO >= len(found)
