"""Places where one string stands come in; what surrounds them, side by side, goes out.

Read together, the mentions of a string show which of them give somebody away and which do not:
a window of the transcript seldom holds two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpus.detect.ner.encoding import ASKED, OTHER, Encoded, Pieces

ROOM = 500
"""Pieces of a sheet at most; with the opening mark they have places in the network."""

_BEFORE, _AFTER = 36, 28
"""Pieces around a mention that are read with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Cuttings of a transcript, parted by marks; the shapes say what is asked about."""

    ids: NDArray[np.int64] = field(repr=False)
    """Of shape (pieces,)."""
    shapes: NDArray[np.int64] = field(repr=False)
    """Of shape (pieces,); ASKED higher where the string stands."""
    at: NDArray[np.int64] = field(repr=False)
    """Of shape (pieces,): the transcript's piece, or -1 for a mark."""


@dataclass(slots=True)
class _Cutting:
    """A stretch of the transcript, and what is asked about in it."""

    start: int
    end: int
    places: list[Pieces]

    def laid(self, encoded: Encoded, separator: int) -> Sheet:
        at = np.append(np.arange(self.start, self.end), -1)
        asked = np.zeros(len(at), dtype=bool)
        for place in self.places:
            asked[place.start - self.start : min(place.end, self.end) - self.start] = True
        return Sheet(
            ids=np.where(at < 0, separator, encoded.ids[at]),
            shapes=np.where(at < 0, OTHER, encoded.shapes[at] + ASKED * asked),
            at=at,
        )


def sheets(encoded: Encoded, places: Iterable[Pieces], separator: int) -> Iterator[Sheet]:
    """Yield the cuttings around the places; what is near is cut out in one.

    Args:
        encoded: the transcript.
        places: where the string stands, in reading order.
        separator: the piece that ends a cutting.
    """
    sheet: list[Sheet] = []
    size = 0
    for cutting in _cuttings(len(encoded.ids), places):
        laid = cutting.laid(encoded, separator)
        if sheet and size + len(laid.ids) > ROOM:
            yield _joined(sheet)
            sheet, size = [], 0
        sheet.append(laid)
        size += len(laid.ids)
    if sheet:
        yield _joined(sheet)


def _cuttings(total: int, places: Iterable[Pieces]) -> Iterator[_Cutting]:
    cutting: _Cutting | None = None
    for place in places:
        low, high = max(0, place.start - _BEFORE), min(total, place.end + _AFTER)
        if cutting and low <= cutting.end and high - cutting.start < ROOM:
            cutting.end = high
            cutting.places.append(place)
            continue
        if cutting:
            yield cutting
        cutting = _Cutting(low, min(high, low + ROOM - 1), [place])
    if cutting:
        yield cutting


def _joined(parts: Sequence[Sheet]) -> Sheet:
    return Sheet(
        ids=np.concatenate([part.ids for part in parts]),
        shapes=np.concatenate([part.shapes for part in parts]),
        at=np.concatenate([part.at for part in parts]),
    )
