"""Fits a network to batches: one loop for all stages."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.batches import IGNORED, Batch

_FRESH = ("head", "shapes", "early")
"""What starts from nothing."""
_BEGIN_WEIGHT = 0.3
_WARM_UP = 0.06
_CLIP = 1.0
_LOG_EVERY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How long and how fast."""

    epochs: int
    rate: float
    head_rate: float
    """Of what starts from nothing: heads and shapes."""
    decay: float = 0.01
    averaged: float = 0.998
    """Share that the running average of the weights keeps at each step."""


def against_marks(network: nn.Module, batch: Batch, device: str) -> Tensor:
    """Return how far what the network says is from what is marked."""
    mask = None if batch.real.all() else batch.real.to(device)
    logits = network(batch.ids.to(device), batch.shapes.to(device), mask).float()
    wanted, banned = batch.classes.to(device), batch.banned.to(device)
    classes = logits[..., :-1].masked_fill(banned[:, None, :], -1e4)
    loss = functional.cross_entropy(
        classes.flatten(0, 1), wanted.flatten(), ignore_index=IGNORED, reduction="sum"
    )
    loss = loss / batch.real.sum()  # a sheet asks about few of its pieces: each counts like any
    marked = wanted > 0
    if marked.any():
        begins = batch.begins.to(device)[marked].float()
        loss = loss + _BEGIN_WEIGHT * functional.binary_cross_entropy_with_logits(
            logits[..., -1][marked], begins
        )
    return loss


def fit(
    network: nn.Module,
    epoch: Callable[[int], Iterable[Batch]],
    *,
    steps: int,
    recipe: Recipe,
    device: str,
    out: Path,
    loss: Callable[[Any, Batch, str], Tensor] = against_marks,
) -> None:
    """Fit, and save the running average of the weights after each epoch.

    Args:
        network: where it starts, in the mode in which it is to be fitted.
        epoch: the batches of an epoch.
        steps: batches in all epochs together, for the schedule.
        recipe: rates and epochs.
        device: "cpu" or "cuda".
        out: where the weights go.
        loss: what is to become less; of network, batch and device.
    """
    network.to(device)
    named = [(name, p) for name, p in network.named_parameters() if p.requires_grad]
    fresh = {f"{part}.{kind}" for part in _FRESH for kind in ("weight", "bias")}
    groups = [
        {"params": [p for n, p in named if n in fresh], "lr": recipe.head_rate},
        {"params": [p for n, p in named if n not in fresh], "lr": recipe.rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=recipe.decay, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe.averaged)
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    # Without AVX-512, bfloat16 took 25 times as long as float32 (AMD EPYC with AVX2).
    has_bfloat16 = device != "cpu" or torch.backends.cpu.get_cpu_capability() == "AVX512"
    began, losses, pieces, step = time.monotonic(), [], 0, 0
    for number in range(recipe.epochs):
        for batch in epoch(number):
            step += 1
            with torch.autocast(device, dtype=torch.bfloat16, enabled=has_bfloat16):
                error = loss(network, batch, device)
            error.backward()
            nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            average.update_parameters(network)
            losses.append(error.item())
            pieces += int(batch.real.sum())
            if step % _LOG_EVERY == 0:
                seconds = time.monotonic() - began
                print(
                    f"step {step}/{steps} loss {sum(losses) / len(losses):.4f}"
                    f" {pieces / seconds:.0f} pieces/s {seconds:.0f} s",
                    flush=True,
                )
                losses.clear()
        torch.save(average.module.state_dict(), out)


def _rate(step: int, steps: int) -> float:
    warm = max(1, int(_WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    done = min(1.0, (step - warm) / max(1, steps - warm))
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))
