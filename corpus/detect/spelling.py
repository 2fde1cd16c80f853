"""Misspellings of a name: words of a transcript that are one or two letters off.

A roster's names are sought with more tolerance than those that were found in the text, since a
steward knows them, while any found name may look like another word of the conversation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from corpus.layers import needs
from corpus.model import FIELDS, Span, Transcript
from corpus.surfaces import Word, words

_TOLERANCE = ((9, 2), (5, 1))
"""From how many characters on how many may be wrong."""
_PLAIN = 8
"""From how many characters on a single word in lower case may be a misspelt name."""


_ECHO_TOLERANCE = ((10, 2), (6, 1))
"""The same, for a word of a name that was found."""


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


class Echoes:
    """The vocabulary of a transcript, in which misspelt words of found names are sought."""

    def __init__(self, vocabulary: Collection[str], everyday: frozenset[str]) -> None:
        self._by_letter: dict[str, list[str]] = {}
        for word in vocabulary:
            if len(word) >= _ECHO_TOLERANCE[-1][0] - 1 and word.isalpha():
                self._by_letter.setdefault(word[0], []).append(word)
        self._everyday = everyday

    def of(self, word: str) -> Iterator[str]:
        """Yield the folded words that are nearly this one, and neither it nor everyday words."""
        allowed = next((wrong for size, wrong in _ECHO_TOLERANCE if len(word) >= size), 0)
        candidates = self._by_letter.get(word[:1])
        if not allowed or not candidates or word in self._everyday:
            return
        with needs("steward"):
            from rapidfuzz import process
            from rapidfuzz.distance import OSA
        near = process.extract(
            word, candidates, scorer=OSA.distance, processor=None, score_cutoff=allowed, limit=None
        )
        for found, wrong, _ in near:
            if wrong and not self._is_everyday(found) and not _is_inflected(found, word):
                yield found

    def _is_everyday(self, word: str) -> bool:
        stems = (word, word.removesuffix("s"), word.removesuffix("ed"), word.removesuffix("ing"))
        return not self._everyday.isdisjoint(stems)


def _is_inflected(one: str, other: str) -> bool:
    """Tell whether one is the other with an ending of its own, as a plural has."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short)
