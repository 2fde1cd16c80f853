"""The network as it is shipped: a piece that surely is nothing leaves it after its first layers.

Most of what is said leads to nobody, and the network knows it early. What leaves is judged by a
head of its own and stays as it is; what goes on still sees it, in every layer that follows.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from corpus.detect.ner.encoding import ASKED
from training.network import UNTHINKABLE, WIDTH, Network

INNER = "network."
"""What stands before the names of weights that are the network's own, not the early head's."""
FIRST = 2
"""Layers that all pieces pass."""
SURE = 0.99
"""The share of O from which on a piece leaves; not the opening, nor where one is asked about."""


class Reading(NamedTuple):
    """What a network with an early exit makes of a batch on its way."""

    common: Tensor
    """The states after the first layers, of shape (batch, pieces, WIDTH)."""
    early: Tensor
    """The logits by then, of shape (batch, pieces, classes + 1)."""
    going: Going
    later: list[Tensor]
    """The states after each later layer, of what goes on."""


class Going(NamedTuple):
    """Which pieces of a batch go on; of shape (batch, as many as the most) both."""

    places: Tensor
    """Rows with fewer are filled up with the opening."""
    real: Tensor
    """False for what fills up."""

    def of(self, states: Tensor) -> Tensor:
        """Return the states of what goes on."""
        return states.gather(1, self._wide(states))

    def put(self, states: Tensor, new: Tensor) -> Tensor:
        """Return the states with new ones for what goes on."""
        # Where places repeat, a scatter's gradient would go to each of them.
        new = torch.where(self.real[..., None], new, new.detach())
        return states.scatter(1, self._wide(states), new)

    def _wide(self, states: Tensor) -> Tensor:
        return self.places[..., None].expand(-1, -1, states.shape[-1])


class EarlyExit(nn.Module):
    """Judges pieces as the network does, most of them without its later layers."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.early = nn.Linear(WIDTH, network.head.out_features)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the logits; as those of `Network`."""
        read = self.read(ids, shapes, mask)
        return read.going.put(read.early, self.network.head(read.later[-1]).float())

    def read(self, ids: Tensor, shapes: Tensor, mask: Tensor | None) -> Reading:
        """Return all that is made on the way to the logits."""
        common = self.network.embedded(ids, shapes)
        wide = None if mask is None else mask[:, None, None, :]
        for layer in self.network.layers[:FIRST]:
            common = layer(common, wide, common)
        early = self.early(common).float()
        going = _going(early, shapes, mask)
        state, later = going.of(common), []
        for layer in self.network.layers[FIRST:]:
            state = layer(state, wide, going.put(common, state))
            later.append(state)
        return Reading(common, early, going, later)


def never(network: Network) -> EarlyExit:
    """Return one that no piece leaves early: it judges as the network does."""
    made: EarlyExit = EarlyExit(network)
    with torch.no_grad():
        made.early.weight.zero_()
        made.early.bias.zero_()
        made.early.bias[0] = UNTHINKABLE
    return made


def _going(early: Tensor, shapes: Tensor, mask: Tensor | None) -> Going:
    is_asked = (shapes >= ASKED).any(1, keepdim=True)
    goes = (early[..., :-1].softmax(-1)[..., 0] < SURE) | is_asked
    if mask is not None:
        goes &= mask
    goes[:, 0] = True
    most = int(goes.sum(1).max())
    places = torch.arange(goes.shape[1], device=goes.device) * goes
    places = places.sort(dim=1, descending=True).values[:, :most]
    real = torch.arange(most, device=goes.device) < goes.sum(1, keepdim=True)
    return Going(places, real)
