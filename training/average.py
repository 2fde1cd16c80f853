"""Weights along one chain of fits -> their mean, which no single seed decides."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training import record


def main() -> None:
    """Save the mean; its record is that of the last, which went on from the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="+", help="the latest last")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    average(options.weights, options.out)


def average(weights: list[Path], out: Path) -> None:
    """Write the mean of the weights, and what they have read."""
    states = [torch.load(path, weights_only=True) for path in weights]
    mean = {name: sum(state[name] for state in states) / len(states) for name in states[0]}
    torch.save(mean, out)
    record.save(out, {}, {"mean of": [path.stem for path in weights]}, weights[-1])


if __name__ == "__main__":
    main()
