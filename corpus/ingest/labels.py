"""Text in, the places out where it looks as if a speaker were named: "Label: ..."."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from corpus.ingest.fences import blocks

_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?"
_WORD = r"[^\s:\uff1a,;!?…\"“”„«»()\[\]{}<>|=@*_+$%^~`\\]*"
_NAME = rf"[^\W\d_]{_WORD}(?:[ ]{_WORD[:-1]}+){{0,4}}"
_VOICE = r"(?:SPEAKER|[Ss]peaker|spk)_\d{1,3}"
_LINE = re.compile(
    rf"^[ ]{{0,3}}(?:[\[(]?{_TIME}[\])]?[ \t]+)?(?P<bold>\*\*|__|\*|_)?"
    rf"(?P<label>(?:\[[A-Z][A-Z0-9_ ]*\]|{_VOICE}|{_NAME})(?:[ ]\((?!\d)[^()\n:]{{1,30}}\))?)"
    rf"(?:[ ]?[\[(]{_TIME}[\])])?"
    r"(?(bold)(?:(?P=bold)[ ]?[:\uff1a]|[:\uff1a](?P=bold))|[ ]?[:\uff1a])(?![/\\:\d])",
    re.MULTILINE,
)
_BREAK = re.compile(r"[ \t]*|#{1,6} .*|[ ]{0,3}([-*_])(?:[ ]?\1){2,}[ \t]*")
_LONGEST = 50
_FAR = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """A line that may open a turn."""

    line: int
    """Where the line starts."""
    start: int
    end: int
    """The label."""
    text: int
    """Where the text after the colon starts."""
    stop: int
    """Where the line ends."""
    label: str = field(repr=False)
    after_blank: bool
    """No line of text stands directly above."""
    lead_in: int
    """Where the last line of text above starts if it ends in a colon, else -1."""
    is_bold: bool
    is_bare: bool
    """Nothing follows the colon on its line."""

    @property
    def is_flush(self) -> bool:
        """Tell whether the label stands at the very start of its line."""
        return self.start == self.line or self.is_bold

    @property
    def key(self) -> str:
        """Return what two labels of one speaker share."""
        return self.label.casefold()


def openers(text: str) -> tuple[Opener, ...]:
    """Return every line outside code blocks that starts with what may be a label."""
    found, fenced = _labels(text)
    starts = [start for start, _ in fenced]
    kept = (m for m in found if not _is_inside(m.start(), starts, fenced))
    return tuple(_opener(text, m) for m in kept)


def code_blocks(text: str) -> list[tuple[int, int]]:
    """Return the ranges of fenced code, which no change of speaker breaks up."""
    return _labels(text)[1]


def _labels(text: str) -> tuple[list[re.Match[str]], list[tuple[int, int]]]:
    found = [m for m in _LINE.finditer(text) if m.end("label") - m.start("label") <= _LONGEST]
    return found, blocks(text, [m.start() for m in found if above(text, m.start())[0]])


def _opener(text: str, match: re.Match[str]) -> Opener:
    stop = text.find("\n", match.end())
    stop = len(text) if stop < 0 else stop
    after_blank, last, begin = above(text, match.start())
    return Opener(
        line=match.start(),
        start=match.start("label"),
        end=match.end("label"),
        text=match.end(),
        stop=stop,
        label=match["label"],
        after_blank=after_blank,
        lead_in=begin if last.endswith((":", "\uff1a")) else -1,
        is_bold=match["bold"] is not None,
        is_bare=not text[match.end() : stop].strip(),
    )


def above(text: str, start: int) -> tuple[bool, str, int]:
    """Tell whether the line above is a break; return the last line of text and its start."""
    top = max(0, start - _FAR)
    lines = text[top:start].split("\n")[:-1]
    is_break = not lines or _BREAK.fullmatch(lines[-1]) is not None
    last = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].strip()), None)
    if last is None:
        return is_break, "", -1
    return is_break, lines[last].rstrip(), top + sum(len(line) + 1 for line in lines[:last])


def _is_inside(place: int, starts: list[int], ranges: list[tuple[int, int]]) -> bool:
    i = bisect_right(starts, place) - 1
    return i >= 0 and place < ranges[i][1]
