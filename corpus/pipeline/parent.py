"""Which release the next one comes after, and whether folder and database agree on it."""

from __future__ import annotations

from pathlib import Path

from corpus import files, semver
from corpus.errors import MachineError, ReleaseError, WorkspaceError
from corpus.registry import Registry
from corpus.release import targets
from corpus.release.pins import LATEST
from corpus.release.read import Release, load
from corpus.release.step import FIRST
from corpus.semver import Version
from corpus.workspace import Workspace

NONE = "none"
"""What to name instead of a version, to begin anew."""

folders = targets.versions


def settle(workspace: Workspace, registry: Registry, *, withdrawing: str = "") -> None:
    """Find out what became of a release that was begun, and name the latest.

    Args:
        workspace: where the releases are.
        registry: the workspace's.
        withdrawing: the transcript whose withdrawal is under way, if one is.

    Raises:
        WorkspaceError: another withdrawal was not finished.
        ReleaseError: a release that was begun lies there and is damaged.
        MachineError: the disk is full or cannot be read.
    """
    for tombstone in registry.tombstones().values():
        if not tombstone.is_done and tombstone.transcript_id != withdrawing:
            raise WorkspaceError(
                f"the withdrawal of {tombstone.transcript_id} was not finished",
                remedy=f"run `corpus withdraw {tombstone.transcript_id}` again",
            )
    there = folders(workspace.releases)
    with registry.transaction():
        for version, digest in registry.releases().items():
            if digest is None and version in there:
                registry.finish_release(version, load(there[version]).digest)
            elif digest is None:
                registry.forget_release(version)
    if there:
        _name_latest(workspace.releases, list(there)[-1])


def find(workspace: Workspace, registry: Registry, wanted: str | None = None) -> Release | None:
    """Return the release that the next one comes after, None for a first one.

    Args:
        workspace: where its releases are.
        registry: the workspace's.
        wanted: its version, "none" to begin anew; by default the latest.

    Raises:
        ReleaseError: the folders are not those that the database knows, or one is damaged.
        MachineError: it cannot be read.
    """
    there, known = folders(workspace.releases), registry.releases()
    if wanted is None:
        every = sorted({*there, *known}, key=lambda v: semver.parse(v).precedence)
        version = every[-1] if every else None
        if version is None:
            return None
        _check_agreement(version, workspace.releases / version, there, known)
    else:
        version = wanted
        if version != NONE and version not in there:
            remedy = f"name one that is there, or {NONE} to begin anew"
            path = workspace.releases / version
            raise ReleaseError("there is no such release", path=path, remedy=remedy)
        if version == NONE:
            return None
    release = load(there[version])
    if known.get(version, release.digest) != release.digest:
        raise ReleaseError(
            "it is not the release that this workspace made: its digest is another",
            path=release.path,
            remedy="put the folder back as it was made",
        )
    return release


def check_anew(workspace: Workspace, version: str, *, allow_less: bool) -> None:
    """Refuse to begin anew beside releases, but as what says openly that it may show more.

    Raises:
        ReleaseError: so it would be.
    """
    wanted, least = semver.parse(version), anew(workspace)
    if folders(workspace.releases) and not (allow_less and wanted.precedence >= least.precedence):
        raise ReleaseError(
            "there are releases, and one without a parent is not held to what they hide",
            path=workspace.releases,
            remedy=f"leave out --parent {NONE}, or release {least} with --allow-less",
        )


def anew(workspace: Workspace) -> Version:
    """Return the least version that begins anew."""
    there = list(folders(workspace.releases))
    return semver.parse(there[-1]).raised("major") if there else FIRST


def forget_gone(workspace: Workspace, registry: Registry) -> None:
    """Let go of what the database knows of releases whose folders are gone."""
    for gone in registry.releases().keys() - folders(workspace.releases).keys():
        registry.forget_release(gone)


def name_latest(workspace: Workspace) -> None:
    """Write which release is the latest.

    Raises:
        MachineError: the disk is full or cannot be written.
    """
    there = folders(workspace.releases)
    if there:
        _name_latest(workspace.releases, list(there)[-1])
    else:
        (workspace.releases / LATEST).unlink(missing_ok=True)


def _check_agreement(
    version: str, path: Path, there: dict[str, Path], known: dict[str, str | None]
) -> None:
    if version not in there:
        raise ReleaseError(
            "the latest release that this workspace made is not there",
            path=path,
            remedy=f"put the folder back, or name another with --parent VERSION (or {NONE})",
        )
    if version not in known:
        raise ReleaseError(
            "the workspace's database does not know this release, so what it hides is not known",
            path=path,
            remedy="restore the database that made it, or go on from it with"
            f" --parent {version}, unable to tell whether what it hides stays hidden",
        )


def _name_latest(root: Path, version: str) -> None:
    line = f"{version}\n".encode()
    path = root / LATEST
    try:
        if not path.is_file() or path.read_bytes() != line:
            files.replace(path, line, mode=0o644)
    except OSError as error:
        raise MachineError(
            f"{path}: it could not be written ({error.strerror}) - free some space or mend"
            " the folder's permissions, then run `corpus release` again"
        ) from error
