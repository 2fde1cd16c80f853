"""Any text as a transcript whose offsets lead straight back into it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from corpus.model import Role, Segment, SourceMap, Transcript, Turn

_LABEL = re.compile(
    r"^[ \t]{0,3}(?P<bold>\*\*|__)?(?P<label>[^\W\d_][^\n:*_]{0,39})"
    r"(?(bold)(?:(?P=bold):|:(?P=bold))|:)(?=\s|\Z)[ \t]*",
    re.MULTILINE,
)
_INTERVIEWER = re.compile(r"(?i)ai|assistant|bot|i|interviewer|moderator|q|researcher|I\d{1,3}")
_PARTICIPANT = re.compile(
    r"(?i)a|human|interviewee|participant|respondent|user|P\d{1,3}|[SR]\d{1,3}"
)


def plain(text: str, transcript_id: str = "text_0001") -> Transcript:
    """Return the text as turns, cut where a speaker's label stands; as one without labels.

    A label is a role, or opens two lines; nothing is repaired.
    """
    openers = list(_openers(text))
    if not openers or openers[0].line:
        openers.insert(0, _Opener(0, 0, 0, 0))
    ends = [*(opener.line for opener in openers[1:]), len(text)]
    return Transcript(
        transcript_id=transcript_id,
        cohort=transcript_id.rpartition("_")[0],
        source=text,
        turns=tuple(
            _turn(text, index, opener, end)
            for index, (opener, end) in enumerate(zip(openers, ends, strict=True))
        ),
    )


class _Opener(NamedTuple):
    """Where a turn starts, with its label and what is said."""

    line: int
    start: int
    end: int
    said: int


def _openers(text: str) -> Iterator[_Opener]:
    matches = list(_LABEL.finditer(text))
    counts = Counter(match["label"].casefold() for match in matches)
    for match in matches:
        if counts[match["label"].casefold()] > 1 or _role(match["label"]) != "other":
            yield _Opener(match.start(), *match.span("label"), match.end())


def _role(label: str) -> Role:
    if _INTERVIEWER.fullmatch(label):
        return "interviewer"
    return "participant" if _PARTICIPANT.fullmatch(label) else "other"


def _turn(text: str, index: int, opener: _Opener, end: int) -> Turn:
    speaker = text[opener.start : opener.end]
    return Turn(
        index=index,
        speaker=speaker,
        role=_role(speaker),
        text=text[opener.said : end],
        speaker_source=_verbatim(opener.start, opener.end),
        text_source=_verbatim(opener.said, end),
    )


def _verbatim(start: int, end: int) -> SourceMap:
    return SourceMap(segments=(Segment(0, end - start, start, end),) if start < end else ())
