"""Reads a thread of e-mails: each mail a turn of who sent it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from corpus.ingest.speakers.labels import Opener, has_text

_MARK = r"(?:\*\*|__|\*|_)?"
_SENDER = re.compile(
    rf"{_MARK}(?:from|von|de|da|van){_MARK}[ ]?:{_MARK}[ \t]*(?P<sender>\S.{{0,200}})",
    re.IGNORECASE,
)
_OTHER = re.compile(
    rf"""{_MARK}(?:
        to|cc|bcc|subject|date|sent|reply-to|importance|priority|attachments?|message-id
        |an|betreff|gesendet|datum|kopie|à|objet|envoyé|para|asunto|enviado|fecha|aan|onderwerp
    ){_MARK}[ ]?:.*""",
    re.IGNORECASE | re.VERBOSE,
)
_RULE = re.compile(r"[ \t]*(?:[-_*=]{3,}.{0,60}|.{0,20}forwarded message:?[ \t]*)", re.IGNORECASE)
_NAME = re.compile(r'"?(?P<label>[^"<\[(\s](?:[^"<\[(]*[^"<\[(\s*_])?)')
_ADDRESS = re.compile(r"[<\[(](?:mailto:)?(?P<label>[^<>\[\]()\s]+)")
_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """The lines of a text and where each begins."""

    lines: list[str]
    starts: list[int]

    @classmethod
    def of(cls, text: str) -> _Lines:
        lines = text.split("\n")
        return cls(lines=lines, starts=list(accumulate((len(x) + 1 for x in lines), initial=0)))


def mails(text: str) -> tuple[Opener, ...]:
    """Return an opener for each mail of a thread; none where the text opens with no mail."""
    first = text.lstrip().split("\n", 1)[0].strip()
    if not (_SENDER.match(first) or _OTHER.match(first) or _RULE.match(first)):
        return ()
    found = tuple(_openers(_Lines.of(text)))
    is_thread = len(found) >= _TWO and not has_text(text[: found[0].line])
    return found if is_thread else ()


def _openers(text: _Lines) -> Iterator[Opener]:
    """Yield an opener for each block of header lines below a blank line or a rule."""
    i, lines = 0, text.lines
    while i < len(lines):
        end = _end(lines, i)
        senders = [n for n in range(i, end) if _SENDER.match(lines[n])]
        if len(senders) == 1 and end - i >= _TWO and ((top := _top(lines, i)) < i or i == 0):
            yield _opener(text, top, senders[0], end)
        i = max(end, i + 1)


def _end(lines: list[str], start: int) -> int:
    """Return the line after the header that starts here; a line may run on below, indented."""
    end = start
    while end < len(lines) and (
        _SENDER.match(lines[end])
        or _OTHER.match(lines[end])
        or (end > start and lines[end][:1] in (" ", "\t") and lines[end].strip())
    ):
        end += 1
    return end


def _top(lines: list[str], start: int) -> int:
    """Return the first of the blank lines and rules right above."""
    top = start
    while top > 0 and (not lines[top - 1].strip() or _RULE.fullmatch(lines[top - 1])):
        top -= 1
    return top


def _opener(text: _Lines, top: int, sender: int, end: int) -> Opener:
    match = _SENDER.match(text.lines[sender])
    shown = match and (
        _NAME.match(match.string, match.start("sender"))
        or _ADDRESS.match(match.string, match.start("sender"))
    )
    start, stop = shown.span("label") if shown else (0, 0)
    at = text.starts[sender]
    return Opener(
        line=text.starts[top],
        start=at + start,
        end=at + stop,
        text=min(text.starts[end], text.starts[-1] - 1),
        stop=at + len(text.lines[sender]),
        label=text.lines[sender][start:stop],
        after_blank=True,
        lead_in=-1,
        is_bold=False,
        is_bare=True,
        headers=end - top - 1 - sum(not line.strip() for line in text.lines[top:end]),
    )
