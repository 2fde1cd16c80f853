"""Findings as text: one line each, path:line:column: LABEL rule (N characters)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.check.speaking.shown import has_position, shown, what, where
from corpus.check.types import Fate, Place


def findings(fates: Iterable[Fate]) -> Iterator[str]:
    """Yield a line for each place."""
    for fate in fates:
        for place in fate.places:
            mark = "warning: " if place.level == "warning" else ""
            yield f"{_position(place)}: {mark}{what(place)}"


def problems(fates: Iterable[Fate]) -> Iterator[str]:
    """Yield a line for each item that could not be read."""
    for fate in fates:
        if fate.treatment == "unreadable":
            yield f"{shown(fate.path)}: not checked: {shown(fate.why[-1] if fate.why else '')}"


def _position(place: Place) -> str:
    path = shown(place.path)
    if has_position(place) and not place.inside:
        return f"{path}:{place.line}:{place.column}"
    return f"{path}: {words}" if (words := where(place)) else path
