"""Stage 3: the network of stage 2 learns to let go early of what leads to nobody.

Its first layers stay as they are. A head after them learns when a piece is surely nothing; the
later layers learn to say of the others what they said when they read all pieces.
"""

from __future__ import annotations

import argparse
import copy
from functools import partial
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from corpus.detect.ner.encoding import Encoder
from training import base, record, stage1, stage2
from training.batches import IGNORED, Batch
from training.early import FIRST, INNER, EarlyExit
from training.fit import Recipe, fit
from training.network import Network

EARLY_RATE = 2e-3
"""Of the early head, which starts from nothing; the later layers are near their goal."""


def main() -> None:
    """Fit and save the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", type=Path, default=stage1.RUNS / "stage2.pt")
    parser.add_argument("--out", type=Path, default=stage1.RUNS / "stage3.pt")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument(
        "--beyond",
        type=float,
        default=0.15,
        help="share of their way from the start by which the weights go on at the end",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fold", type=int, help="leave this fifth of the transcripts out")
    stage2.add_shares(parser)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    read = stage2.chosen(options.fold)
    shares = stage2.shares_of(options)
    epoch = stage2.reading(read, Encoder(base.tokenizer()), shares, seed=options.seed)
    steps = options.epochs * sum(1 for _ in epoch(0))
    print(f"{len(read)} transcripts, {steps} steps", flush=True)
    record.load(options.start)  # as in stage 2: wanted at the end
    teacher = stage2.further(options.start).to(options.device)
    fit(
        pupil(teacher),
        epoch,
        steps=steps,
        recipe=Recipe(epochs=options.epochs, rate=options.rate, head_rate=EARLY_RATE),
        device=options.device,
        out=options.out,
        loss=partial(distance, teacher),
    )
    go_on(options.out, teacher, options.beyond)
    named = ("epochs", "rate", "beyond", "seed", "fold", *stage2.SHARES)
    how = {"stage": 3, **{name: getattr(options, name) for name in named}, "quiet": stage2.QUIET}
    seen = stage2.seen(read, shares, options.epochs)
    record.save(options.out, seen, how, options.start)


def pupil(teacher: Network) -> EarlyExit:
    """Return the teacher with an early exit, and make it fit to teach.

    Embeddings and first layers are fixed. Neither has dropout: what they share must be the same.
    """
    teacher.eval().requires_grad_(requires_grad=False)
    network: EarlyExit = EarlyExit(copy.deepcopy(teacher))
    for part in (network.network.layers[FIRST:], network.network.head):
        part.requires_grad_(requires_grad=True)
    return network


def go_on(weights: Path, teacher: Network, share: float) -> None:
    """Move fitted weights by a share of their way from the teacher: the running average lags."""
    was = {INNER + name: value for name, value in teacher.state_dict().items()}
    fitted = torch.load(weights, weights_only=True, map_location="cpu")
    for name, value in was.items():
        fitted[name] = (1 + share) * fitted[name] - share * value.cpu()
    torch.save(fitted, weights)


def distance(teacher: Network, network: EarlyExit, batch: Batch, device: str) -> Tensor:
    """Return how far the network is from its teacher, whose first layers it shares.

    The early logits count at every piece; of what goes on the later states, and the logits where
    something is asked.
    """
    mask = batch.real.to(device)
    read = network.read(batch.ids.to(device), batch.shapes.to(device), mask)
    going, state, wanted = read.going, read.common, []
    for layer in teacher.layers[FIRST:]:
        state = layer(state, mask[:, None, None, :], state)
        wanted.append(going.of(state))
    loss = _between(read.early[mask], teacher.head(state)[mask])
    for states, those in zip(read.later, wanted, strict=True):
        squares = (states[going.real] - those[going.real]).square()
        loss = loss + squares.sum() / max(1, squares.numel())
    asked = going.real & (batch.classes.to(device).gather(1, going.places) != IGNORED)
    judged, right = network.network.head(read.later[-1]), teacher.head(wanted[-1])
    return loss + _between(judged[asked], right[asked])


def _between(logits: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean divergence of shares, and of beginnings where there is something to begin.

    Logits are of shape (pieces, classes + 1).
    """
    logits, wanted = logits.float(), wanted.float()
    classes = functional.kl_div(
        logits[:, :-1].log_softmax(-1),
        wanted[:, :-1].log_softmax(-1),
        reduction="sum",
        log_target=True,
    )
    begins = functional.binary_cross_entropy_with_logits(
        logits[:, -1],
        wanted[:, -1].sigmoid(),
        weight=1 - wanted[:, :-1].softmax(-1)[:, 0],
        reduction="sum",
    )
    return (classes + begins) / max(1, len(logits))


if __name__ == "__main__":
    main()
