"""A transcript comes in; the pieces that the model reads, and the words they make up, go out."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.model import FIELDS, Field, Span, Turn

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SHAPES = 32
"""Classes of a word's letters, each within and at the start of a sentence, asked about or not."""

ASKED = SHAPES // 2
"""What a shape is higher by where the string stands that is asked about."""

NO_WORD = -1
"""The word of a piece that belongs to none: the marks between turns, the colon of a label."""

AT_START = ASKED // 2
_SYMBOLS = frozenset({"So", "Sk", "Cn", "Co"})
_ENDS = frozenset(".!?:\u2026")
OTHER, LOWER, TITLE, UPPER, MIXED, DIGITS, CODE, PUNCTUATION = range(AT_START)
"""A word's letters; AT_START more where a sentence begins with it."""


class Pieces(NamedTuple):
    """A stretch of a transcript's pieces."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A transcript as one stream of pieces; all but white space and emoji lies in a word."""

    ids: NDArray[np.int64] = field(repr=False)
    """Of shape (pieces,): places in the vocabulary."""
    shapes: NDArray[np.int64] = field(repr=False)
    """Of shape (pieces,): below SHAPES."""
    word_of: NDArray[np.int64] = field(repr=False)
    """Of shape (pieces,): index into `words`, or NO_WORD; never falls but to NO_WORD."""
    words: tuple[Span, ...] = field(repr=False)
    turn_starts: NDArray[np.int64] = field(repr=False)
    """Of shape (turns,): where each turn's pieces begin."""

    def signs(self) -> NDArray[np.bool_]:
        """Return for each word whether it has neither letter nor digit."""
        firsts = np.searchsorted(self.word_of[self.word_of != NO_WORD], np.arange(len(self.words)))
        shapes = self.shapes[self.word_of != NO_WORD][firsts]
        signs: NDArray[np.bool_] = shapes % AT_START == PUNCTUATION
        return signs

    def locate(self, spans: Iterable[Span]) -> Iterator[Pieces]:
        """Yield the pieces of the words that each span touches; nothing for one without a word."""
        inside = np.flatnonzero(self.word_of != NO_WORD)
        of = self.word_of[inside]
        for span in spans:
            line = (span.turn, FIELDS.index(span.field))
            first = bisect_right(self.words, (*line, span.start), key=_end_of)
            last = bisect_left(self.words, (*line, span.end), key=_start_of)
            if first < last:
                low = np.searchsorted(of, first)
                high = np.searchsorted(of, last - 1, side="right")
                yield Pieces(int(inside[low]), int(inside[high - 1]) + 1)


def _start_of(word: Span) -> tuple[int, int, int]:
    return word.turn, FIELDS.index(word.field), word.start


def _end_of(word: Span) -> tuple[int, int, int]:
    return word.turn, FIELDS.index(word.field), word.end


class Encoder:
    """Cuts text into the model's pieces; knows the tokenizer, not the model."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.separator = self._id("[SEP]")
        self.opening = self._id("[CLS]")
        self._colon = self._id(":")

    def _id(self, piece: str) -> int:
        found = self._tokenizer.token_to_id(piece)
        if found is None:
            raise ValueError(f"the vocabulary lacks {piece}")
        return int(found)

    def encode(self, turns: tuple[Turn, ...]) -> Encoded:
        """Return the turns' pieces: each label, a colon, the text, a mark that ends the turn."""
        stream = _Stream()
        for turn in turns:
            stream.turn_starts.append(len(stream.ids))
            for name in FIELDS:
                if turn.of(name):
                    self._read(turn, name, stream)
                if name == "speaker" and turn.speaker:
                    stream.add(self._colon, PUNCTUATION, NO_WORD)
            stream.add(self.separator, OTHER, NO_WORD)
        return stream.encoded()

    def _read(self, turn: Turn, name: Field, stream: _Stream) -> None:
        read = self._tokenizer.encode(_legible(turn.of(name)), add_special_tokens=False)
        spans: list[Span] = []
        before, first = None, len(stream.words)
        numbers = []
        for word, (start, end) in zip(read.word_ids, read.offsets, strict=True):
            begin = start if word != before else spans.pop().start
            spans.append(Span(turn=turn.index, field=name, start=begin, end=end))
            numbers.append(len(spans) - 1)
            before = word
        shapes = list(_shapes(turn.of(name), spans))
        for piece, number in zip(read.ids, numbers, strict=True):
            stream.add(piece, shapes[number], first + number)
        stream.words += spans


@dataclass(slots=True)
class _Stream:
    """An `Encoded` in the making."""

    ids: list[int] = field(default_factory=list)
    shapes: list[int] = field(default_factory=list)
    word_of: list[int] = field(default_factory=list)
    words: list[Span] = field(default_factory=list)
    turn_starts: list[int] = field(default_factory=list)

    def add(self, piece: int, shape: int, word: int) -> None:
        self.ids.append(piece)
        self.shapes.append(shape)
        self.word_of.append(word)

    def encoded(self) -> Encoded:
        return Encoded(
            ids=np.asarray(self.ids, dtype=np.int64),
            shapes=np.asarray(self.shapes, dtype=np.int64),
            word_of=np.asarray(self.word_of, dtype=np.int64),
            words=tuple(self.words),
            turn_starts=np.asarray(self.turn_starts, dtype=np.int64),
        )


def _legible(text: str) -> str:
    """Return the text with blanks for emoji and the like, which would take a word's letters along.

    A word that they are glued to is one unknown piece to the tokenizer.
    """
    if text.isascii():
        return text
    return "".join(" " if _is_symbol(character) else character for character in text)


def _is_symbol(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character) in _SYMBOLS


def _shapes(text: str, spans: list[Span]) -> Iterator[int]:
    """Yield each word's shape, AT_START higher where a sentence begins."""
    is_start, at = True, 0
    for span in spans:
        surface = text[span.start : span.end]
        is_start = is_start or "\n" in text[at : span.start]
        at = span.end
        shape = _shape(surface)
        yield shape + AT_START * is_start
        if shape != PUNCTUATION:
            is_start = False
        elif surface in _ENDS:
            is_start = True


def _shape(surface: str) -> int:
    if not any(character.isalnum() for character in surface):
        return PUNCTUATION
    if any(character.isdigit() for character in surface):
        return DIGITS if surface.isdigit() else CODE
    if surface.islower():
        return LOWER
    if surface.isupper() and len(surface) > 1:
        return UPPER
    if surface[0].isupper() and (len(surface) == 1 or surface[1:].islower()):
        return TITLE
    return MIXED if any(character.isupper() for character in surface) else OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of the stream that is read at once."""

    context: int
    """Where reading begins: what stands before `start` is seen, not judged."""
    start: int
    end: int


def windows(encoded: Encoded, *, size: int, context: int) -> Iterator[Window]:
    """Cut the stream so that each piece is judged once, if possible between turns.

    Args:
        encoded: the stream.
        size: pieces that the model reads at once, the opening mark included.
        context: pieces before the window that it sees as well.
    """
    total = len(encoded.ids)
    strength = _strengths(encoded)
    start = 0
    while start < total:
        seen = min(context, start)
        limit = start + size - 1 - seen
        end = total if limit >= total else _cut(strength, start, limit)
        yield Window(context=start - seen, start=start, end=end)
        start = end


def _strengths(encoded: Encoded) -> NDArray[np.int8]:
    """Return for each place how good a cut before it is: 0 within a word, 3 between turns."""
    of = encoded.word_of
    strength = np.ones(len(of) + 1, dtype=np.int8)
    strength[1:-1][(of[1:] == of[:-1]) & (of[1:] != NO_WORD)] = 0
    strength[:-1][(encoded.shapes >= AT_START) & (strength[:-1] > 0)] = 2
    strength[encoded.turn_starts] = 3
    return strength


def _cut(strength: NDArray[np.int8], start: int, limit: int) -> int:
    """Return the last of the best places in the third before the limit."""
    low = max(start + 1, limit - (limit - start) // 3)
    options = strength[low : limit + 1]
    return int(limit - np.argmax(options[::-1]))
