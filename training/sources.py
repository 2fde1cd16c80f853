"""The data sets that training reads: written here, beside the project, or absent."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.example import Example, of_text, of_transcript

SHARED = Path(os.environ.get("CORPUS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
"""Where data that is not this project's to publish lies."""

_ALL = frozenset({"PERSON", "ORG", "LOC", "DATE", "NRP"})
_NAMES = frozenset({"PERSON", "ORG", "LOC"})

OPEN_NER: dict[str, frozenset[str]] = {
    "gum.train": _ALL,
    "slue_vp.train": _ALL,
    "slue_vp_lower.train": _ALL,
    "tab144.train": _ALL,
    "wnut17.train": _NAMES,
    "btc.train": _NAMES,
    "wikigold.train": _NAMES,
    "litbank.train": _NAMES,
    "panorama151.synthetic": frozenset({"PERSON"}),
}
"""Open data of stage 1 and what each marks throughout; none of it is share-alike."""

_SHARE_ALIKE_GENRES = frozenset({"bio", "voyage"})
"""Parts of GUM that come from Wikipedia and Wikivoyage."""


def shared(*parts: str) -> Path:
    """Return a path beside the project.

    Raises:
        SystemExit: it is not there.
    """
    path = SHARED.joinpath(*parts)
    if not path.exists():
        raise SystemExit(f"{path} is not there - set CORPUS_SHARED to the folder that holds it")
    return path


def open_ner(name: str) -> Iterator[Example]:
    """Yield the texts of one open data set; labels are those of its README."""
    for row in _rows(shared("data", "ner", f"{name}.jsonl")):
        if name.startswith("gum") and row["genre"] in _SHARE_ALIKE_GENRES:
            continue
        yield of_text(row["id"], name, row["text"], [tuple(span) for span in row["spans"]])


def real() -> Iterator[Example]:
    """Yield the annotated real interviews."""
    yield from gold(shared("train", "real", "real_train.jsonl"), "real")


def gold(path: Path, source: str) -> Iterator[Example]:
    """Yield the transcripts of a gold file: id, text, spans of start, end, label, mask."""
    for row in _rows(path):
        spans = [tuple(span) for span in row["spans"]]
        yield of_transcript(row["id"], source, row["text"], spans)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
