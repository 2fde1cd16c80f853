"""Paragraphs in, transcripts out: speakers stand in labels, beside a time, or set apart.

Beside labels as in any text, `Name: ...`, Word files have what transcription programs write,
`Name   0:03` on a line of its own, and names that bold type, a tab or a heading sets apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from corpus.ingest import text
from corpus.ingest.docx.words import Paragraph
from corpus.ingest.drafts import Message, Source, of_messages
from corpus.ingest.labels import Opener
from corpus.ingest.names import has_capitals, is_heading, may_speak, stands_for_role, words_of
from corpus.ingest.roles import Roles
from corpus.ingest.speakers import turn_openers
from corpus.ingest.times import CLOCK, offset
from corpus.model import Draft, Turn

_BETWEEN = "\n\n"
_PAIR = 2
_OFTEN = 3
_LONGEST = 50
_NAME = r"(?P<name>[^\s\[(][^\n\t:?!;]{0,58}?)"
_TIME = rf"[\[(]?(?P<start>{CLOCK})[\])]?"
_CAPTION = re.compile(
    rf"^(?P<start>{CLOCK})[ ]*-->[ ]*(?P<end>{CLOCK})[ ]*\n+(?P<name>[^\n]+)$", re.MULTILINE
)
_NAME_TIME = re.compile(
    rf"^{_NAME}(?:[ \u00a0]{{2,}}|[ ]?\t+[ ]?|[ ]?(?=[\[(])){_TIME}[ ]*$", re.MULTILINE
)
_TIME_NAME = re.compile(rf"^{_TIME}[ \t]+(?:[-\u2013\u2014][ ])?{_NAME}[ ]*$", re.MULTILINE)
_NAME_TIME_TEXT = re.compile(rf"^{_NAME}[ ]?[\[(](?P<start>{CLOCK})[\])][ ](?=\S)", re.MULTILINE)
_PLAIN_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]+)?"
"""A time that may stand between a label and its colon."""
_BEFORE_LABEL = re.compile(rf"[ ]*[\[(]?({_PLAIN_CLOCK})[\])]?[ \t]+")
_AFTER_COLON = re.compile(rf"[ \t]*[\[(]({_PLAIN_CLOCK})[\])]")
_AFTER_LABEL = re.compile(rf"[ ]?[\[(]({CLOCK})[\])]")
_OPENING = re.compile(r"[:\t\n\[(]|  ")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What opens a turn, and where in the text it stands."""

    at: int
    stop: int
    name: str = field(repr=False)
    start_ms: int | None = None
    end_ms: int | None = None
    """When it ends, for a caption."""

    def goes_on(self, above: _Head) -> bool:
        """Tell whether it is the next caption of one speaker; captions break off anywhere."""
        return self.name == above.name and None not in (self.end_ms, above.end_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """The text of the paragraphs, and what seems to open turns in it."""

    text: str = field(repr=False)
    heads: list[_Head]
    labels: Sequence[Opener]

    @property
    def turns(self) -> int:
        """Count the turns that the text seems to hold."""
        return max(len(self.heads), len(self.labels))


def prose(paragraphs: Sequence[Paragraph], roles: Roles) -> Prose:
    """Look for speakers in paragraphs."""
    built = _BETWEEN.join(p.text for p in paragraphs)
    heads = max(_stamped(built, roles), _set_apart(paragraphs, roles), key=len)
    return Prose(
        text=built,
        heads=heads if len(heads) >= _PAIR else [],
        labels=turn_openers(built, roles),
    )


def drafts(found: Prose, source: Source) -> Iterator[Draft]:
    """Yield the transcripts that stand in paragraphs.

    Raises:
        SourceError: no speaker can be told.
    """
    if len(found.heads) > len(found.labels):
        yield _of_heads(found.heads, found.text, source)
    elif found.labels:
        built = replace(source, text=_with_times_moved(found))
        yield from (_timed(draft) for draft in text.read(built))
    else:
        raise source.error(
            "no speaker was found",
            "",
            "begin each turn with its speaker, as in 'Interviewer: ...', or make a table with"
            " the columns 'speaker' and 'text'",
        )


def without_headings(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Leave out headings, unless they name speakers: such recur, or open paragraphs, too."""
    often = Counter(map(_opening, paragraphs))
    plain = {_opening(p) for p in paragraphs if not p.is_heading}
    return [
        p
        for p in paragraphs
        if not p.is_heading or _opening(p) in plain or often[_opening(p)] >= _OFTEN
    ]


def _opening(paragraph: Paragraph) -> str:
    return _OPENING.split(paragraph.text, maxsplit=1)[0].strip().casefold()


def _stamped(built: str, roles: Roles) -> list[_Head]:
    """Return the lines that name a speaker and a time, and hardly anything else."""
    sure = [m for form in (_CAPTION, _NAME_TIME) for m in form.finditer(built)]
    alone, before = (list(form.finditer(built)) for form in (_TIME_NAME, _NAME_TIME_TEXT))
    often = Counter(m["name"] for m in (*sure, *alone, *before))
    likely = [m for m in (*alone, *before) if _recurs(m["name"], often, roles)]
    likely += [
        m for m in alone if len(words_of(m["name"])) > 1 and has_capitals(words_of(m["name"]))
    ]
    found = {m.start(): m for m in (*likely, *sure) if not is_heading(m["name"])}
    return [_head(found[at]) for at in sorted(found)]


def _recurs(name: str, often: Counter[str], roles: Roles) -> bool:
    return stands_for_role(name, roles) or (may_speak(name, roles) and often[name] >= _PAIR)


def _head(match: re.Match[str]) -> _Head:
    return _Head(
        at=match.start(),
        stop=match.end(),
        name=match["name"].strip(),
        start_ms=offset(match["start"]),
        end_ms=offset(match.groupdict().get("end", "")),
    )


def _set_apart(paragraphs: Sequence[Paragraph], roles: Roles) -> list[_Head]:
    """Return the names that bold type, a tab or a heading sets apart from what they say."""
    ends = accumulate(len(p.text) + len(_BETWEEN) for p in paragraphs)
    starts = [0, *ends][: len(paragraphs)]
    heads = [_lead(p, at) for p, at in zip(paragraphs, starts, strict=True)]
    often = Counter(h.name for h in heads)
    return [h for h in heads if h.name and _recurs(h.name, often, roles)]


def _lead(paragraph: Paragraph, at: int) -> _Head:
    line = paragraph.text.split("\n", 1)[0]
    length = len(line) if paragraph.is_heading else min(paragraph.bold, len(line))
    length = line.find("\t") if "\t" in line else length
    name = " ".join(line[:length].split()).strip(" .|-\u2013\u2014")
    is_label = ":" in name or line[length:].lstrip().startswith(":")
    is_name = name[:1].isalpha() and len(name) <= _LONGEST and not is_label
    return _Head(at=at, stop=at + length, name=name if is_name else "")


def _of_heads(heads: Sequence[_Head], built: str, source: Source) -> Draft:
    """Return the transcript; words before the first speaker are counted, and in no turn."""
    ends = [*(h.at for h in heads[1:]), len(built)]
    turns: list[list[tuple[_Head, str]]] = []
    for head, end in zip(heads, ends, strict=True):
        if not turns or not head.goes_on(turns[-1][-1][0]):
            turns.append([])
        turns[-1].append((head, built[head.stop : end].strip()))
    messages = [
        Message(
            speaker=turn[0][0].name,
            text=" ".join(words for _, words in turn),
            start_ms=turn[0][0].start_ms,
            end_ms=turn[-1][0].end_ms,
            place=f"turn {number}",
        )
        for number, turn in enumerate(turns, 1)
    ]
    draft = of_messages(messages, source)
    unlabelled = len(built[: heads[0].at].split())
    return replace(draft, repairs=replace(draft.repairs, unlabelled=unlabelled))


def _with_times_moved(found: Prose) -> str:
    """Return the text with the times beside labels where readers of text know them: behind."""
    pieces, at = [], 0
    for label in found.labels:
        time = _BEFORE_LABEL.fullmatch(found.text, label.line, label.start)
        after = label.text
        if not time and (time := _AFTER_COLON.match(found.text, label.text)):
            after = time.end()
        if time and found.text[label.end : label.text].strip() == ":":
            pieces += [found.text[at : label.line], f"{label.label} [{time[1]}]:"]
            at = after
    return "".join(pieces) + found.text[at:]


def _timed(draft: Draft) -> Draft:
    """Give each turn the time that stands behind its label."""
    turns = (replace(turn, start_ms=_behind(draft.source, turn)) for turn in draft.turns)
    return replace(draft, turns=tuple(turns))


def _behind(built: str, turn: Turn) -> int | None:
    _, end = turn.speaker_source.to_source(0, len(turn.speaker))
    time = _AFTER_LABEL.match(built, end)
    return offset(time[1]) if time else None
