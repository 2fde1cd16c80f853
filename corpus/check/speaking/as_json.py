"""Fates and counts as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from corpus.check.speaking.counts import Counts
from corpus.check.speaking.shown import dumped, text
from corpus.check.types import Fate, Place


def render(fates: Iterable[Fate], counts: Counts, advice: str = "") -> str:
    """Return what is said of a check."""
    document: Mapping[str, Any] = {
        "files": [_file(fate) for fate in fates],
        "counts": {
            **{str(kind): number for kind, number in counts.files.items()},
            "errors": counts.places.get("error", 0),
            "warnings": counts.places.get("warning", 0),
            "accepted": counts.accepted,
            "rules": counts.rules,
        },
        "guard": counts.has_guard,
        "seconds": round(counts.seconds, 3),
        "next": advice,
    }
    return dumped(document)


def failed(message: str) -> str:
    """Return what is said of a check that did not come to its end."""
    return dumped({"files": [], "error": text(message)})


def _file(fate: Fate) -> Mapping[str, Any]:
    return {
        "path": text(fate.path),
        "name": text(fate.name),
        "treatment": fate.treatment,
        "why": [text(step) for step in fate.why],
        "places": [_place(place) for place in fate.places],
    }


def _place(place: Place) -> Mapping[str, Any]:
    return {
        "inside": text(place.inside),
        "line": place.line,
        "column": place.column,
        "length": place.length,
        "label": place.label,
        "rule": place.rule,
        "level": place.level,
    }
