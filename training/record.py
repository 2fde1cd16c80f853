"""What weights were fitted on: kept beside them, shipped with them, shown by the model card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.example import Example


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """How much of one source was read."""

    texts: int
    words: int
    seen: int
    """Words in all epochs together, about."""


def of(
    examples: Iterable[Example], *, epochs: int, share: Callable[[Example], float] = lambda _: 1.0
) -> dict[str, Read]:
    """Return what is read of each source.

    Args:
        examples: what an epoch reads.
        epochs: how many there are.
        share: how much of an example an epoch reads, about; 2 where it is read twice.
    """
    read: dict[str, Read] = {}
    for example in examples:
        words = sum(len(turn.text.split()) for turn in example.turns)
        seen = int(words * epochs * share(example))
        before = read.get(example.source, Read(texts=0, words=0, seen=0))
        read[example.source] = Read(
            texts=before.texts + 1, words=before.words + words, seen=before.seen + seen
        )
    return read


def save(
    weights: Path, read: Mapping[str, Read], recipe: Mapping[str, Any], start: Path | None = None
) -> None:
    """Write beside the weights what was read and how, after what they started from had read."""
    before = [load(start)] if start else []
    every = together([*before, read])
    written = {
        "read": {source: asdict(one) for source, one in every.items()},
        "recipes": [*(recipes(start) if start else ()), recipe],
    }
    _path(weights).write_text(f"{json.dumps(written, indent=1)}\n", encoding="utf-8")


def together(reads: Iterable[Mapping[str, Read]]) -> dict[str, Read]:
    """Return what was read in all; how many texts a source has, the last one says."""
    every: dict[str, Read] = {}
    for read in reads:
        for source, new in read.items():
            seen = new.seen + (every[source].seen if source in every else 0)
            every[source] = Read(texts=new.texts, words=new.words, seen=seen)
    return every


def load(weights: Path) -> dict[str, Read]:
    """Return what the weights have read, by source."""
    return {source: Read(**row) for source, row in _of(weights)["read"].items()}


def recipes(weights: Path) -> list[Mapping[str, Any]]:
    """Return how the weights were fitted, run after run."""
    found: list[Mapping[str, Any]] = _of(weights)["recipes"]
    return found


def ends_with(weights: Path, *runs: Mapping[str, Any]) -> bool:
    """Tell whether the last runs that made the weights were these, as far as they are told.

    The record is written when weights are done: without one they are not.
    """
    if not _path(weights).exists():
        return False
    last = recipes(weights)[-len(runs) :]
    return len(last) == len(runs) and all(
        told.items() <= run.items() for told, run in zip(runs, last, strict=True)
    )


def forget(weights: Path) -> None:
    """Take the record away before the weights are made anew."""
    _path(weights).unlink(missing_ok=True)


def copy(weights: Path, to: Path) -> None:
    """Keep the record of the weights beside what was made of them."""
    shutil.copyfile(_path(weights), _path(to))


def _of(weights: Path) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(_path(weights).read_text(encoding="utf-8"))
    return written


def _path(weights: Path) -> Path:
    return weights.with_suffix(".read.json")
