"""CHANGES.md: what differs from the parent, for those who read releases; pure.

It is published. So it counts, and neither quotes the text nor says where in it something was
hidden or shown: that would lead the holders of the parent to what was hidden since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpus.release.compare import TranscriptChange
from corpus.release.diff import EFFECTS, Diff
from corpus.release.gaps import Standing
from corpus.release.wording import counted

NAME = "CHANGES.md"

_HEAD = (
    *("transcript", "turns changed", "words removed", "words added", "redactions added"),
    *("removed", "changed", "hidden before, standing now", "standing before, hidden now"),
)
_EFFECTS = dict(zip(EFFECTS, _HEAD[-5:], strict=True))


def alone(version: str, parent: str | None, *, reissued: str = "") -> str:
    """Return the page of a version that has no parent, or whose parent is not there any more.

    Args:
        version: which one.
        parent: the version before.
        reissued: what is to be said of a version that was written again.
    """
    what = f"It followed on {parent}, which is gone." if parent else "This is the first version."
    return "\n\n".join(filter(None, (f"# Changes in {version}", reissued, what))) + "\n"


def render(diff: Diff, *, reissued: str = "") -> str:
    """Return the page of a version that follows on another; see `alone`."""
    return "\n".join(_lines(diff, reissued))


def _lines(diff: Diff, reissued: str) -> Iterator[str]:
    yield f"# Changes in {diff.after.version}\n"
    if reissued:
        yield f"{reissued}\n"
    yield f"Against {diff.before.version}, `{diff.before.digest}`.\n"
    yield _headline(diff)
    yield from _transcripts(diff)
    yield from _causes(diff)
    yield from _origin(diff)
    yield from _counts(diff)


def _headline(diff: Diff) -> str:
    if not diff.differs:
        return "The transcripts are the same.\n"
    found = diff.places()
    shown, perhaps = found["uncovered"], found["uncovered_perhaps"]
    said = "Nothing that was hidden is seen to stand now."
    if shown:
        transcripts = sum(_certain(change.uncovered) > 0 for change in diff.changed)
        where = f"{counted(shown, 'place')} in {counted(transcripts, 'transcript')}"
        said = f"**Hidden before, standing now: {where}.**"
    if perhaps:
        said += (
            f"\n\nPerhaps standing now: {counted(perhaps, 'place')} more, where words of the source"
            " differ as well, so that what stands there may be these."
        )
    return f"{said}\n"


def _certain(found: Sequence[Standing]) -> int:
    return sum(standing.is_certain for standing in found)


def _transcripts(diff: Diff) -> Iterator[str]:
    yield "## Transcripts\n"
    yield f"- added: {_listed(diff.added)}"
    yield f"- removed: {_listed(diff.removed)}"
    yield f"- changed: {len(diff.changed):,}"
    yield f"- equal: {diff.equal:,}\n"
    if diff.changed:
        yield from _table(_HEAD, map(_row, diff.changed))


def _causes(diff: Diff) -> Iterator[str]:
    if diff.causes:
        yield "## By rule\n"
        yield from _table(
            ("by", *_EFFECTS.values()),
            ([f"`{rule}`", *(n[e] for e in _EFFECTS)] for rule, n in diff.causes.items()),
        )


def _listed(transcript_ids: Sequence[str]) -> str:
    return f"{len(transcript_ids):,}" + "".join(f", `{i}`" for i in transcript_ids)


def _row(change: TranscriptChange) -> list[object]:
    what = [c.what for c in change.redactions]
    added, removed = what.count(("added",)), what.count(("removed",))
    return [
        f"`{change.transcript_id}`",
        len(change.turns),
        sum(turn.words_removed for turn in change.turns),
        sum(turn.words_added for turn in change.turns),
        *(added, removed, len(what) - added - removed),
        *(_certain(change.uncovered), _certain(change.covered)),
    ]


def _origin(diff: Diff) -> Iterator[str]:
    differs = [f"`{key}`" for key, (old, new) in diff.made_with.items() if old != new]
    yield "## Made with\n"
    yield f"Other than before: {', '.join(differs)}.\n" if differs else "The same as before.\n"


def _counts(diff: Diff) -> Iterator[str]:
    yield "## Counts\n"
    rows = (
        [name if group == "totals" else f"{group.replace('_', ' ')}: `{name}`", old, new]
        for group, counts in diff.counts.items()
        for name, (old, new) in counts.items()
    )
    yield from _table(("", diff.before.version, diff.after.version), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(f'{c:,}' if isinstance(c, int) else str(c) for c in row)} |"
    yield ""
