"""The network: MiniLM with an embedding of letter shapes and a head that judges each piece."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from corpus.detect.ner.encoding import SHAPES

WIDTH = 384
HEADS = 12
LAYERS = 6
INNER = 1536
POSITIONS = 512
DROPPED = 26
"""Of 256 values; a tenth."""
EPSILON = 1e-12
UNTHINKABLE = -100.0
"""A logit that leaves a class no share."""


class Dropout(nn.Module):
    """Drops values by random bytes: `nn.Dropout` takes three times as long on a CPU."""

    def forward(self, state: Tensor) -> Tensor:
        """Return the state with a tenth of its values as zero, the others that much greater."""
        if not self.training:
            return state
        words = torch.empty(-(-state.numel() // 8), dtype=torch.int64, device=state.device)
        drawn = words.random_(-(2**63), None).view(torch.uint8)[: state.numel()]
        kept = (drawn >= DROPPED).view(state.shape).to(state.dtype)
        return state * kept * (256 / (256 - DROPPED))


class Layer(nn.Module):
    """One transformer layer of BERT (post-norm, exact GELU)."""

    def __init__(self) -> None:
        super().__init__()
        self.query_key_value = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.dropout = Dropout()

    def forward(self, state: Tensor, mask: Tensor | None, among: Tensor) -> Tensor:
        """Return the next state, of shape (batch, pieces, WIDTH).

        Args:
            state: of the pieces that are judged.
            mask: false where what they see is padding.
            among: the states that they see, of shape (batch, others, WIDTH).
        """
        batch, pieces, _ = state.shape
        weight, bias = self.query_key_value.weight, self.query_key_value.bias
        query = functional.linear(state, weight[:WIDTH], bias[:WIDTH])
        both = functional.linear(among, weight[WIDTH:], bias[WIDTH:])
        key, value = both.chunk(2, dim=-1)
        seen = _attention(*(_by_head(part) for part in (query, key, value)), mask)
        seen = seen.transpose(1, 2).reshape(batch, pieces, WIDTH)
        state = self.attended_norm(state + self.dropout(self.attended(seen)))
        grown = self.outer(functional.gelu(self.inner(state)))
        return self.outer_norm(state + self.dropout(grown))


class Network(nn.Module):
    """Judges pieces: (batch, pieces) of ids and shapes -> (batch, pieces, classes + 1) logits.

    The last logit says whether the piece's word begins a mention.
    """

    def __init__(self, vocabulary: int, classes: int) -> None:
        super().__init__()
        self.pieces = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        nn.init.zeros_(self.shapes.weight)
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.dropout = Dropout()
        self.head = nn.Linear(WIDTH, classes + 1)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the logits; `mask` of shape (batch, pieces) is false where there is padding."""
        state = self.embedded(ids, shapes)
        wide = None if mask is None else mask[:, None, None, :]
        for layer in self.layers:
            state = layer(state, wide, state)
        return self.head(self.dropout(state))

    def embedded(self, ids: Tensor, shapes: Tensor) -> Tensor:
        """Return the states before the first layer, of shape (batch, pieces, WIDTH)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        state = self.pieces(ids) + self.positions(places) + self.shapes(shapes)
        embedded: Tensor = self.dropout(self.norm(state))
        return embedded

    def with_head(self, classes: int) -> Network:
        """Return the same network with a fresh head."""
        self.head = nn.Linear(WIDTH, classes + 1)
        return self


def _attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    """Return what each piece sees; in bfloat16 a CPU takes twice as long for the gradient."""
    if query.device.type != "cpu":
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    with torch.autocast("cpu", enabled=False):
        return functional.scaled_dot_product_attention(
            query.float(), key.float(), value.float(), attn_mask=mask
        )


def _by_head(states: Tensor) -> Tensor:
    return states.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)


def from_minilm(weights: Path, classes: int) -> Network:
    """Return a network that starts from the published weights (model.safetensors)."""
    raw = load_file(weights)
    network = Network(len(raw["embeddings.word_embeddings.weight"]), classes)
    # The one segment that is ever used is folded into the positions.
    segment = raw["embeddings.token_type_embeddings.weight"][0]
    state = {
        "pieces.weight": raw["embeddings.word_embeddings.weight"],
        "positions.weight": raw["embeddings.position_embeddings.weight"] + segment,
        **_norm("norm", raw, "embeddings.LayerNorm"),
    }
    for number in range(LAYERS):
        ours, theirs = f"layers.{number}", f"encoder.layer.{number}"
        for kind in ("weight", "bias"):
            parts = [raw[f"{theirs}.attention.self.{p}.{kind}"] for p in ("query", "key", "value")]
            state[f"{ours}.query_key_value.{kind}"] = torch.cat(parts)
            state[f"{ours}.attended.{kind}"] = raw[f"{theirs}.attention.output.dense.{kind}"]
            state[f"{ours}.inner.{kind}"] = raw[f"{theirs}.intermediate.dense.{kind}"]
            state[f"{ours}.outer.{kind}"] = raw[f"{theirs}.output.dense.{kind}"]
        state |= _norm(f"{ours}.attended_norm", raw, f"{theirs}.attention.output.LayerNorm")
        state |= _norm(f"{ours}.outer_norm", raw, f"{theirs}.output.LayerNorm")
    missing, unknown = network.load_state_dict(state, strict=False)
    if unknown or set(missing) != {"shapes.weight", "head.weight", "head.bias"}:
        raise ValueError(f"{weights}: not the weights that were expected: {missing} {unknown}")
    return network


def _norm(ours: str, raw: dict[str, Tensor], theirs: str) -> dict[str, Tensor]:
    return {f"{ours}.{kind}": raw[f"{theirs}.{kind}"] for kind in ("weight", "bias")}
