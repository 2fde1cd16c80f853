"""Stage 1: what names look like, from open NER data."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import torch

from corpus.detect.ner.encoding import Encoder
from corpus.detect.ner.model import CLASSES as LABELLED
from corpus.model import Span
from training import base, record
from training.batches import IGNORED, Batch, Judged, Noise, batches, judge
from training.example import Example, turn_of
from training.fit import Recipe, fit
from training.network import UNTHINKABLE, Network, from_minilm
from training.sources import OPEN_NER, open_ner

CLASSES = ("O", "PERSON", "ORG", "LOC", "DATE", "NRP")
MEANT = {"ORG": "EMPLOYER", "LOC": "LOCATION", "NRP": "DEMOGRAPHIC"}
"""Classes by the labels nearest to them, where they are not called the same."""
RUNS = Path(__file__).parent / "runs"
"""Weights in the making; not committed."""

SIZE, PIECES, SEED = 160, 3072, 1
RECIPE = Recipe(epochs=2, rate=1.2e-4, head_rate=1e-3)
NOISE = Noise(lower=0.3)


def main() -> None:
    """Fit and save the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=RUNS / "stage1.pt")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    encoder = Encoder(base.tokenizer())
    texts = [judge_open(example, encoder) for name in OPEN_NER for example in packed(name)]

    def epoch(number: int) -> Iterator[Batch]:
        return batches(
            texts,
            opening=encoder.opening,
            classes=len(CLASSES),
            size=SIZE,
            pieces=PIECES,
            noise=NOISE,
            chance=random.Random(f"{SEED}-{number}"),
        )

    steps = RECIPE.epochs * sum(1 for _ in epoch(0))
    network = from_minilm(base.folder() / "model.safetensors", len(CLASSES))
    fit(network.train(), epoch, steps=steps, recipe=RECIPE, device=options.device, out=options.out)
    read = (example for name in OPEN_NER for example in open_ner(name))
    recipe = {"stage": 1, "epochs": RECIPE.epochs, "rate": RECIPE.rate, "seed": SEED}
    record.save(options.out, record.of(read, epochs=RECIPE.epochs), recipe)


def in_labels(network: Network) -> Network:
    """Return the network with the labels nearest to its classes; of others it says nothing."""
    places = [LABELLED.index(MEANT.get(name, name)) for name in CLASSES] + [len(LABELLED)]
    head = network.head
    network.with_head(len(LABELLED))
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias.fill_(UNTHINKABLE)
        network.head.weight[places] = head.weight
        network.head.bias[places] = head.bias
    return network


def judge_open(example: Example, encoder: Encoder) -> Judged:
    """Return the example in stage 1's classes; what only its source marks is not judged."""
    marked = OPEN_NER[example.source]

    def class_of(label: str, _: str) -> int:
        return CLASSES.index(label) if label in marked else IGNORED

    banned = tuple(n for n, name in enumerate(CLASSES) if n and name not in marked)
    return judge(example, encoder, class_of, banned)


def packed(name: str) -> Iterator[Example]:
    """Yield a source's texts, short ones together, a turn each."""
    turns, marks, length = [], [], 0
    for example in open_ner(name):
        number = len(turns)
        turns.append(turn_of(number, "", example.turns[0].text))
        for mark in example.marks:
            span = mark.span
            moved = Span(turn=number, start=span.start, end=span.end)
            marks.append(mark._replace(span=moved))
        length += len(example.turns[0].text)
        if length > 4 * SIZE:
            yield Example(id=example.id, source=name, turns=tuple(turns), marks=tuple(marks))
            turns, marks, length = [], [], 0
    if turns:
        yield Example(id=name, source=name, turns=tuple(turns), marks=tuple(marks))


if __name__ == "__main__":
    main()
