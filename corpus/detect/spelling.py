"""Misspellings of a known name: words of a transcript that are one or two letters off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from corpus.layers import needs
from corpus.model import FIELDS, Span, Transcript
from corpus.surfaces import Word, words

_TOLERANCE = ((9, 2), (5, 1))
"""From how many characters on how many may be wrong."""
_PLAIN = 8
"""From how many characters on a single word in lower case may be a misspelt name."""


class _Window(NamedTuple):
    text: str
    span: Span


class Spelling:
    """The words of a transcript, ready to be compared with names."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._windows: dict[int, tuple[_Window, ...]] = {}

    def misspelt(self, name: str) -> Iterator[tuple[Span, int]]:
        """Yield where nearly the name stands, and how many letters are wrong; never zero.

        A blank too many or too few counts as one. The first letter must be right.
        """
        parts = [word.text for word in words(name)]
        wanted = " ".join(parts)
        allowed = next((wrong for length, wrong in _TOLERANCE if len(wanted) >= length), 0)
        if allowed:
            yield from self._near(wanted, len(parts), allowed)
            for size in (len(parts) - 1, len(parts) + 1):
                yield from self._near(wanted, size, 1)

    def _near(self, wanted: str, size: int, allowed: int) -> Iterator[tuple[Span, int]]:
        with needs("steward"):
            from rapidfuzz import process
            from rapidfuzz.distance import OSA
        windows = self._of_size(size)
        texts = [window.text for window in windows]
        near = process.extract(
            wanted, texts, scorer=OSA.distance, processor=None, score_cutoff=allowed, limit=None
        )
        for text, wrong, index in near:
            span = windows[index].span
            if wrong and text[0] == wanted[0] and self._is_plausible(text, span):
                yield span, int(wrong)

    def _is_plausible(self, text: str, span: Span) -> bool:
        return len(text) >= _PLAIN or self._transcript.text_of(span)[0].isupper()

    def _of_size(self, size: int) -> tuple[_Window, ...]:
        if size not in self._windows:
            self._windows[size] = tuple(_windows(self._transcript, size)) if size else ()
        return self._windows[size]


def _windows(transcript: Transcript, size: int) -> Iterator[_Window]:
    for turn in transcript.turns:
        for name in FIELDS:
            found = words(turn.of(name))
            for at in range(len(found) - size + 1):
                run = found[at : at + size]
                span = Span(turn=turn.index, field=name, start=run[0].start, end=run[-1].end)
                yield _Window(_joined(run), span)


def _joined(run: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in run)
