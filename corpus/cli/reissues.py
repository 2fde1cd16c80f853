"""What becomes of releases that something is taken out of, for people and as facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from corpus.cli.output import printable

if TYPE_CHECKING:
    from corpus.pipeline.affected import Reissued
    from corpus.pipeline.plan import Fate, Plan

_FATES: Mapping[Fate, str] = {
    "rewritten": "would be reissued",
    "removed": "would be removed, since it holds nothing else",
    "absent": "would no longer count, though its folder is gone",
    "damaged": "would keep it unfinished, since it is damaged",
}


def planned(plan: Plan) -> Iterator[str]:
    """Yield, line by line, what would become of the versions and of the files beside them."""
    for version in plan.versions:
        old = f", no longer {version.old}" if version.old else ""
        yield f"  {_FATES[version.fate]}: {version.version}{old}"
        if version.fate == "damaged":
            yield f"    {printable(version.problem)} - restore it from a copy, or delete its folder"
    for path, fate in plan.files.items():
        yield f"  would be {fate}: {printable(str(path))}"


def done(versions: Sequence[Reissued]) -> Iterator[str]:
    """Yield, line by line, what became of the versions."""
    for version in versions:
        if version.new:
            yield f"  reissued: {version.version}, no longer {version.old}"
            yield f"    now {version.new}"
        else:
            yield f"  gone: {version.version}, no longer {version.old}"


def facts(plan: Plan, versions: Sequence[Reissued], *, dry_run: bool) -> dict[str, object]:
    """Return the same as facts: what would become of them, or what did."""
    would = [{"new": None, **asdict(v)} for v in plan.versions]
    did = [{"version": v.version, "old": v.old, "new": v.new} for v in versions]
    files = {str(path): fate for path, fate in plan.files.items()}
    return {"versions": would if dry_run else did, "files": files}
