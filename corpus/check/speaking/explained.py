"""Why a file was treated as it was, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from corpus.check.speaking.shown import shown
from corpus.check.types import Fate, Level


def setting(settings: Path | None, guarded_by: Path | None) -> Iterator[str]:
    """Yield the lines that tell what was followed.

    Args:
        settings: the file of the settings.
        guarded_by: the workspace or guard file.
    """
    yield f"settings: {shown(str(settings)) if settings else 'the defaults'}"
    yield f"guard: {shown(str(guarded_by)) if guarded_by else 'none'}"


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
