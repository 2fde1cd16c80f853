"""What a withdrawal or a recall does to releases and the files beside them, told beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus import semver
from corpus.pipeline import notice, reissuing
from corpus.pipeline import parent as parents
from corpus.pipeline.affected import Affected, Cause
from corpus.release.pins import LATEST
from corpus.release.withdrawals import NAME
from corpus.workspace import Workspace

Fate = Literal["rewritten", "removed", "absent", "damaged"]
"""Written again; deleted, since nothing is left in it; taken back though its folder is gone; or
taken back and kept from being finished, since it is damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A version that something is to be taken out of."""

    version: str
    old: str | None
    """The digest that would no longer count; None where nobody knows it."""
    fate: Fate
    problem: str = ""
    """Which file is damaged, and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that changes in releases/, and the notice."""

    versions: tuple[Planned, ...]
    """The earliest first."""
    files: Mapping[Path, Literal["written", "removed"]]
    """What changes beside them."""
    notice: Path | None
    """One of the files: what to tell those who hold a copy; None where nobody does."""


def plan(workspace: Workspace, found: Affected, cause: Cause) -> Plan:
    """Return what is to change for a cause, before anything does.

    Raises:
        ReleaseError: the list of what was taken back does not hold.
        MachineError: it cannot be read.
    """
    root = workspace.releases
    versions = tuple(sorted(_versions(found, cause), key=_order))
    gone = {v.version for v in versions if v.fate == "removed"}
    takes_back = any(v.old for v in versions)
    told = takes_back or reissuing.rows(workspace, cause)
    drafted = notice.path(workspace, cause) if told else None
    files: dict[Path, Literal["written", "removed"]] = {}
    if takes_back:
        files[root / NAME] = "written"
    if parents.changes_latest(root, gone):
        files[root / LATEST] = "written" if parents.folders(root).keys() - gone else "removed"
    if drafted:
        files[drafted] = "written"
    return Plan(versions=versions, files=files, notice=drafted)


def _versions(found: Affected, cause: Cause) -> Iterator[Planned]:
    for release in found.chosen:
        is_last = cause.why == "withdrawal" and len(release) == 1
        fate: Fate = "removed" if is_last else "rewritten"
        yield Planned(version=release.version, old=release.digest, fate=fate)
    for version, digest in found.absent.items():
        yield Planned(version=version, old=digest, fate="absent")
    for one in found.damaged:
        problem = f"{one.error.path}: {one.error.problem}"
        yield Planned(version=one.version, old=one.digest, fate="damaged", problem=problem)


def _order(planned: Planned) -> tuple[object, ...]:
    return semver.parse(planned.version).precedence
