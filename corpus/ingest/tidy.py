"""The text of a turn in, what a transcriber put into it that nobody said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.ingest.fences import Ranges, blocks
from corpus.ingest.repair import Repaired
from corpus.ingest.repair.edits import Edit
from corpus.ingest.times.stamps import LONG, RANGE, STAMP, TO
from corpus.model import SourceMap

_NOISES = r"""
    inaudible|unintelligible|indistinct|unclear|cross[ -]?talk|overlapping(?:[ ](?:speech|talk))?
    |silence|applause|(?:(?:long|short|brief)[ ])?pause|clears[ ]throat
    |(?:(?:all|both|group)[ ])?(?:laugh(?:s|ing|ter)?|chuckl(?:es?|ing)|giggl(?:es?|ing))
    |sigh(?:s|ing)?|cough(?:s|ing)?|cr(?:ies|ying)|sob(?:s|bing)|sniff(?:s|ing)?|gasps?|yawns?
"""
_NOTE = re.compile(
    rf"(?<![\"\u201c\u2018\u00ab'])(?P<open>[\[(<])[ ]?(?P<noise>{_NOISES})"
    rf"(?:[,;:]?[ ](?:(?:-|at|@)[ ])?{STAMP}|[?.])?[ ]?(?P<close>[\])>])",
    re.IGNORECASE | re.VERBOSE,
)
_PAIRS = ("[]", "()", "<>")
_ONE = rf"(?:\[{RANGE}\]|\({LONG}(?:{TO}{LONG})?\)|<{LONG}>|\#{LONG}(?:-\d)?\#)"
_STAMP = re.compile(
    rf"^[ \t]*(?P<bare>{LONG})[ \t]*$|(?P<stamps>{_ONE}(?:[ \t]*{_ONE})*)", re.MULTILINE
)
_LONG = re.compile(LONG)
_PART = r"[\w.'\u2019-]{0,30}"
_NAMED = re.compile(rf"(?:[^\W\d_]{_PART}|[A-Z]{_PART}(?:[ ][A-Z]{_PART}){{1,2}})[ ]?[:\uff1a]\s")
_CODE = re.compile(r"`[^`\n]+`|^[ ]{0,3}>.*$", re.MULTILINE)
_CLOSES = frozenset(".,;:!?…)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """A text with notes in one spelling and without the recording's times."""

    text: str = field(repr=False)
    source: SourceMap = field(repr=False)
    stamps: int
    notes: int
    opening: str = field(repr=False)
    """The stamp that the text began with, if it did."""


def tidy(piece: Repaired, *, stamped: bool, at: int = 0) -> Tidied:
    """Tidy what a turn says, code and quotations aside.

    Args:
        piece: the text, without blanks at its ends.
        stamped: the transcript's labels carry stamps. Where they do not, a time counts only
            if it has hours and seconds and starts no line, as pasted chats and logs do.
        at: where the text begins in the source that the map shall lead to.
    """
    text = piece.text
    code = Ranges([*blocks(text, []), *(m.span() for m in _CODE.finditer(text))])
    notes = [e for e in _notes(text, code) if text[e.start : e.end] != e.new]
    found = (m for m in _STAMP.finditer(text) if m.start() not in code)
    stamps = [(m, edit) for m in found if (edit := _without(text, m, stamped=stamped))]
    edited = piece.edited(sorted([*notes, *(edit for _, edit in stamps)]))
    words, source = edited.cut(0, len(edited.text), at)
    return Tidied(
        text=words,
        source=source,
        stamps=len(stamps),
        notes=len(notes),
        opening=next((m[0] for m, (start, _, _) in stamps if start == 0), ""),
    )


def _notes(text: str, code: Ranges) -> Iterator[Edit]:
    for match in _NOTE.finditer(text):
        if match["open"] + match["close"] in _PAIRS and match.start() not in code:
            yield Edit(*match.span(), f"[{_spelt(match['noise'])}]")


def _spelt(noise: str) -> str:
    return re.sub(r"cross[ -]talk", "crosstalk", noise.lower())


def _without(text: str, match: re.Match[str], *, stamped: bool) -> Edit | None:
    """Return how to take out a stamp with the blanks that it leaves, or None if it stays."""
    start, stop = match.span("stamps" if match["stamps"] else "bare")
    lead, trail = _blanks(text, start, stop)
    opens = lead == 0 or text[lead - 1] == "\n"
    ends = trail == len(text) or text[trail] == "\n"
    sure = stamped or _LONG.search(match[0]) is not None
    glued = lead == start and start > 0 and not text[start - 1].isspace()
    if opens and ends:
        return Edit(lead, _below(text, lead, trail), "") if sure else None
    if opens:
        is_stamp = stamped or (sure and lead == 0)
        return Edit(lead, trail, "") if is_stamp and not _NAMED.match(text, trail) else None
    if not sure or (glued and not _LONG.search(match[0])):
        return None
    if ends or (trail == stop and text[stop] in _CLOSES):
        return Edit(lead, trail, "")
    if glued:
        return Edit(start, stop, "" if trail > stop else " ")
    return Edit(start, trail, "")


def _blanks(text: str, start: int, stop: int) -> tuple[int, int]:
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    while stop < len(text) and text[stop] in " \t":
        stop += 1
    return start, stop


def _below(text: str, lead: int, trail: int) -> int:
    """Return where the text goes on below a line that is taken out, paragraphs kept."""
    several = lead == 0 or text[max(0, lead - 2) : lead] == "\n\n"
    stop = trail
    while stop < len(text) and text[stop] == "\n" and (several or stop == trail):
        stop += 1
    return stop
