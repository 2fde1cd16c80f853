"""Interviews -> sheets on which the mentions of one string stand side by side.

The detector's second reading (`corpus.detect.ner.second`) is fitted to these along with the
windows of the first: what is asked about is to be judged by what surrounds it and its like.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from corpus.detect.ner.beside import Sheet, sheets
from corpus.detect.ner.encoding import ASKED, NO_WORD, Encoded, Pieces
from corpus.model import Span, Transcript
from corpus.surfaces import Concordance, key
from training.batches import IGNORED, KEEP, MASK_PIECE, Judged
from training.example import Example

SHARES = {"both": 1.0, "hidden": 0.5, "kept": 0.1}
"""How often a string is read, by what its mentions are."""
_MASKED = 0.25
"""Share of the sheets on which the string itself is not to be seen."""


def beside(
    example: Example, judged: Judged, separator: int, chance: random.Random
) -> Iterator[Judged]:
    """Yield the sheets of an example's strings that stand in more than one place.

    Args:
        example: with all its marks.
        judged: the same, as the network reads it.
        separator: the piece that ends a cutting.
        chance: what all randomness comes from.
    """
    for places in _strings(example, judged.encoded):
        if len(places) > 1 and chance.random() < SHARES[_kind(judged, places)]:
            is_masked = chance.random() < _MASKED
            for sheet in sheets(judged.encoded, places, separator):
                yield _judged(sheet, judged, is_masked=is_masked)


def _strings(example: Example, encoded: Encoded) -> Iterator[list[Pieces]]:
    """Yield where each marked string stands, marked or not, in what is said."""
    transcript = Transcript(transcript_id="", cohort="", source="", turns=example.turns)
    concordance = Concordance(transcript)
    surfaces = (example.surface(mark) for mark in example.marks if _is_said(mark.span))
    for surface in {key(surface): surface for surface in surfaces}.values():
        yield list(encoded.locate(filter(_is_said, concordance.occurrences(surface))))


def _is_said(span: Span) -> bool:
    return span.field == "text"


def _kind(judged: Judged, places: list[Pieces]) -> str:
    hidden = {bool((judged.classes[start:end] > KEEP).any()) for start, end in places}
    return "both" if len(hidden) > 1 else "hidden" if True in hidden else "kept"


def _judged(sheet: Sheet, judged: Judged, *, is_masked: bool) -> Judged:
    asked = sheet.shapes >= ASKED
    encoded = Encoded(
        ids=np.where(asked & is_masked, MASK_PIECE, sheet.ids),
        shapes=sheet.shapes,
        word_of=np.where(sheet.at < 0, NO_WORD, judged.encoded.word_of[sheet.at]),
        words=(),
        turn_starts=np.zeros(1, dtype=np.int64),
    )
    return replace(
        judged,
        encoded=encoded,
        classes=np.where(asked, judged.classes[sheet.at], IGNORED),
        begins=np.where(asked, judged.begins[sheet.at], 0),
    )
