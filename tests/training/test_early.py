"""What surely is nothing leaves early, the rest is judged among all, and the network learns so."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the training extra")
pytest.importorskip("onnx", reason="export needs the training extra")

import onnxruntime
import torch
from torch import Tensor

from corpus.detect.ner.encoding import ASKED, Encoded
from training import stage3
from training.batches import Batch, Judged, Noise, batches
from training.early import FIRST, EarlyExit, never
from training.export import graph_of
from training.fit import Recipe, fit
from training.network import LAYERS, Network

CLASSES, VOCABULARY, SIZE = 4, 40, 33
MIXED = {"bias": 5.3, "spread": 0.05}
"""An early head from which some leave and some do not."""


@pytest.fixture
def network() -> Network:
    torch.manual_seed(3)
    made: Network = Network(VOCABULARY, CLASSES).eval()
    torch.nn.init.normal_(made.shapes.weight)
    made.requires_grad_(requires_grad=False)
    return made


@pytest.fixture
def ids() -> Tensor:
    torch.manual_seed(4)
    return torch.randint(1, VOCABULARY, (2, SIZE))


@pytest.fixture
def shapes() -> Tensor:
    """Of windows: nothing is asked about."""
    return torch.arange(2 * SIZE).reshape(2, SIZE) % ASKED


def leaving(network: Network, *, bias: float, spread: float = 0.0) -> EarlyExit:
    """One whose early head leans towards nothing by `bias`, by what the piece is as well."""
    torch.manual_seed(5)
    made: EarlyExit = EarlyExit(network).eval()
    torch.nn.init.normal_(made.early.weight, std=spread)
    torch.nn.init.zeros_(made.early.bias)
    made.early.bias.data[0] = bias
    return made


def test_where_nothing_leaves_it_judges_as_the_network_does(
    network: Network, ids: Tensor, shapes: Tensor
) -> None:
    torch.testing.assert_close(leaving(network, bias=0)(ids, shapes), network(ids, shapes))


def test_what_leaves_is_judged_early_and_the_opening_never_leaves(
    network: Network, ids: Tensor, shapes: Tensor
) -> None:
    early = leaving(network, bias=10)
    read = early.read(ids, shapes, None)
    assert read.going.places.tolist() == [[0], [0]]
    logits = early(ids, shapes)
    torch.testing.assert_close(logits[:, 1:], read.early[:, 1:])
    assert not torch.isclose(logits[:, 0], read.early[:, 0]).any()


def test_nothing_leaves_a_sheet(network: Network, ids: Tensor, shapes: Tensor) -> None:
    shapes[1, 7] += ASKED
    logits = leaving(network, bias=10)(ids, shapes)
    torch.testing.assert_close(logits[1], network(ids, shapes)[1])
    assert not torch.isclose(logits[0], network(ids, shapes)[0]).all()


def test_what_goes_on_sees_what_has_left_as_it_was(
    network: Network, ids: Tensor, shapes: Tensor
) -> None:
    """As if all passed every layer, and what has left were put back after each."""
    early = leaving(network, **MIXED)
    read = early.read(ids, shapes, None)
    goes = torch.zeros_like(ids, dtype=torch.bool)
    goes = goes.scatter(1, read.going.places, value=True)[..., None]
    state = read.common
    for layer in network.layers[FIRST:]:
        state = torch.where(goes, layer(state, None, state), state)
    wanted = torch.where(goes, network.head(state), read.early)
    torch.testing.assert_close(early(ids, shapes), wanted)


def test_neither_padding_nor_the_rest_of_a_batch_changes_a_row(
    network: Network, ids: Tensor, shapes: Tensor
) -> None:
    early = leaving(network, **MIXED)
    mask = torch.ones_like(ids, dtype=torch.bool)
    mask[1, 12:] = False
    together = early(ids, shapes, mask)
    torch.testing.assert_close(together[:1], early(ids[:1], shapes[:1]))
    torch.testing.assert_close(together[1:, :12], early(ids[1:, :12], shapes[1:, :12]))


def test_the_rest_of_a_batch_changes_no_gradient(
    network: Network, ids: Tensor, shapes: Tensor
) -> None:
    """Not even where far more of another row goes on, and the first is filled up."""
    shapes[1] += ASKED
    early = leaving(stage3.pupil(network).network, **MIXED)
    first = early.network.layers[FIRST].inner.weight
    (alone,) = torch.autograd.grad(early(ids[:1], shapes[:1]).square().sum(), first)
    (together,) = torch.autograd.grad(early(ids, shapes)[0].square().sum(), first)
    assert alone.abs().sum() > 0
    torch.testing.assert_close(together, alone)


def test_a_batch_from_which_all_leave_can_be_learnt_from(network: Network) -> None:
    student = leaving(network, bias=10)
    loss = stage3.distance(network, student, next(epoch(0)), "cpu")
    loss.backward()
    taught = student.early.weight.grad
    assert torch.isfinite(taught).all()
    assert taught.any()


@pytest.mark.parametrize("asked", [0, ASKED])
@pytest.mark.parametrize("size", [1, 5, SIZE])
@pytest.mark.parametrize("lean", [{"bias": 0.0}, MIXED, {"bias": 10.0}])
def test_the_exported_graph_lets_the_same_pieces_go(
    network: Network,
    ids: Tensor,
    shapes: Tensor,
    tmp_path: Path,
    *,
    asked: int,
    size: int,
    lean: dict[str, float],
) -> None:
    early = leaving(network, **lean)
    path = tmp_path / "model.onnx"
    path.write_bytes(graph_of(early, CLASSES).SerializeToString())
    session = onnxruntime.InferenceSession(path)
    ids, shapes = ids[:1, :size], shapes[:1, :size]
    shapes[0, size // 2] += asked
    (ours,) = session.run(None, {"ids": ids.numpy(), "shapes": shapes.numpy()})
    with torch.no_grad():
        theirs = early(ids, shapes)
    np.testing.assert_allclose(ours, theirs.numpy(), atol=0.02)


def test_the_mixed_case_is_mixed(network: Network, ids: Tensor, shapes: Tensor) -> None:
    """Or the tests above would show less than they say."""
    goes = leaving(network, **MIXED).read(ids, shapes, None).going.real.sum(1)
    assert (goes > 4).all()
    assert (goes < SIZE - 4).all()
    assert goes[0] != goes[1]


def judged(seed: int) -> Judged:
    rng = np.random.default_rng(seed)
    encoded = Encoded(
        ids=rng.integers(1, VOCABULARY, 64),
        shapes=np.zeros(64, dtype=np.int64),
        word_of=np.arange(64),
        words=(),
        turn_starts=np.zeros(1, dtype=np.int64),
    )
    return Judged(
        encoded=encoded, classes=np.zeros(64, np.int64), begins=np.zeros(64, np.int64), banned=()
    )


def epoch(number: int) -> Iterator[Batch]:
    return batches(
        [judged(seed) for seed in range(12)],
        opening=0,
        classes=CLASSES,
        size=SIZE,
        pieces=99,
        noise=Noise(lower=0, upper=0, unpunctuated=0, masked=0, masked_marks=0),
        chance=random.Random(number),
    )


@pytest.fixture
def student(network: Network) -> EarlyExit:
    """One that lets some pieces go."""
    student = stage3.pupil(network)
    student.early.load_state_dict(leaving(network, **MIXED).early.state_dict())
    return student


def fitted(student: EarlyExit, teacher: Network, out: Path) -> None:
    fit(
        student,
        epoch,
        steps=6 * sum(1 for _ in epoch(0)),
        recipe=Recipe(epochs=6, rate=1e-3, head_rate=1e-2, averaged=0.9),
        device="cpu",
        out=out,
        loss=partial(stage3.distance, teacher),
    )


def away(student: EarlyExit, teacher: Network) -> float:
    """How far the shares of what goes on are from the teacher's, in windows never fitted to."""
    batch = next(epoch(99))
    with torch.no_grad():
        going = student.read(batch.ids, batch.shapes, batch.real).going
        said, right = (
            going.of(one(batch.ids, batch.shapes, batch.real))[going.real]
            for one in (student, teacher)
        )
    return float((said.softmax(-1) - right.softmax(-1)).abs().mean())


def test_stage_3_teaches_the_later_layers(
    network: Network, student: EarlyExit, tmp_path: Path
) -> None:
    """What of their weights is lost they learn again."""
    student.early.requires_grad_(requires_grad=False)  # so that the same pieces go on
    torch.nn.init.zeros_(student.network.layers[FIRST].outer.weight)
    before = away(student, network)
    fitted(student, network, tmp_path / "w.pt")
    assert away(student, network) < 0.7 * before


def test_stage_3_teaches_the_early_head_and_leaves_what_lies_before_it(
    network: Network, student: EarlyExit, tmp_path: Path
) -> None:
    batch = next(epoch(99))
    right = network(batch.ids, batch.shapes, batch.real).softmax(-1)[batch.real]

    def away_early() -> float:
        with torch.no_grad():
            early = student.read(batch.ids, batch.shapes, batch.real).early
        return float((early.softmax(-1)[batch.real] - right).abs().mean())

    was, before = copy.deepcopy(student.state_dict()), away_early()
    fitted(student, network, tmp_path / "w.pt")
    assert away_early() < before / 2
    changed = {
        name for name, now in student.state_dict().items() if not torch.equal(now, was[name])
    }
    taught = tuple(f"network.layers.{number}." for number in range(FIRST, LAYERS))
    assert changed == {n for n in was if n.startswith((*taught, "network.head", "early"))}


def test_at_the_end_the_weights_go_on_by_a_share_of_their_way(
    network: Network, student: EarlyExit, tmp_path: Path
) -> None:
    weights = tmp_path / "w.pt"
    student.network.head.bias.data += 2.0
    torch.save(student.state_dict(), weights)
    was = copy.deepcopy(student.state_dict())
    stage3.go_on(weights, network, 0.5)
    now = torch.load(weights, weights_only=True)
    torch.testing.assert_close(now.pop("network.head.bias"), was.pop("network.head.bias") + 1.0)
    torch.testing.assert_close(now, was)


def test_what_nothing_leaves_judges_as_the_whole_network(
    network: Network, ids: Tensor, shapes: Tensor
) -> None:
    torch.testing.assert_close(never(network)(ids, shapes), network(ids, shapes))
