"""Weights of one chain of fits, or of several from the same base -> their mean."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from training import record

Recipes = list[Mapping[str, Any]]


def main() -> None:
    """Save the mean; its record is that of the last, and of what others have read beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="+", help="the latest last")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    average(options.weights, options.out)


def average(weights: list[Path], out: Path) -> None:
    """Write the mean of the weights, and what they have read.

    What the last went on from is in its record; another chain's is added once, its start included,
    however often it is named. Chains are told apart by their recipes.
    """
    states = [torch.load(path, weights_only=True) for path in weights]
    mean = {name: sum(state[name] for state in states) / len(states) for name in states[0]}
    record.forget(out)
    torch.save(mean, out)
    last = record.recipes(weights[-1])
    chains = {path: record.recipes(path) for path in dict.fromkeys(weights[:-1])}
    beside = [path for path, chain in chains.items() if not _is_part(chain, last)]
    how: dict[str, Any] = {"mean of": [path.stem for path in weights]}
    if beside:
        how["beside"] = [chains[path] for path in beside]
    record.save(out, record.together(map(record.load, beside)), how, weights[-1])


def _is_part(chain: Recipes, of: Recipes) -> bool:
    """Tell whether fits are the beginning of a chain, or went into it from beside."""
    return chain == of[: len(chain)] or any(chain in how.get("beside", ()) for how in of)


if __name__ == "__main__":
    main()
