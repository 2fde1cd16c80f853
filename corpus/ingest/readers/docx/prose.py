"""Paragraphs in, one text out in which speakers can be told as in any other text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from corpus.ingest.readers.docx.words import Paragraph
from corpus.ingest.speakers.names import stands_for_role, that_may_speak
from corpus.ingest.speakers.openers import turn_openers
from corpus.ingest.speakers.roles import Roles

_BETWEEN = "\n\n"
_PAIR = 2
_OFTEN = 3
_LONGEST = 50
_CLOCK = r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(?:\.[0-9]{1,6})?)"
_CAPTION = re.compile(rf"{_CLOCK} --> {_CLOCK}\n([^\n]+)(?:\n(.*))?", re.DOTALL)
_DIGIT = re.compile(r"^(?=[0-9](?![0-9]))")
"""Where a zero is missing: these programs write 0:0:7.5."""
_OPENING = re.compile(r"[:\t\n\[(]|  ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A text, and how many turns can be told in it."""

    text: str = field(repr=False)
    turns: int


def prose(paragraphs: Sequence[Paragraph], roles: Roles) -> Prose:
    """Return the text of paragraphs, with a colon after names that type alone sets apart.

    Where names have a colon or a time already, they stay as they are.
    """
    texts = [_BETWEEN.join(_rejoined(paragraphs)), _BETWEEN.join(_marked(paragraphs, roles))]
    found = [Prose(text=text, turns=len(turn_openers(text, roles))) for text in texts]
    return max(found, key=lambda prose: prose.turns)


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


def _marked(paragraphs: Sequence[Paragraph], roles: Roles) -> list[str]:
    """Return the paragraphs with a colon after names in bold or in headings."""
    names = [_lead(p) for p in paragraphs]
    often = Counter(names)
    likely = that_may_speak([name for name in names if name], roles)
    speaking = {x for x in likely if often[x] >= _PAIR or stands_for_role(x, roles)}
    return [
        f"{name}: {p.text[len(name) :].lstrip(' .|-')}" if name in speaking else p.text
        for p, name in zip(paragraphs, names, strict=True)
    ]


def _rejoined(paragraphs: Sequence[Paragraph]) -> list[str]:
    """Return the paragraphs, captions of one speaker in one: they break off anywhere."""
    texts: list[str] = []
    for _, same in groupby((_caption(p) for p in paragraphs), key=itemgetter(0)):
        found = list(same)
        head = found[0][0] and f"{found[0][1]} --> {found[-1][2]}\n{found[0][0]}\n"
        words = [words for *_, words in found]
        texts += [head + " ".join(words)] if head else words
    return texts


def _caption(paragraph: Paragraph) -> tuple[str, str, str, str]:
    """Return who speaks, from when, until when, and the words; the words alone of other text."""
    match = _CAPTION.fullmatch(paragraph.text)
    if not match:
        return "", "", "", paragraph.text
    *clocks, name, words = match.groups(default="")
    padded = [_DIGIT.sub("0", clock) for clock in clocks]
    return name.strip(), ":".join(padded[:3]), ":".join(padded[3:]), words


def _lead(paragraph: Paragraph) -> str:
    """Return what may be a name at the start of a paragraph, set apart by its type."""
    line = paragraph.text.split("\n", 1)[0]
    length = len(line) if paragraph.is_heading else min(paragraph.bold, len(line))
    name = line[:length].rstrip(" .|-")
    is_label = ":" in name or line[length:].lstrip().startswith(":")
    return name if name[:1].isalpha() and len(name) <= _LONGEST and not is_label else ""
