"""Weights -> `corpus/detect/ner/model/`: an int8 ONNX graph, its tokenizer and what they are.

The graph is written node by node with onnxruntime's fused operators, so that neither an
exporter nor a pattern-matching optimizer decides what a user runs. Matrices are quantized
per column; the piece embeddings per row. Activations are quantized while running, a window
at a time, so that a window's scores depend on nothing but the window.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from corpus.detect.ner.encoding import ASKED, SHAPES
from corpus.detect.ner.model import CLASSES, FOLDER, Facts
from training import base, record, stage1, stage2
from training.early import FIRST, SURE, EarlyExit, never
from training.network import EPSILON, HEADS, LAYERS, POSITIONS, WIDTH, Network

CONTEXT = 32
_FUSED = "com.microsoft"
_LAST = 3
"""The stage whose weights are shipped."""


class Graph:
    """An ONNX graph in the making."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant."""
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        """Add a weight of the network; matrices as inputs come first."""
        value = self._weights[name]
        is_matrix = name.endswith(".weight") and value.ndim > 1
        return self.constant(name, value.T if is_matrix else value)

    def node(self, operator: str, inputs: list[str], name: str, **options: object) -> str:
        """Add a node with one output of that name."""
        fused = operator in {"MultiHeadAttention", "BiasGelu"}
        domain = _FUSED if fused else ""
        made = helper.make_node(operator, inputs, [name], name=name, domain=domain, **options)
        self._nodes.append(made)
        return name

    def product(self, name: str, state: str) -> str:
        """Add a linear layer."""
        made = self.node("MatMul", [state, self.weight(f"{name}.weight")], f"{name}.product")
        return self.node("Add", [made, self.weight(f"{name}.bias")], name)

    def normal(self, name: str, state: str) -> str:
        """Add a layer normalization."""
        inputs = [state, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        return self.node("LayerNormalization", inputs, name, axis=-1, epsilon=EPSILON)

    def at(self, name: str, states: str, places: str) -> str:
        """Add the states at the places as (1, places, width)."""
        found = self.node("GatherND", [states, places], f"{name}.gathered")
        return self.node("Unsqueeze", [found, "zero"], name)

    def put(self, name: str, states: str, places: str, new: str) -> str:
        """Add the states with new ones, of shape (1, places, width), at the places."""
        flat = self.node("Squeeze", [new, "zero"], f"{name}.flat")
        return self.node("ScatterND", [states, places, flat], name)

    def split(self, name: str) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
        """Yield the thirds of a linear layer that makes query, key and value at once."""
        weights = np.split(self._weights[f"{name}.weight"], 3)
        biases = np.split(self._weights[f"{name}.bias"], 3)
        for part, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
            yield part, weight.T, bias

    def model(self, output: str, classes: int) -> onnx.ModelProto:
        """Return the whole."""
        text = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"])
        shapes = helper.make_tensor_value_info("shapes", TensorProto.INT64, [1, "pieces"])
        logits = helper.make_tensor_value_info(
            output, TensorProto.FLOAT, [1, "pieces", classes + 1]
        )
        graph = helper.make_graph(
            self._nodes, "ner", [text, shapes], [logits], initializer=self._constants
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="corpus")


def graph_of(network: EarlyExit, classes: int) -> onnx.ModelProto:
    """Return the network as a graph; float but for its piece embeddings."""
    state = network.network.state_dict() | network.early.state_dict(prefix="early.")
    weights = {k: v.detach().float().numpy() for k, v in state.items()}
    graph = Graph(weights)
    seen = _embedded(graph, weights)
    for number in range(FIRST):
        seen = _layer(graph, f"layers.{number}", seen, seen)
    early = graph.product("early", seen)
    places = _going_on(graph, early, classes)
    later = graph.at("later", seen, places)
    for number in range(FIRST, LAYERS):
        name = f"layers.{number}"
        later = _layer(graph, name, later, seen)
        if number + 1 < LAYERS:
            seen = graph.put(f"{name}.states", seen, places, later)
    logits = graph.put("logits", early, places, graph.product("head", later))
    return graph.model(logits, classes)


def _embedded(graph: Graph, weights: dict[str, NDArray[np.float32]]) -> str:
    pieces = weights["pieces.weight"]
    scale = np.abs(pieces).max(axis=1, keepdims=True) / 127
    graph.constant("pieces.int8", np.round(pieces / scale).astype(np.int8))
    graph.constant("pieces.scale", scale.astype(np.float32))
    rows = graph.node("Gather", ["pieces.int8", "ids"], "pieces.row")
    wide = graph.node("Cast", [rows], "pieces.float", to=TensorProto.FLOAT)
    factor = graph.node("Gather", ["pieces.scale", "ids"], "pieces.factor")
    embedded = graph.node("Mul", [wide, factor], "pieces.embedded")
    graph.constant("shapes.table", weights["shapes.weight"])
    shaped = graph.node("Gather", ["shapes.table", "shapes"], "shapes.embedded")
    graph.constant("positions.table", weights["positions.weight"].reshape(1, POSITIONS, WIDTH))
    for name, value in (("zero", [0]), ("one", [1]), ("two", [2])):
        graph.constant(name, np.array(value, dtype=np.int64))
    size = graph.node("Shape", ["ids"], "ids.shape")
    length = graph.node("Slice", [size, "one", "two"], "ids.length")
    placed = graph.node("Slice", ["positions.table", "zero", length, "one"], "positions.embedded")
    total = graph.node("Add", [embedded, shaped], "embedded.partly")
    total = graph.node("Add", [total, placed], "embedded")
    return graph.normal("norm", total)


def _going_on(graph: Graph, early: str, classes: int) -> str:
    """Return the places, of shape (going on, 2), of the pieces that do not leave early."""
    graph.constant("classes", np.array([classes], dtype=np.int64))
    judged = graph.node("Slice", [early, "zero", "classes", "two"], "early.classes")
    shares = graph.node("Softmax", [judged], "early.shares", axis=-1)
    nothing = graph.node("Slice", [shares, "zero", "one", "two"], "early.nothing")
    nothing = graph.node("Squeeze", [nothing, "two"], "early.share")
    unsure = graph.node("Less", [nothing, graph.constant("sure", np.float32(SURE))], "early.unsure")
    highest = graph.node("ReduceMax", ["shapes"], "shapes.highest", axes=[1], keepdims=1)
    asked = graph.constant("asked", np.int64(ASKED))
    asked = graph.node("GreaterOrEqual", [highest, asked], "early.asked")
    first = graph.constant("opening.table", np.arange(POSITIONS)[None] == 0)
    first = graph.node("Slice", [first, "zero", "ids.length", "one"], "early.opening")
    going = graph.node("Or", [graph.node("Or", [unsure, asked], "early.or"), first], "early.going")
    return graph.node("Transpose", [graph.node("NonZero", [going], "early.found")], "early.places")


def _layer(graph: Graph, name: str, state: str, among: str) -> str:
    """Add a layer that changes `state` by what it sees among others."""
    parts = [
        graph.node(
            "Add",
            [
                graph.node(
                    "MatMul",
                    [
                        state if part == "query" else among,
                        graph.constant(f"{name}.{part}.weight", weight),
                    ],
                    f"{name}.{part}.product",
                ),
                graph.constant(f"{name}.{part}.bias", bias),
            ],
            f"{name}.{part}",
        )
        for part, weight, bias in graph.split(f"{name}.query_key_value")
    ]
    seen = graph.node("MultiHeadAttention", parts, f"{name}.seen", num_heads=HEADS)
    attended = graph.product(f"{name}.attended", seen)
    state = _add_norm(graph, f"{name}.attended_norm", attended, state)
    inner = graph.node("MatMul", [state, graph.weight(f"{name}.inner.weight")], f"{name}.inner")
    curved = graph.node("BiasGelu", [inner, graph.weight(f"{name}.inner.bias")], f"{name}.gelu")
    outer = graph.product(f"{name}.outer", curved)
    return _add_norm(graph, f"{name}.outer_norm", outer, state)


def _add_norm(graph: Graph, name: str, new: str, old: str) -> str:
    return graph.normal(name, graph.node("Add", [new, old], f"{name}.sum"))


def main() -> None:
    """Write the model's folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=stage1.RUNS / "stage3.pt")
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--float", action="store_true", help="leave the matrices unquantized")
    parser.add_argument(
        "--stage",
        type=int,
        choices=(1, 2, _LAST),
        default=_LAST,
        help="whose weights they are; before stage 3 nothing leaves the network early",
    )
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    write(fitted(options.weights, options.stage), options.out, quantized=not options.float)
    record.copy(options.weights, options.out / "model.onnx")


def fitted(weights: Path, stage: int) -> EarlyExit:
    """Return the network as a stage left it; its classes are the shipped ones."""
    state = torch.load(weights, weights_only=True)
    classes = len(stage1.CLASSES if stage == 1 else CLASSES)
    network: Network = Network(base.tokenizer().get_vocab_size(), classes)
    if stage == _LAST:
        shipped: EarlyExit = EarlyExit(network)
        shipped.load_state_dict(state)
        return shipped
    network.load_state_dict(state)
    return never(stage1.in_labels(network) if stage == 1 else network)


def write(network: EarlyExit, out: Path, *, quantized: bool = True) -> None:
    """Write graph, tokenizer and facts into a folder."""
    graph = graph_of(network, len(CLASSES))
    target = out / "model.onnx"
    if quantized:
        with tempfile.TemporaryDirectory() as scratch:
            plain = Path(scratch) / "plain.onnx"
            onnx.save(graph, plain)
            quantize_dynamic(
                plain,
                target,
                op_types_to_quantize=["MatMul"],
                per_channel=True,
                reduce_range=True,
                weight_type=QuantType.QInt8,
                extra_options={"DefaultTensorType": TensorProto.FLOAT},
            )
    else:
        onnx.save(graph, target)
    base.tokenizer().save(str(out / "tokenizer.json"), pretty=False)
    facts = Facts(
        classes=CLASSES,
        shapes=SHAPES,
        size=stage2.SIZE,
        context=CONTEXT,
        temperature=1.0,
        files={
            name: hashlib.sha256((out / name).read_bytes()).hexdigest()
            for name in ("model.onnx", "tokenizer.json")
        },
    )
    (out / "model.json").write_text(f"{json.dumps(facts.to_json(), indent=1)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
