"""Stage 2: what gives a participant away, from marked interviews."""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import torch

from corpus.detect.ner.encoding import Encoder
from corpus.detect.ner.model import CLASSES
from training import base, marks, record, sources, stage1
from training.augment import augmented
from training.batches import Batch, Judged, Noise, batches, judge
from training.beside import beside
from training.early import INNER
from training.example import Example
from training.fit import Recipe, fit
from training.network import Network, from_minilm

SIZE, PIECES = 256, 3072
NOISE = Noise()
QUIET = 0.7
"""Share of the windows with nothing to hide that an epoch reads; most of real talk is such."""
FOLDS = 5
SHARES = ("share", "real", "both")
"""What the command line says of shares, as a recipe names it."""


def main() -> None:
    """Fit and save the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", type=Path, default=stage1.RUNS / "stage1.pt")
    parser.add_argument("--further", type=Path, help="go on from these weights")
    parser.add_argument("--out", type=Path, default=stage1.RUNS / "stage2.pt")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fold", type=int, help="leave this fifth of the transcripts out")
    add_shares(parser)
    parser.add_argument("--plain", action="store_true", help="without augmentation")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    encoder = Encoder(base.tokenizer())
    read = chosen(options.fold)
    shares = shares_of(options)
    recipe = Recipe(epochs=options.epochs, rate=options.rate, head_rate=8 * options.rate)
    epoch = reading(read, encoder, shares, seed=options.seed, plain=options.plain)
    steps = recipe.epochs * sum(1 for _ in epoch(0))
    print(f"{len(read)} transcripts, {steps} steps", flush=True)
    begun = options.further or options.start
    record.load(begun)  # what it had read is wanted at the end: fail now where it is not known
    network = further(begun) if options.further else start(begun)
    fit(network.train(), epoch, steps=steps, recipe=recipe, device=options.device, out=options.out)

    named = ("epochs", "rate", "seed", "fold", *SHARES, "plain")
    how = {"stage": 2, **{name: getattr(options, name) for name in named}, "quiet": QUIET}
    record.save(options.out, seen(read, shares, recipe.epochs), how, begun)


def reading(
    read: Sequence[Example],
    encoder: Encoder,
    shares: Mapping[str, float],
    *,
    seed: int,
    plain: bool = False,
) -> Callable[[int], Iterator[Batch]]:
    """Return what makes the batches of an epoch, by its number: windows and sheets.

    Args:
        read: the transcripts.
        encoder: what cuts them into pieces.
        shares: how much an epoch reads, as `shares_of` tells.
        seed: what all randomness comes from.
        plain: without augmentation.
    """

    def epoch(number: int) -> Iterator[Batch]:
        chance = random.Random(f"{seed}-{number}")
        drawn = (e for e in read for _ in range(int(times(e, shares) + chance.random())))
        varied = [e if plain else augmented(e, chance) for e in drawn]
        judged = [judge_interview(example, encoder) for example in varied]
        sheets = (
            sheet
            for example, one in zip(varied, judged, strict=True)
            for sheet in beside(example, one, encoder.separator, chance)
        )
        return batches(
            judged,
            opening=encoder.opening,
            classes=len(CLASSES),
            size=SIZE,
            pieces=PIECES,
            noise=NOISE,
            chance=chance,
            quiet=QUIET,
            sheets=sheets,
        )

    return epoch


def examples() -> list[Example]:
    """Return all marked interviews, written and real."""
    return [*marks.load(), *sources.real()]


def add_shares(parser: argparse.ArgumentParser) -> None:
    """Let the command line say how much of the transcripts an epoch reads."""
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the transcripts that an epoch reads"
    )
    parser.add_argument("--real", type=float, help="the same of real interviews, if another")
    parser.add_argument(
        "--both",
        type=float,
        default=1.0,
        help="how often more it reads a transcript with strings that are both",
    )


def shares_of(options: argparse.Namespace) -> dict[str, float]:
    """Return how much of each source an epoch reads, and of what has strings that are both."""
    real = options.share if options.real is None else options.real
    return {"written": options.share, "real": real, "both": options.both}


def chosen(left_out: int | None) -> list[Example]:
    """Return what is fitted to: all marked interviews, but for one fifth where it is told."""
    return [e for e in examples() if left_out is None or fold(e) != left_out]


def seen(
    read: Iterable[Example], shares: Mapping[str, float], epochs: int
) -> dict[str, record.Read]:
    """Return what the epochs of a stage read of each source."""

    def share(example: Example) -> float:
        return times(example, shares) * (QUIET if example.source == "real" else 1)

    return record.of(read, epochs=epochs, share=share)


def times(example: Example, shares: Mapping[str, float]) -> float:
    """Return how often an epoch reads an example: its source's share, more if a string is both."""
    return shares[example.source] + shares["both"] * example.has_both


def fold(example: Example) -> int:
    """Return which fifth an example belongs to; a matter of its name alone."""
    return int(hashlib.sha256(example.id.encode()).hexdigest(), 16) % FOLDS


def judge_interview(example: Example, encoder: Encoder) -> Judged:
    """Return the example in stage 2's classes."""

    def class_of(label: str, mask: str) -> int:
        return CLASSES.index("KEEP" if mask == "none" else label)

    return judge(example, encoder, class_of)


def start(weights: Path) -> Network:
    """Return the network of stage 1 with a fresh head."""
    network = from_minilm(base.folder() / "model.safetensors", len(stage1.CLASSES))
    network.load_state_dict(torch.load(weights, weights_only=True))
    return network.with_head(len(CLASSES))


def further(weights: Path) -> Network:
    """Return a network of this stage, head included; of stage 3 without its early head."""
    network = from_minilm(base.folder() / "model.safetensors", len(CLASSES))
    state = torch.load(weights, weights_only=True)
    inner = {name.removeprefix(INNER): v for name, v in state.items() if name.startswith(INNER)}
    network.load_state_dict(inner or state)
    return network


if __name__ == "__main__":
    main()
