"""Sheets ask about each mention of a string, and about nothing else."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="training needs the training extra")

from corpus.detect.ner.encoding import ASKED, NO_WORD, Encoder
from corpus.detect.ner.model import CLASSES
from training import base, stage2
from training.batches import IGNORED, KEEP, MASK_PIECE, Batch, Judged, Noise, batches
from training.beside import SHARES, beside
from training.example import Example, of_transcript, turn_of

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


def hardened(sheet: Judged, encoder: Encoder, **noise: float) -> Batch:
    none = Noise(lower=0, upper=0, unpunctuated=0, masked=0, masked_marks=0)
    (batch,) = batches(
        [],
        opening=encoder.opening,
        classes=len(CLASSES),
        size=16,
        pieces=64,
        noise=replace(none, **noise),
        chance=random.Random(0),
        sheets=[sheet],
    )
    return batch


def test_a_sheet_is_read_in_one_piece(example: Example, encoder: Encoder) -> None:
    sheet = drawn(example, encoder, 1)[0]
    batch = hardened(sheet, encoder)
    assert batch.ids[0, 1:].tolist() == sheet.encoded.ids.tolist()
    assert batch.shapes[0, 1:].tolist() == sheet.encoded.shapes.tolist()
    assert batch.classes[0, 1:].tolist() == sheet.classes.tolist()


def test_without_punctuation_a_sheet_keeps_its_marks_and_what_is_asked(
    example: Example, encoder: Encoder
) -> None:
    sheet = drawn(example, encoder, 1)[0]
    batch = hardened(sheet, encoder, unpunctuated=1.0)
    left = batch.ids[0, 1:].tolist()
    assert (sheet.encoded.ids == encoder.separator).sum() == left.count(encoder.separator) > 0
    full_stop = int(encoder.encode((turn_of(0, "", "."),)).ids[0])
    assert full_stop in sheet.encoded.ids
    assert full_stop not in left
    asked = batch.classes[0, 1:][batch.shapes[0, 1:] >= ASKED]
    assert asked.tolist() == [EMPLOYER, EMPLOYER, KEEP, 0]


def test_what_surrounds_is_masked_and_marks_between_are_not(
    example: Example, encoder: Encoder
) -> None:
    sheet = drawn(example, encoder, 1)[0]
    read = hardened(sheet, encoder, masked=1.0).ids[0, 1:].numpy()
    words = sheet.encoded.word_of != NO_WORD
    assert (read[words] == MASK_PIECE).all()
    assert (read[~words] == sheet.encoded.ids[~words]).all()
    assert (~words).any()
