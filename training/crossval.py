"""Cross-validation: each fifth of the transcripts, scored whole by weights that never read it.

Fits five times from stage 1 (`--fold` of stages 2 and 3), keeps the five models under `runs/`, and
goes on where it was broken off. What is scored is the whole detector under the default policy.
On a processor folds are fitted beside each other: two with a thread each are done 1.7 times as
fast as one after the other with both.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import torch

from corpus import evaluate, executors, rules, score, settings
from corpus.detect import Detector, detect
from corpus.detect.ner import Ner
from corpus.score import Gold, Hidden
from training import assess, record, stage1, stage2

Recipe = Mapping[str, Any]
Scored = dict[str, dict[str, tuple[Gold, tuple[Hidden, ...]]]]
"""By kind and transcript: what is marked, and what was hidden.

A kind is a source; of its transcripts, those with strings that are both are one of their own.
"""


def main() -> None:
    """Print the figures of each kind of transcript, with 95 % intervals."""
    workers = 1 if torch.cuda.is_available() else min(stage2.FOLDS, executors.available())
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=int, default=4, help="of stage 2")
    parser.add_argument("--rate", type=float, default=2e-4, help="of stage 2")
    stage2.add_shares(parser)
    parser.add_argument(
        "--workers", type=int, choices=range(1, stage2.FOLDS + 1), default=workers, help="folds"
    )
    options = parser.parse_args()
    shares = {name: getattr(options, name) for name in stage2.SHARES}
    whole = {"epochs": options.epochs, "rate": options.rate, **shares}
    threads = max(1, executors.available() // options.workers)
    fit = partial(fitted, whole=whole, early=shares, threads=threads)
    with ThreadPoolExecutor(options.workers) as pool:
        folders = tuple(pool.map(fit, range(stage2.FOLDS)))
    every: Scored = {}
    folds = executors.run(_task, enumerate(folders), workers=options.workers)
    for fold in folds:
        for kind, items in fold.items():
            every.setdefault(kind, {}).update(items)
    for kind, items in every.items():
        gold = {id_: marked for id_, (marked, _) in items.items()}
        predicted = {id_: hidden for id_, (_, hidden) in items.items()}
        scores, within = score.score(gold, predicted), score.intervals(gold, predicted)
        print(assess.line(f"{kind}, {len(items)} transcripts", scores, within))


def fitted(number: int, *, whole: Recipe, early: Recipe, threads: int) -> Path:
    """Make a fold's model, but for what is there already, and return its folder.

    Args:
        number: which fold.
        whole: how stage 2 is fitted.
        early: how stage 3 is.
        threads: of each fit.
    """
    folder = stage1.RUNS / f"fold-{number}"
    model, between, weights = (
        folder / "model.onnx",
        folder.with_suffix(".whole.pt"),
        folder.with_suffix(".pt"),
    )
    runs = {"stage": 2, **whole}, {"stage": 3, **early}
    if not record.ends_with(model, *runs):
        record.forget(model)
        run = partial(_run, log=folder.with_suffix(".log"), threads=threads)
        if not record.ends_with(between, runs[0]):
            record.forget(between)
            run("stage2", {**whole, "fold": number, "out": between})
        run("stage3", {**early, "fold": number, "start": between, "out": weights})
        run("export", {"weights": weights, "out": folder})
    print(f"fold {number} is fitted", flush=True)
    return folder


def _run(module: str, options: Recipe, *, log: Path, threads: int) -> None:
    """Run a stage, or the export, with options; what it says is added to the log."""
    said = [f"--{name}={value}" for name, value in options.items() if value is not None]
    with log.open("a", encoding="utf-8") as lines:
        ended = subprocess.run(  # noqa: S603
            [sys.executable, "-m", f"training.{module}", *said],
            check=False,
            stdout=lines,
            stderr=subprocess.STDOUT,
            env={**os.environ, "OMP_NUM_THREADS": str(threads)},
        )
    if ended.returncode:
        raise SystemExit(f"{module} failed - see the end of {log}; what is done is kept")


def _task() -> Callable[[tuple[int, Path]], Scored]:
    """Return what scores a fold, by its number and the folder of its model."""
    ruleset = rules.load(settings.rule_folders(None))
    policy, roles = settings.policy(None), settings.roles(None)

    def scored(fold: tuple[int, Path]) -> Scored:
        number, folder = fold
        find = partial(detect, detector=Detector(ruleset, model=Ner(folder)))
        found: Scored = {}
        for example in stage2.examples():
            if stage2.fold(example) == number:
                both = ", strings that are both" if example.has_both else ""
                hidden = evaluate.hide(example.id, example.text, find, policy, roles)
                one = assess.gold_of(example), hidden
                found.setdefault(example.source + both, {})[example.id] = one
        return found

    return scored


if __name__ == "__main__":
    main()
