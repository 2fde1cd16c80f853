"""Batches hold each piece once, training learns, and the exported graph says what was learnt."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the training extra")
pytest.importorskip("onnx", reason="export needs the training extra")

import onnxruntime
import torch

from corpus.detect.ner.encoding import Encoded
from training.batches import IGNORED, Batch, Judged, Noise, batches
from training.export import graph_of
from training.fit import Recipe, fit
from training.network import Network

CLASSES, VOCABULARY, NAME = 4, 40, 7
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


def test_an_epoch_holds_each_piece_once_with_its_class() -> None:
    texts = [judged(seed, size) for seed, size in enumerate((20, 33, 90, 140))]
    wanted = sorted(
        (int(piece), int(kind))
        for text in texts
        for piece, kind in zip(text.encoded.ids, text.classes, strict=True)
    )
    for seed in range(5):
        read = [
            (int(piece), int(kind))
            for batch in made(texts, seed)
            for piece, kind, real in zip(
                batch.ids.flatten(), batch.classes.flatten(), batch.real.flatten(), strict=True
            )
            if real and kind != IGNORED
        ]
        # A remainder of fewer than eight pieces is no window.
        assert len(wanted) - 8 * len(texts) < len(read) <= len(wanted)
        assert not [pair for pair in set(read) if pair not in wanted]


def test_windows_with_nothing_to_hide_may_be_passed_over() -> None:
    quiet = judged(1, 200)
    quiet = Judged(encoded=quiet.encoded, classes=quiet.classes * 0, begins=quiet.begins, banned=())
    assert not made([quiet], quiet=0.0)
    assert made([judged(1, 200)], quiet=0.0)


def test_noise_masks_pieces_and_leaves_classes() -> None:
    texts = [judged(seed, 33) for seed in range(20)]
    noisy = made(texts, noise=Noise(lower=0, upper=0, unpunctuated=0, masked=0.5, masked_marks=0))
    masked = [batch.ids == 103 for batch in noisy]
    assert 0.3 < np.mean([float(m.float().mean()) for m in masked]) < 0.7
    assert sum(int((b.classes == 2).sum()) for b in noisy) == sum(
        int((text.classes == 2).sum()) for text in texts
    )


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


def test_the_exported_graph_gives_the_logits_of_the_network(
    fitted: Network, tmp_path: Path
) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(graph_of(fitted, CLASSES).SerializeToString())
    session = onnxruntime.InferenceSession(path)
    for seed, size in ((1, 5), (2, 33)):
        text = judged(seed, size)
        (ours,) = session.run(
            None, {"ids": text.encoded.ids[None], "shapes": text.encoded.shapes[None]}
        )
        with torch.no_grad():
            theirs = fitted(
                torch.from_numpy(text.encoded.ids[None]),
                torch.from_numpy(text.encoded.shapes[None]),
            ).numpy()
        assert ours.shape == theirs.shape == (1, size, CLASSES + 1)
        np.testing.assert_allclose(ours, theirs, atol=0.15)
        assert (ours.argmax(-1) == theirs.argmax(-1)).mean() > 0.9
