"""How large a step a release takes from the one before, and whether its version says so; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from corpus import semver
from corpus.consent import Access
from corpus.errors import ReleaseError
from corpus.release.manifest import Contents, Manifest
from corpus.semver import STEPS, Step, Version

FIRST = Version(1, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is other than in the parent, in counts."""

    step: Step
    """The least that the version has to be raised by."""
    reasons: tuple[str, ...] = ()
    """One clause each, the most important first."""

    def __str__(self) -> str:
        """Return it as a clause."""
        return ", ".join(self.reasons) or "nothing has changed"


def between(
    parent: Manifest,
    contents: Contents,
    *,
    access: Access,
    withdrawn: Collection[str] = (),
    bared: int = 0,
) -> Change:
    """Return what a release with these contents changes.

    Args:
        parent: the manifest of the release before.
        contents: of the new one.
        access: whom the new one is for; an open one does not miss what is restricted.
        withdrawn: transcripts that were taken out of all releases; they are missed by nobody.
        bared: how many places stand that the parent hides.
    """
    before, now = parent["transcripts"], contents["transcripts"]
    opened = (parent["ingested"]["access"], access) == ("restricted", "open")
    gone = 0 if opened else len(before.keys() - now.keys() - set(withdrawn))
    new = len(now.keys() - before.keys())
    other = sum(now[id_]["digest"] != before[id_]["digest"] for id_ in now.keys() & before.keys())
    schema = _schema(parent) != _schema(contents)
    major = [
        *(["the tables have other columns"] if schema else []),
        *([f"{bared} places stand that the parent hides"] if bared else []),
        *([_counted(gone, "is gone", "are gone")] if gone else []),
    ]
    minor = [
        *([_counted(new, "is new", "are new")] if new else []),
        *([_counted(other, "reads otherwise", "read otherwise")] if other else []),
    ]
    step: Step = "major" if major else "minor" if minor else "patch"
    return Change(step=step, reasons=(*major, *minor))


def proposed(parent: Manifest | None, change: Change | None) -> Version:
    """Return the version that the change calls for."""
    if parent is None or change is None:
        return FIRST
    return semver.parse(parent["version"]).raised(change.step)


def check(version: str, parent: Manifest, change: Change) -> None:
    """Hold a version to what a release changes.

    Raises:
        ReleaseError: it is not later than the parent's, or too small a step.
    """
    wanted, before = semver.parse(version), semver.parse(parent["version"])
    if wanted.precedence <= before.precedence:
        raise ReleaseError(
            f"{version} is not later than {before}, the release before it",
            remedy=f"release it as {before.raised(change.step)}",
        )
    if STEPS.index(wanted.step_from(before)) < STEPS.index(change.step):
        raise ReleaseError(
            f"{version} is too small a step from {before}: {change}",
            remedy=f"release it as {before.raised(change.step)}",
        )


def _schema(contents: Contents) -> dict[str, object]:
    return {name: table["columns"] for name, table in contents["tables"].items()}


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} transcript {one}" if count == 1 else f"{count} transcripts {many}"
