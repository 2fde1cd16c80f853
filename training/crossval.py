"""Cross-validation: each fifth of the transcripts, scored whole by weights that never read it.

Fits five times from stage 1 (`--fold` of stages 2 and 3), keeps the five models under `runs/`, and
goes on where it was broken off. What is scored is the whole detector under the default policy.
Folds are fitted beside each other, a thread each: two cores do 1.7 times as much so as together.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from corpus import evaluate, executors, rules, score, settings
from corpus.detect import Detector, detect
from corpus.detect.ner import Ner
from corpus.score import Gold, Hidden
from training import assess, record, stage1, stage2

Recipe = Mapping[str, Any]
Scored = dict[str, dict[str, tuple[Gold, tuple[Hidden, ...]]]]
"""By source and transcript: what is marked, and what was hidden."""


def main() -> None:
    """Print the figures of the invented and of the real transcripts, with 95 % intervals."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=int, default=8, help="of stage 2")
    parser.add_argument("--rate", type=float, default=2e-4, help="of stage 2")
    stage2.add_shares(parser)
    parser.add_argument("--workers", type=int, default=min(stage2.FOLDS, executors.available()))
    options = parser.parse_args()
    shares = {name: getattr(options, name) for name in stage2.SHARES}
    whole = {"epochs": options.epochs, "rate": options.rate, **shares}
    workers = max(1, options.workers)
    threads = max(1, executors.available() // workers)
    setup = partial(_task, whole, shares, threads)
    every: Scored = {}
    folds = executors.run(setup, range(stage2.FOLDS), workers=workers)
    for number, fold in enumerate(folds):
        print(f"fold {number}: {sum(map(len, fold.values()))} transcripts scored", flush=True)
        for source, items in fold.items():
            every.setdefault(source, {}).update(items)
    for source, items in every.items():
        gold = {id_: marked for id_, (marked, _) in items.items()}
        predicted = {id_: hidden for id_, (_, hidden) in items.items()}
        scores, within = score.score(gold, predicted), score.intervals(gold, predicted)
        print(assess.line(f"{source}, {len(items)} transcripts", scores, within))


def _task(whole: Recipe, early: Recipe, threads: int) -> Callable[[int], Scored]:
    """Return what fits and scores a fold, by its number.

    Args:
        whole: how stage 2 is fitted.
        early: how stage 3 is.
        threads: of each fit.
    """
    ruleset = rules.load(settings.rule_folders(None))
    policy, roles = settings.policy(None), settings.roles(None)

    def scored(number: int) -> Scored:
        folder = stage1.RUNS / f"fold-{number}"
        _fit(number, folder, whole, early, threads)
        find = partial(detect, detector=Detector(ruleset, model=Ner(folder)))
        found: Scored = {}
        for example in stage2.examples():
            if stage2.fold(example) == number:
                hidden = evaluate.hide(example.id, example.text, find, policy, roles)
                found.setdefault(example.source, {})[example.id] = assess.gold_of(example), hidden
        return found

    return scored


def _fit(number: int, folder: Path, whole: Recipe, early: Recipe, threads: int) -> None:
    """Make a fold's model, but for what is there already; what is said goes to a log beside it."""
    steps = ({"stage": 2, **whole}, {"stage": 3, **early})
    if record.ends_with(folder / "model.onnx", *steps):
        return
    between, weights = folder.with_suffix(".whole.pt"), folder.with_suffix(".pt")
    fold = {"fold": number}
    with folder.with_suffix(".log").open("w", encoding="utf-8") as log:
        run = partial(_run, log=log, threads=threads)
        if not record.ends_with(between, steps[0]):
            between.with_suffix(".read.json").unlink(missing_ok=True)
            run("stage2", {**fold, **whole, "out": between})
        run("stage3", {**fold, **early, "start": between, "out": weights})
        run("export", {"weights": weights, "out": folder})


def _run(module: str, options: Recipe, *, log: Any, threads: int) -> None:
    said = [f"--{name}={value}" for name, value in options.items() if value is not None]
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", f"training.{module}", *said],
        check=True,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, "OMP_NUM_THREADS": str(threads)},
    )


if __name__ == "__main__":
    main()
