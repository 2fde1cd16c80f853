"""Sets the temperature on transcripts that were not trained on, and shows how true scores are.

A score of 0.7 should mean that seven of ten such words give someone away. The temperature that
makes the classes of the words likeliest is written into `model.json`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.detect.ner import Ner
from corpus.detect.ner.mentions import by_word, softmax
from corpus.detect.ner.model import FOLDER
from training import sources, stage2
from training.example import Example

_TEMPERATURES = np.arange(0.6, 2.5, 0.05)
_BINS = np.array([0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0])
_FIRST_LABEL = 2


def main() -> None:
    """Write the temperature and print the reliability table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, default=FOLDER)
    options = parser.parse_args()
    ner = Ner(options.model)
    examples = [e for path in options.gold for e in sources.gold(path, path.stem)]
    logits, classes = _judged(examples, ner)
    losses = [_loss(logits / t, classes) for t in _TEMPERATURES]
    best = round(float(_TEMPERATURES[int(np.argmin(losses))]), 2)
    facts = replace(ner.model.facts, temperature=best)
    text = json.dumps(facts.to_json(), indent=1)
    (options.model / "model.json").write_text(f"{text}\n", encoding="utf-8")
    print(f"temperature {best} ({len(classes)} words, loss {min(losses):.4f})\n")
    print("\n".join(_reliability(logits / best, classes)))


def table(gold: Iterable[Path]) -> Iterable[str]:
    """Return the reliability table of the shipped model, line by line."""
    ner = Ner()
    examples = [e for path in gold for e in sources.gold(path, path.stem)]
    logits, classes = _judged(examples, ner)
    return _reliability(logits / ner.model.facts.temperature, classes)


def _judged(examples: Iterable[Example], ner: Ner) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    logits, classes = [], []
    for example in examples:
        judged = stage2.judge_interview(example, ner.model.encoder)
        words = by_word(judged.encoded, ner.model.logits(judged.encoded))
        firsts = np.unique(judged.encoded.word_of, return_index=True)[1]
        of_words = judged.classes[firsts[-len(words) :]]
        logits.append(words[:, :-1])
        classes.append(of_words)
    return np.concatenate(logits), np.concatenate(classes)


def _loss(logits: NDArray[np.float64], classes: NDArray[np.int64]) -> float:
    return float(-np.log(softmax(logits)[np.arange(len(classes)), classes] + 1e-12).mean())


def _reliability(logits: NDArray[np.float64], classes: NDArray[np.int64]) -> Iterable[str]:
    """Yield the lines of a table: scores between, words, mean score, share that was to hide."""
    scores = softmax(logits)[:, _FIRST_LABEL:].sum(axis=1)
    right = classes >= _FIRST_LABEL
    yield "| score | words | mean score | share to hide |"
    yield "| --- | ---: | ---: | ---: |"
    for low, high in pairwise(_BINS):
        inside = (scores >= low) & ((scores < high) | (high == 1.0))
        if inside.any():
            yield (
                f"| {low:.2f} to {high:.2f} | {inside.sum()} | {scores[inside].mean():.3f}"
                f" | {right[inside].mean():.3f} |"
            )


if __name__ == "__main__":
    main()
