"""Whether a text looks like a transcript: speakers who take turns, cues, a table of turns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.check.types import Passage
from corpus.ingest.readers import columns

_LABEL = re.compile(
    r"^[ \t>*_#-]{0,6}(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?[ \t]*)?(?:\*\*|__)?"
    r"([^\W\d_][\w .'-]{0,30}?)(?:\*\*|__)?[ ]?:(?:\*\*|__)?[ \t]+(\S.*)",
    re.MULTILINE,
)
_CUE = re.compile(r"^(?:\d+:)?\d\d:\d\d[.,]\d{3}[ \t]+-->[ \t]", re.MULTILINE)
_READ = 1 << 18
"""Characters that are looked at; whatever is a transcript shows it by then."""
_TURNS = 8
_SPEAKERS = range(2, 7)
_CHANGES = 0.6
_WORDS = 5.0
"""A turn's words on average; a list of settings has fewer."""
_COMMON = frozenset(
    ("i", "you", "the", "to", "and", "it", "that", "a", "of", "is", "so", "yeah", "my")
)
_SPOKEN = 0.15
"""The share of common words in what people say."""


@dataclass(slots=True)
class Looks:
    """Takes the passages of one item, then says what they look like."""

    kind: str
    """Of the item, as it was opened."""
    _text: list[str] = field(default_factory=list, repr=False)
    _length: int = 0

    def feed(self, passage: Passage) -> None:
        """Look at the next passage."""
        if self._length < _READ:
            piece = passage.text[: _READ - self._length]
            self._text.append(piece)
            self._length += len(piece)

    def like_a_transcript(self) -> bool:
        """Tell whether speakers take turns in what was fed."""
        text = "\n".join(self._text)
        if self.kind == "captions":
            return len(_CUE.findall(text)) >= _TURNS
        if self.kind == "csv":
            return _is_table_of_turns(text)
        return _has_turns(text)


def _is_table_of_turns(text: str) -> bool:
    header, *rows = text.splitlines() or [""]
    delimiter = max(",;\t", key=header.count)
    try:
        names = next(csv.reader([header[:1000]], delimiter=delimiter), [])
    except csv.Error:
        return False
    said = columns.pick(columns.TEXT, names)
    speaker = columns.pick(columns.SPEAKER, (name for name in names if name != said))
    return bool(said and speaker) and len(rows) >= _TURNS and _is_spoken("\n".join(rows))


def _has_turns(text: str) -> bool:
    turns = [(label.casefold(), said) for label, said in _LABEL.findall(text)]
    counts = Counter(label for label, _ in turns)
    turns = [turn for turn in turns if counts[turn[0]] > 1]
    speakers = {label for label, _ in turns}
    if len(turns) < _TURNS or len(speakers) not in _SPEAKERS:
        return False
    changes = sum(a[0] != b[0] for a, b in pairwise(turns))
    words = sum(len(said.split()) for _, said in turns)
    return (
        changes >= _CHANGES * (len(turns) - 1)
        and words >= _WORDS * len(turns)
        and _is_spoken(" ".join(said for _, said in turns))
    )


def _is_spoken(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return sum(word in _COMMON for word in words) >= _SPOKEN * len(words) > 0
