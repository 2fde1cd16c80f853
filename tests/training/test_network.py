"""Batches hold each piece once, and training learns."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the training extra")

import torch

from corpus.detect.ner.encoding import AT_START, SHAPES, Encoded, Encoder
from corpus.model import Span
from training import average, base, record
from training.batches import Batch, Judged, Noise, batches, judge
from training.example import Example, Mark, turn_of
from training.fit import Recipe, fit
from training.network import DROPPED, Dropout, Network

CLASSES, VOCABULARY, NAME, MASK = 4, 40, 7, 103
PLAIN = Noise(lower=0, upper=0, unpunctuated=0, masked=0, masked_marks=0)


def judged(seed: int, size: int) -> Judged:
    """An encoded text of random pieces, in which one piece is always a name."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(1, VOCABULARY, size)
    classes = np.where(ids == NAME, 2, 0)
    encoded = Encoded(
        ids=ids,
        shapes=np.zeros(size, dtype=np.int64),
        word_of=np.arange(size),
        words=(),
        turn_starts=np.zeros(1, dtype=np.int64),
    )
    return Judged(encoded=encoded, classes=classes, begins=(classes > 0).astype(int), banned=(3,))


def made(
    texts: list[Judged], seed: int = 0, *, noise: Noise = PLAIN, quiet: float = 1.0
) -> list[Batch]:
    return list(
        batches(
            texts,
            opening=0,
            classes=CLASSES,
            size=33,
            pieces=99,
            noise=noise,
            chance=random.Random(seed),
            quiet=quiet,
        )
    )


def numbered(first: int, size: int) -> Judged:
    """An encoded text in which every piece is another one, and each has something of its own."""
    ids = np.arange(first, first + size)
    encoded = Encoded(
        ids=ids,
        shapes=ids % SHAPES,
        word_of=np.arange(size),
        words=(),
        turn_starts=np.zeros(1, dtype=np.int64),
    )
    return Judged(encoded=encoded, classes=ids % 3, begins=ids % 2, banned=(3,))


def test_an_epoch_holds_each_piece_once_with_all_that_is_its_own() -> None:
    """All but a remainder at either end of fewer than eight pieces, which is no window."""
    sizes = (8, 20, 32, 33, 90, 140)
    texts = [numbered(1000 * number, size) for number, size in enumerate(sizes)]
    for seed in range(20):
        read = read_of(made(texts, seed))
        whole: Counter[tuple[int, ...]] = Counter()
        for number, size in enumerate(sizes):
            own = [piece - 1000 * number for piece, *_ in read if piece // 1000 == number]
            low, high = min(own), max(own) + 1
            assert (low, high) == (0, size) if size < 33 else (low < 8 and high > size - 8)
            whole.update(
                (piece, piece % SHAPES, piece % 3, piece % 2)
                for piece in range(1000 * number + low, 1000 * number + high)
            )
        assert read == whole


def test_every_piece_of_a_long_text_is_read_in_some_epoch() -> None:
    text = numbered(0, 140)
    read = {piece for seed in range(40) for piece, *_ in read_of(made([text], seed))}
    assert read == set(range(140))


def read_of(read: list[Batch]) -> Counter[tuple[int, ...]]:
    """Return how often each piece is read, with its shape, its class and whether it begins."""
    return Counter(
        tuple(map(int, piece))
        for batch in read
        for *piece, place in zip(
            batch.ids[batch.real],
            batch.shapes[batch.real],
            batch.classes[batch.real],
            batch.begins[batch.real],
            torch.nonzero(batch.real)[:, 1],
            strict=True,
        )
        if place
    )


def test_windows_with_nothing_to_hide_may_be_passed_over() -> None:
    quiet = judged(1, 200)
    quiet = Judged(encoded=quiet.encoded, classes=quiet.classes * 0, begins=quiet.begins, banned=())
    assert not made([quiet], quiet=0.0)
    assert made([judged(1, 200)], quiet=0.0)


def test_noise_masks_pieces_and_leaves_classes() -> None:
    texts = [judged(seed, 32) for seed in range(20)]
    noisy = made(texts, noise=replace(PLAIN, masked=0.5))
    masked = [batch.ids == MASK for batch in noisy]
    assert 0.3 < np.mean([float(m.float().mean()) for m in masked]) < 0.7
    assert sum(int((b.classes == 2).sum()) for b in noisy) == sum(
        int((text.classes == 2).sum()) for text in texts
    )


def test_what_is_marked_may_be_masked_more_often() -> None:
    (batch,) = made([numbered(1000, 32)], noise=replace(PLAIN, masked_marks=1.0))
    assert ((batch.ids == MASK) == (batch.classes > 0)).all()


SPEAKER, SAID = "Pat", "Hello there. My friend ADA met McGregor of St. Ann in 2019, at B2B, OK?"
BARE = "Hello there My friend ADA met McGregor of St. Ann in 2019 at B2B OK"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(base.tokenizer())


def spoken(encoder: Encoder) -> Judged:
    at = SAID.index("St. Ann")
    mark = Mark(Span(turn=0, start=at, end=at + 7), "LOCATION", "direct")
    example = Example(id="t", source="t", turns=(turn_of(0, SPEAKER, SAID),), marks=(mark,))
    return judge(example, encoder, lambda *_: 2)


def encoded(encoder: Encoder, speaker: str, said: str) -> tuple[list[int], list[int]]:
    stream = encoder.encode((turn_of(0, speaker, said),))
    return stream.ids.tolist(), stream.shapes.tolist()


def hardened(judged: Judged, noise: Noise, seed: int = 0) -> tuple[list[int], list[int]]:
    (batch,) = made([judged], seed, noise=noise)
    return batch.ids[0, 1:].tolist(), batch.shapes[0, 1:].tolist()


def test_what_is_put_in_lower_or_upper_case_is_read_as_such_a_text_is(encoder: Encoder) -> None:
    text = spoken(encoder)
    lower, upper = replace(PLAIN, lower=1.0), replace(PLAIN, upper=1.0)
    assert hardened(text, PLAIN) == encoded(encoder, SPEAKER, SAID)
    assert hardened(text, lower) == encoded(encoder, SPEAKER.lower(), SAID.lower())
    assert hardened(text, upper) == encoded(encoder, SPEAKER.upper(), SAID.upper())


def test_the_cases_are_shares_of_the_windows(encoder: Encoder) -> None:
    text = spoken(encoder)
    either = replace(PLAIN, lower=0.7, upper=0.2)
    counts = Counter(str(hardened(text, either, seed)[1]) for seed in range(400))
    forms = (SPEAKER.lower(), SAID.lower()), (SPEAKER.upper(), SAID.upper()), (SPEAKER, SAID)
    lower, upper, plain = (counts[str(encoded(encoder, *form)[1])] for form in forms)
    assert lower + upper + plain == 400
    assert 240 < lower < 320
    assert 50 < upper < 120
    assert 15 < plain < 70


def test_without_punctuation_no_sentence_begins_and_marks_keep_theirs(encoder: Encoder) -> None:
    pieces, shapes = hardened(spoken(encoder), replace(PLAIN, unpunctuated=1.0))
    of_bare, shapes_of_bare = encoded(encoder, SPEAKER, BARE)
    assert pieces == of_bare
    assert shapes == [shape % AT_START for shape in shapes_of_bare]


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Network:
    out = tmp_path_factory.mktemp("weights") / "fitted.pt"

    def epoch(number: int) -> Iterator[Batch]:
        return iter(made([judged(seed, 64) for seed in range(12)], number))

    steps = 8 * sum(1 for _ in epoch(0))
    torch.manual_seed(0)
    recipe = Recipe(epochs=8, rate=3e-4, head_rate=3e-3, averaged=0.9)
    network = Network(VOCABULARY, CLASSES)
    fit(network, epoch, steps=steps, recipe=recipe, device="cpu", out=out)
    learnt = Network(VOCABULARY, CLASSES)
    learnt.load_state_dict(torch.load(out, weights_only=True))
    learnt.eval()
    return learnt


def test_fitting_learns_which_piece_is_a_name(fitted: Network) -> None:
    text = judged(99, 32)
    with torch.no_grad():
        ids, shapes = (
            torch.from_numpy(part)[None] for part in (text.encoded.ids, text.encoded.shapes)
        )
        said = fitted(ids, shapes)[0, :, :CLASSES].argmax(-1).numpy()
    assert (said == text.classes).mean() > 0.95
    assert (said[text.classes == 2] == 2).all()


def test_the_mean_of_weights_keeps_the_record_of_the_last(tmp_path: Path) -> None:
    first, second = tmp_path / "first.pt", tmp_path / "second.pt"
    torch.save({"a": torch.tensor([1.0, 4.0])}, first)
    torch.save({"a": torch.tensor([3.0, 0.0])}, second)
    record.save(first, {}, {"epochs": 1})
    record.save(second, {"real": record.Read(texts=1, words=2, seen=3)}, {"epochs": 2}, first)
    average.average([first, second], tmp_path / "mean.pt")
    assert torch.load(tmp_path / "mean.pt", weights_only=True)["a"].tolist() == [2.0, 2.0]
    assert record.load(tmp_path / "mean.pt") == record.load(second)
    assert record.recipes(tmp_path / "mean.pt")[-1] == {"mean of": ["first", "second"]}


def test_a_tenth_is_dropped_and_the_mean_stays() -> None:
    torch.manual_seed(1)
    state = torch.full((501, 333), 2.0, dtype=torch.bfloat16, requires_grad=True)  # not times eight
    dropped = Dropout().train()(state)
    lost = dropped == 0
    assert lost.float().mean().item() == pytest.approx(DROPPED / 256, abs=0.003)
    exact = Dropout().train()(torch.full((501, 333), 2.0))
    assert exact.mean().item() == pytest.approx(2, abs=0.006)
    dropped.sum().backward()
    assert state.grad is not None
    assert torch.equal(state.grad == 0, lost)  # what was dropped learns nothing
    assert not torch.equal(Dropout()(state) == 0, lost)


def test_nothing_is_dropped_when_it_judges() -> None:
    state = torch.ones(3, 8)
    assert torch.equal(Dropout().eval()(state), state)
