"""Examples -> batches of windows that the network reads, with what it should say."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corpus.detect.ner.encoding import (
    AT_START,
    LOWER,
    MIXED,
    NO_WORD,
    PUNCTUATION,
    TITLE,
    UPPER,
    Encoded,
    Encoder,
)
from corpus.model import Field
from training.example import Example

IGNORED = -100

KEEP = 1
_CAPITALISED = (TITLE, UPPER, MIXED)
_LETTERS = (LOWER, TITLE, MIXED)
MASK_PIECE = 103
_LEAST = 8
"""Pieces that a window must have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How windows are made harder; shares of windows, but `masked` and `masked_marks` of pieces."""

    lower: float = 0.2
    upper: float = 0.03
    unpunctuated: float = 0.06
    masked: float = 0.05
    masked_marks: float = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An encoded example with the class of each piece and whether its word begins a mark."""

    encoded: Encoded
    classes: NDArray[np.int64]
    begins: NDArray[np.int64]
    banned: tuple[int, ...]
    """Classes that its source does not mark: nothing can be learnt about them here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All of shape (windows, pieces), but `banned`, of shape (windows, classes)."""

    ids: Tensor
    shapes: Tensor
    real: Tensor
    classes: Tensor
    begins: Tensor
    banned: Tensor


def judge(
    example: Example,
    encoder: Encoder,
    class_of: Callable[[str, str], int],
    banned: tuple[int, ...] = (),
) -> Judged:
    """Return the example with a class for each of its pieces; `class_of` takes label and mask."""
    encoded = encoder.encode(example.turns)
    by_field: dict[tuple[int, Field], list[tuple[int, int, int]]] = {}
    for mark in example.marks:
        place = (mark.span.turn, mark.span.field)
        kind = class_of(mark.label, mark.mask)
        by_field.setdefault(place, []).append((mark.span.start, mark.span.end, kind))
    of_words = np.zeros(len(encoded.words) + 1, dtype=np.int64)
    begins = np.zeros(len(encoded.words) + 1, dtype=np.int64)
    seen: set[tuple[int, Field, int]] = set()
    for number, word in enumerate(encoded.words):
        for start, end, kind in by_field.get((word.turn, word.field), ()):
            if word.start < end and start < word.end:
                of_words[number] = kind
                begins[number] = (word.turn, word.field, start) not in seen
                seen.add((word.turn, word.field, start))
                break
    of_words[-1] = IGNORED
    return Judged(
        encoded=encoded,
        classes=of_words[encoded.word_of],
        begins=begins[encoded.word_of],
        banned=banned,
    )


def batches(
    judged: Iterable[Judged],
    *,
    opening: int,
    classes: int,
    size: int,
    pieces: int,
    noise: Noise,
    chance: random.Random,
    quiet: float = 1.0,
    sheets: Iterable[Judged] = (),
) -> Iterator[Batch]:
    """Yield batches of about `pieces` pieces, in random order, cut at random offsets.

    Args:
        judged: the encoded examples.
        opening: the piece that every window begins with.
        classes: how many there are.
        size: pieces in a window.
        pieces: pieces in a batch, about.
        noise: how the windows are made harder.
        chance: what all randomness comes from.
        quiet: share of the windows with nothing to hide that is read.
        sheets: what is read in one piece.
    """
    cut = [
        _hardened(part, noise, chance)
        for one in judged
        for part in _windows(one, size, chance)
        if quiet == 1.0 or (part.classes > KEEP).any() or chance.random() < quiet
    ]
    cut += [_hardened(_part(one, 0, len(one.encoded.ids)), noise, chance) for one in sheets]
    chance.shuffle(cut)
    rows = max(1, pieces // size)
    pools = [sorted(cut[at : at + 16 * rows], key=len) for at in range(0, len(cut), 16 * rows)]
    groups = [group for pool in pools for group in _groups(pool, pieces)]
    chance.shuffle(groups)
    for group in groups:
        yield _collated(group, opening, classes)


def _groups(pool: Iterable[_Part], pieces: int) -> Iterator[list[_Part]]:
    """Yield what is read at once, of parts that come in the order of their length."""
    group: list[_Part] = []
    for part in pool:
        if group and (len(group) + 1) * (1 + len(part)) > pieces:
            yield group
            group = []
        group.append(part)
    if group:
        yield group


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    ids: NDArray[np.int64]
    shapes: NDArray[np.int64]
    classes: NDArray[np.int64]
    begins: NDArray[np.int64]
    is_word: NDArray[np.bool_]
    """Or else a mark between turns and cuttings, which no noise reaches."""
    banned: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, chosen: NDArray[np.bool_]) -> _Part:
        return _Part(
            ids=self.ids[chosen],
            shapes=self.shapes[chosen],
            classes=self.classes[chosen],
            begins=self.begins[chosen],
            is_word=self.is_word[chosen],
            banned=self.banned,
        )


def _windows(judged: Judged, size: int, chance: random.Random) -> Iterator[_Part]:
    total, room = len(judged.encoded.ids), size - 1
    at = -chance.randrange(room) if total > room else 0
    while at < total:
        low, high = max(0, at), min(total, at + room)
        if high - low >= _LEAST:
            yield _part(judged, low, high)
        at += room


def _part(judged: Judged, low: int, high: int) -> _Part:
    return _Part(
        ids=judged.encoded.ids[low:high],
        shapes=judged.encoded.shapes[low:high],
        classes=judged.classes[low:high],
        begins=judged.begins[low:high],
        is_word=judged.encoded.word_of[low:high] != NO_WORD,
        banned=judged.banned,
    )


def _hardened(part: _Part, noise: Noise, chance: random.Random) -> _Part:
    rng = np.random.default_rng(chance.getrandbits(32))
    shapes, ids = part.shapes.copy(), part.ids.copy()
    draw = chance.random()
    if draw < noise.lower:
        kind = shapes % AT_START
        shapes = np.where(np.isin(kind, _CAPITALISED), shapes - kind + LOWER, shapes)
    elif draw < noise.lower + noise.upper:
        kind = shapes % AT_START
        shapes = np.where(np.isin(kind, _LETTERS), shapes - kind + UPPER, shapes)
    chances = np.where(part.classes > 0, noise.masked + noise.masked_marks, noise.masked)
    ids[(rng.random(len(ids)) < chances) & part.is_word] = MASK_PIECE
    hard = replace(part, ids=ids, shapes=shapes)
    if chance.random() < noise.unpunctuated:
        bare = (shapes % AT_START != PUNCTUATION) | (part.classes > 0) | ~part.is_word
        if bare.sum() >= _LEAST:
            hard = hard.of(bare)
            hard.shapes[:] -= AT_START * (hard.shapes // AT_START % 2)
    return hard


def _collated(group: Sequence[_Part], opening: int, classes: int) -> Batch:
    width = 1 + max(map(len, group))
    shape = (len(group), width)
    ids, shapes = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    wanted, begins = np.full(shape, IGNORED), np.zeros(shape, np.int64)
    real = np.zeros(shape, bool)
    banned = np.zeros((len(group), classes), bool)
    for row, part in enumerate(group):
        end = 1 + len(part)
        ids[row, 0] = opening
        ids[row, 1:end], shapes[row, 1:end] = part.ids, part.shapes
        wanted[row, 1:end], begins[row, 1:end] = part.classes, part.begins
        real[row, :end] = True
        banned[row, list(part.banned)] = True
    return Batch(
        ids=torch.from_numpy(ids),
        shapes=torch.from_numpy(shapes),
        real=torch.from_numpy(real),
        classes=torch.from_numpy(wanted),
        begins=torch.from_numpy(begins),
        banned=torch.from_numpy(banned),
    )
