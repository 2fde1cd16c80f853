"""What a release changed against its parent, in counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.release.wording import counted

if TYPE_CHECKING:
    from corpus.pipeline.releasing import Released

_PLACES = {
    "uncovered": "hidden no more",
    "uncovered_perhaps": "perhaps hidden no more",
    "covered": "newly hidden",
    "covered_perhaps": "perhaps newly hidden",
}


def counts(released: Released) -> dict[str, int] | None:
    """Return how many transcripts and places are other than in the parent; None without one."""
    if released.parent is None:
        return None
    import corpus

    diff = corpus.diff(released.path.parent / released.parent, released.path)
    transcripts = {"added": diff.added, "removed": diff.removed, "changed": diff.changed}
    return {what: len(found) for what, found in transcripts.items()} | diff.places()


def line(released: Released) -> str:
    """Return the counts as a line; empty for a first release."""
    found = counts(released)
    if found is None:
        return ""
    said = [
        f"{counted(found[what], 'transcript')} {what}"
        for what in ("added", "removed", "changed")
        if found[what]
    ]
    if not said:
        return f"nothing changed in the transcripts since {released.parent}"
    said += [f"{counted(found[k], 'place')} {how}" for k, how in _PLACES.items() if found[k]]
    return f"against {released.parent}: {', '.join(said)}"
