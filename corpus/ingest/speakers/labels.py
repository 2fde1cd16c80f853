"""Text in, the places out where it looks as if a speaker were named: "Label: ..."."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus.ingest.fences import Ranges, blocks
from corpus.ingest.speakers.spelling import fold
from corpus.ingest.times.stamps import ENCLOSED, LONG, STAMP
from corpus.rules.placeholders import PLACEHOLDER

_CHAR = r"(?:[^\s:\uff1a,;!?…\"“”„«»()\[\]{}<>|=@*_+$%^~`\\]|_(?=[^\W_]))"
_MORE = rf"(?:[ ]{_CHAR}{{1,50}}){{0,4}}"
_NAME = rf"[^\W\d_]{_CHAR}{{0,50}}{_MORE}"
_IN_BRACKETS = r"\[(?:[A-Z][A-Z0-9_ ]{1,40}|(?i:speaker|person|voice|spk)[ _-]?\w{1,3})\]"
LABEL = rf"(?P<label>(?:{_IN_BRACKETS}|{_NAME})(?:[ ]\((?!\d)[^()\n:]{{1,30}}\))?)"
BRIEF = LABEL.replace(_MORE, f"{_MORE}?")
"""The same with as few words as will do."""
REVERSED = LABEL.replace(_NAME, rf"{_NAME}(?:,[ ]{_NAME})?")
"""The same, or the family name first, as registers have it: Lum, Ada."""
COLON = r"[ ]?[:\uff1a]"
_LINE = re.compile(
    rf"^[ ]{{0,3}}"
    rf"(?:(?P<before>{STAMP})(?:[ \t]+(?:[-\u2013][ \t]+)?|[ \t]*\n(?P<gap>[ \t]*\n)?[ ]{{0,3}}))?"
    rf"(?P<bold>\*\*|__|\*|_)?{LABEL}"
    rf"(?:[ ]?(?P<after>{ENCLOSED})|[ ]{{1,3}}(?P<plain>{LONG}))?"
    rf"(?(bold)(?:(?P=bold)(?:[ ]?(?P<later>{ENCLOSED}))?{COLON}|[:\uff1a](?P=bold))|{COLON})"
    r"(?![/\\:\d])",
    re.MULTILINE,
)
_BREAK = re.compile(r"[ \t]*|#{1,6} .*|[ ]{0,3}([-*_])(?:[ ]?\1){2,}[ \t]*")
_STAMPS = ("before", "after", "plain", "later")
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
    stamp: str = field(default="", repr=False)
    """The time beside the label."""
    headers: int = 0
    """How many lines of a mail's header go with the label."""

    @property
    def is_flush(self) -> bool:
        """Tell whether the label stands at the very start of its line."""
        return self.start == self.line or self.is_bold

    @property
    def key(self) -> str:
        """Return what two labels of one speaker share."""
        return fold(self.label)


def openers(text: str) -> tuple[Opener, ...]:
    """Return every line outside code blocks that starts with what may be a label."""
    return matched(_LINE, text)


def matched(pattern: re.Pattern[str], text: str) -> tuple[Opener, ...]:
    """Return an opener for each match outside code blocks; the groups say what is what."""
    found, code = _found(pattern, text)
    within = Ranges(code)
    return tuple(_opener(text, m) for m in found if m.start() not in within)


def code_blocks(text: str) -> list[tuple[int, int]]:
    """Return the ranges of fenced code, which no change of speaker breaks up."""
    return _found(_LINE, text)[1]


def _found(
    pattern: re.Pattern[str], text: str
) -> tuple[list[re.Match[str]], list[tuple[int, int]]]:
    found = [m for m in pattern.finditer(text) if m.end("label") - m.start("label") <= _LONGEST]
    return found, blocks(text, [m.start() for m in found if above(text, m.start())[0]])


def _opener(text: str, match: re.Match[str]) -> Opener:
    stop = text.find("\n", match.end())
    stop = len(text) if stop < 0 else stop
    after_blank, last, begin = above(text, match.start())
    named = match.groupdict()
    start, end = _unbracketed(text, *match.span("label"))
    return Opener(
        line=match.start(),
        start=start,
        end=end,
        text=match.end(),
        stop=stop,
        label=text[start:end],
        after_blank=after_blank or bool(named.get("gap")),
        lead_in=begin if last.endswith((":", "\uff1a")) else -1,
        is_bold=bool(named.get("bold")),
        is_bare=not text[match.end() : stop].strip(),
        stamp=next((named[name] for name in _STAMPS if named.get(name)), ""),
    )


def _unbracketed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave the brackets of [SPEAKER_00] out of a label, but not those of [NAME]."""
    is_bracketed = text[start] == "[" and text[end - 1] == "]"
    bare = is_bracketed and not PLACEHOLDER.fullmatch(text, start, end)
    return (start + 1, end - 1) if bare else (start, end)


def above(text: str, start: int) -> tuple[bool, str, int]:
    """Tell whether the line above is a break; return the last line of text and its start."""
    top = max(0, start - _FAR)
    is_break, end = start == 0, start - 1
    while end > top:
        begin = text.rfind("\n", top, end) + 1 or top
        line = text[begin:end]
        is_break = is_break or (end == start - 1 and _BREAK.fullmatch(line) is not None)
        if line.strip():
            return is_break, line.rstrip(), begin
        end = begin - 1
    return is_break or end == start - 1, "", -1


def has_text(above: str) -> bool:
    """Tell whether anything but headings and rules stands in what is above a label."""
    return any(
        line.strip() and not line.lstrip().startswith(("#", "---")) for line in above.split("\n")
    )
