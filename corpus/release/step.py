"""How large a step a release takes from the one before, and whether its version says so; pure."""

from __future__ import annotations

from dataclasses import dataclass

from corpus import semver
from corpus.consent import Access
from corpus.errors import ReleaseError
from corpus.release.manifest import Contents, Manifest, facts
from corpus.release.wording import counted
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
    bared: int = 0,
) -> Change:
    """Return what a release with these contents changes.

    Args:
        parent: the manifest of the release before. What was withdrawn is not in it any more.
        contents: of the new one.
        access: whom the new one is for; an open one does not miss what is restricted.
        bared: how many places stand that the parent hides.
    """
    before, now = parent["transcripts"], contents["transcripts"]
    opened = (parent["ingested"]["access"], access) == ("restricted", "open")
    gone = 0 if opened else len(before.keys() - now.keys())
    new = len(now.keys() - before.keys())
    other = sum(now[id_]["digest"] != before[id_]["digest"] for id_ in now.keys() & before.keys())
    schema = _schema(parent) != _schema(contents)
    standing = counted(bared, "place stands", "places stand")
    major = [
        *(["the tables have other columns"] if schema else []),
        *([f"{standing} that the parent hides"] if bared else []),
        *([_transcripts(gone, "is gone", "are gone")] if gone else []),
    ]
    minor = [
        *([_transcripts(new, "is new", "are new")] if new else []),
        *([_transcripts(other, "reads otherwise", "read otherwise")] if other else []),
    ]
    step: Step = "major" if major else "minor" if minor else "patch"
    return Change(step=step, reasons=(*major, *minor))


def proposed(parent: Manifest, settled: Manifest, change: Change) -> Version:
    """Return the version that the change calls for; arguments are those of `check`."""
    before, since = semver.parse(parent["version"]), semver.parse(settled["version"])
    finished = before.raised(change.step)
    return finished if _is_enough(finished, since, change) else since.raised(change.step)


def check(version: str, parent: Manifest, settled: Manifest, change: Change) -> None:
    """Hold a version to what a release changes.

    Args:
        version: what it is to be called.
        parent: the manifest of the release before.
        settled: that of the last release before which is no pre-release; the parent's where
            there is none. A pre-release that came since excuses no smaller step.
        change: what is other than in that one.

    Raises:
        ReleaseError: it is not later than the parent's, or too small a step.
    """
    wanted, before = semver.parse(version), semver.parse(parent["version"])
    since = semver.parse(settled["version"])
    remedy = f"release it as {proposed(parent, settled, change)}"
    if wanted.precedence <= before.precedence:
        raise ReleaseError(
            f"{version} is not later than {before}, the release before it", remedy=remedy
        )
    if not _is_enough(wanted, since, change):
        raise ReleaseError(f"{version} is too small a step from {since}: {change}", remedy=remedy)


def _is_enough(version: Version, since: Version, change: Change) -> bool:
    return STEPS.index(version.step_from(since)) >= STEPS.index(change.step)


def _schema(contents: Contents) -> dict[str, object]:
    """Return the columns without what is said about them: that may be worded better one day."""
    return {name: facts(table["columns"]) for name, table in contents["tables"].items()}


def _transcripts(count: int, one: str, many: str) -> str:
    return counted(count, f"transcript {one}", f"transcripts {many}")
