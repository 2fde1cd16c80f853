"""Cross-validation: each fifth of the transcripts, scored whole by weights that never read it.

Fits five times from stage 1 (`--fold` of stages 2 and 3), keeps the five models under `runs/`, and
goes on where it was broken off. What is scored is the whole detector under the default policy.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from functools import partial
from pathlib import Path

from corpus import evaluate, rules, score, settings
from corpus.detect import Detector, detect
from corpus.detect.ner import Ner
from corpus.score import Gold, Hidden
from training import assess, record, stage1, stage2


def main() -> None:
    """Print the figures of the invented and of the real transcripts, with 95 % intervals."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rate", type=float, default=2e-4)
    options = parser.parse_args()
    ruleset = rules.load(settings.rule_folders(None))
    policy, roles = settings.policy(None), settings.roles(None)
    gold: dict[str, dict[str, Gold]] = {}
    predicted: dict[str, dict[str, tuple[Hidden, ...]]] = {}
    for number in range(stage2.FOLDS):
        folder = stage1.RUNS / f"fold-{number}"
        if not _is_fitted(folder, options.epochs, options.rate):
            _fit(number, folder, options.epochs, options.rate)
        find = partial(detect, detector=Detector(ruleset, model=Ner(folder)))
        for example in stage2.examples():
            if stage2.fold(example) == number:
                found = evaluate.hide(example.id, example.text, find, policy, roles)
                gold.setdefault(example.source, {})[example.id] = assess.gold_of(example)
                predicted.setdefault(example.source, {})[example.id] = found
    for source, items in gold.items():
        print(f"{source}: {len(items)} transcripts")
        scores = score.score(items, predicted[source])
        for name, (low, high) in score.intervals(items, predicted[source]).items():
            print(f"    {name} {getattr(scores, name):.3f} ({low:.3f} to {high:.3f})")
        print("    " + " ".join(f"{label} {h}/{n}" for label, (h, n) in scores.by_label.items()))


def _is_fitted(folder: Path, epochs: int, rate: float) -> bool:
    if not (folder / "model.json").exists():
        return False
    *_, whole, last = record.recipes(folder / "model.onnx")
    return (last["stage"], whole["epochs"], whole["rate"]) == (3, epochs, rate)


def _fit(number: int, folder: Path, epochs: int, rate: float) -> None:
    whole, weights = folder.with_suffix(".whole.pt"), folder.with_suffix(".pt")
    fold = ("--fold", str(number))
    if not _is_read(whole, epochs, rate):
        whole.with_suffix(".read.json").unlink(missing_ok=True)
        _run("stage2", *fold, "--epochs", str(epochs), "--rate", str(rate), "--out", whole)
    _run("stage3", *fold, "--start", whole, "--out", weights)
    _run("export", "--weights", weights, "--out", folder)


def _is_read(whole: Path, epochs: int, rate: float) -> bool:
    """Tell whether stage 2 is done; its weights are recorded when it is."""
    if not whole.with_suffix(".read.json").exists():
        return False
    recipe = record.recipes(whole)[-1]
    return (recipe["epochs"], recipe["rate"]) == (epochs, rate)


def _run(module: str, *arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", f"training.{module}", *arguments], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
