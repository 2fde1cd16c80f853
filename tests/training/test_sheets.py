"""Sheets ask about each mention of a string, and about nothing else."""

from __future__ import annotations

import random

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the training extra")

from corpus.detect.ner.encoding import ASKED, Encoder
from corpus.detect.ner.model import CLASSES
from training import base, stage2
from training.batches import IGNORED, KEEP, MASK_PIECE, Judged, Noise, batches
from training.beside import SHARES, beside
from training.example import Example, of_transcript

TALK = "P: I am at Oslo, at Oslo.\nI: You use Oslo there? Bergen, Bergen.\nBergen: OSLO\n"
EMPLOYER = CLASSES.index("EMPLOYER")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(base.tokenizer())


@pytest.fixture(scope="module")
def example() -> Example:
    at = [place for place in range(len(TALK)) if TALK.startswith("Oslo", place)]
    spans = [(place, place + 4, "EMPLOYER", "direct") for place in at[:2]]
    spans += [(at[2], at[2] + 4, "OTHER", "none")]
    bergen = TALK.index("Bergen")
    spans += [(bergen, bergen + 6, "LOCATION", "none")]
    return of_transcript("t", "written", TALK, spans)


def drawn(example: Example, encoder: Encoder, seed: int) -> list[Judged]:
    judged = stage2.judge_interview(example, encoder)
    return list(beside(example, judged, encoder.separator, random.Random(seed)))


def test_a_string_that_is_both_is_asked_about_wherever_it_is_said(
    example: Example, encoder: Encoder
) -> None:
    for seed in range(50):
        sheet = drawn(example, encoder, seed)[0]
        asked = sheet.encoded.shapes >= ASKED
        assert sheet.classes[asked].tolist() == [EMPLOYER, EMPLOYER, KEEP, 0]
        assert set(sheet.classes[~asked].tolist()) == {IGNORED}
        assert sheet.begins[asked].tolist() == [1, 1, 1, 0]


def test_strings_of_one_kind_and_masked_ones_are_shares(example: Example, encoder: Encoder) -> None:
    read = [drawn(example, encoder, seed) for seed in range(400)]
    kept = sum(len(sheets) > 1 for sheets in read) / 400
    assert abs(kept - SHARES["kept"]) < 0.05
    masked = sum((sheets[0].encoded.ids == MASK_PIECE).any() for sheets in read)
    assert 60 < masked < 140


def test_a_sheet_is_read_in_one_piece_and_keeps_what_is_asked(
    example: Example, encoder: Encoder
) -> None:
    sheet = drawn(example, encoder, 1)[0]
    bare = Noise(lower=0, upper=0, unpunctuated=1.0, masked=0, masked_marks=0)
    read = batches(
        [],
        opening=0,
        classes=len(CLASSES),
        size=16,
        pieces=64,
        noise=bare,
        chance=random.Random(0),
        sheets=[sheet],
    )
    (batch,) = read
    assert batch.ids[0, 1:].tolist() == sheet.encoded.ids.tolist()
    asked = np.flatnonzero(batch.shapes[0, 1:].numpy() >= ASKED)
    assert asked.tolist() == np.flatnonzero(sheet.encoded.shapes >= ASKED).tolist()
