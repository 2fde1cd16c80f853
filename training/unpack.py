"""A model's folder -> weights of stage 3, as int8 has kept them: training can go on from them."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from corpus.detect.ner.model import CLASSES, FOLDER
from training import base, record
from training.early import INNER, EarlyExit
from training.network import Network

_THIRDS = ("query", "key", "value")


def main() -> None:
    """Save the weights and what they have read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=FOLDER, help="the model's folder")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    graph = options.model / "model.onnx"
    options.out.parent.mkdir(parents=True, exist_ok=True)
    record.forget(options.out)
    torch.save(unpacked(graph), options.out)
    record.copy(graph, options.out)


def unpacked(graph: Path) -> dict[str, torch.Tensor]:
    """Return the state of the network that `training.export` wrote into the file."""
    held = {i.name: numpy_helper.to_array(i) for i in onnx.load(graph).graph.initializer}
    network: EarlyExit = EarlyExit(Network(base.tokenizer().get_vocab_size(), len(CLASSES)))
    return {
        name: torch.from_numpy(np.array(_value(held, name.removeprefix(INNER)), np.float32))
        for name in network.state_dict()
    }


def _value(held: dict[str, NDArray[np.generic]], name: str) -> NDArray[np.generic]:
    if "query_key_value" in name:
        return np.concatenate([_value(held, name.replace("query_key_value", p)) for p in _THIRDS])
    if name == "pieces.weight":
        return held["pieces.int8"] * held["pieces.scale"]
    if name in ("shapes.weight", "positions.weight"):
        return held[name.replace("weight", "table")].reshape(-1, held["norm.bias"].size)
    if f"{name}_quantized" not in held:
        value = held[name]
        return value.T if value.ndim > 1 else value
    scale, zero = held[f"{name}_scale"], held[f"{name}_zero_point"]
    return ((held[f"{name}_quantized"].astype(np.float32) - zero) * scale).T


if __name__ == "__main__":
    main()
