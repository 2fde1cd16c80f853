"""Why a file was treated as it was, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from corpus.check.speaking.shown import shown
from corpus.check.types import Fate, Level


def explained(fate: Fate) -> Iterator[str]:
    """Yield the lines that tell it."""
    yield shown(fate.path)
    if fate.name != fate.path:
        yield f"  its name for patterns and the baseline: {shown(fate.name)}"
    for number, step in enumerate(fate.why, start=1):
        yield f"  {number}. {shown(step)}"
    levels: Counter[Level] = Counter(place.level for place in fate.places)
    found = ", ".join(f"{level}s: {levels[level]}" for level in ("error", "warning"))
    yield f"  so it was {fate.treatment}; {found}"
