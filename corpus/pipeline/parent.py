"""Which release the next one comes after, and whether folder and database agree on it."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

from corpus import files, semver
from corpus.errors import MachineError, ReleaseError, WorkspaceError
from corpus.pipeline.forgotten import forgotten
from corpus.registry import Registry
from corpus.release import folder, targets
from corpus.release import manifest as manifests
from corpus.release.pins import LATEST
from corpus.release.read import Release, load
from corpus.release.step import FIRST
from corpus.release.withdrawals import Withdrawals, again
from corpus.semver import Version
from corpus.workspace import Workspace

NONE = "none"
"""What to name instead of a version, to begin anew."""

_NOTHING = Withdrawals()

folders = targets.versions


def settle(
    workspace: Workspace,
    registry: Registry,
    *,
    withdrawing: str = "",
    recalling: tuple[str, str] | None = None,
) -> None:
    """Find out what became of what was begun, tidy up after it, and name the latest release.

    Args:
        workspace: where the releases are.
        registry: the workspace's.
        withdrawing: the transcript whose withdrawal is under way, if one is.
        recalling: the transcript and the folded text whose recall is, if one is.

    Raises:
        WorkspaceError: another withdrawal or recall was not finished, or is not known here.
        ReleaseError: a release that was begun lies there and is damaged, or a version is a link.
        MachineError: the disk is full or cannot be read.
    """
    _refuse_unfinished(registry, withdrawing, recalling)
    if not withdrawing and recalling is None:
        _refuse_forgotten(workspace, registry)
    refuse_links(workspace.releases)
    folder.recover(workspace.releases)
    there = folders(workspace.releases)
    with registry.transaction():
        for version, digest in registry.releases().items():
            if digest is None and version in there:
                registry.finish_release(version, load(there[version]).digest)
            elif digest is None:
                registry.forget_release(version)
    if there:
        _name_latest(workspace.releases, list(there)[-1])


def _refuse_unfinished(
    registry: Registry, withdrawing: str, recalling: tuple[str, str] | None
) -> None:
    for tombstone in registry.tombstones().values():
        id_ = tombstone.transcript_id
        if not tombstone.is_done and id_ != withdrawing:
            raise WorkspaceError(
                f"the withdrawal of {id_} was not finished",
                remedy=again("withdrawal", id_),
            )
    for mention in registry.recalls():
        id_ = mention.transcript_id
        if not mention.is_done and (id_, mention.text) != recalling:
            raise WorkspaceError(
                f"the recall of a mention in {id_} was not finished",
                remedy=f"run `corpus recall {id_}`: without --text it goes on with that",
            )


def _refuse_forgotten(workspace: Workspace, registry: Registry) -> None:
    for one in forgotten(workspace, registry):
        raise WorkspaceError(f"{one.told}, and the database is from before that", remedy=one.remedy)


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
    check_known(release, known.get(version))
    return release


def check_known(release: Release, digest: str | None, book: Withdrawals = _NOTHING) -> None:
    """Refuse a release that has another digest than the database knows of its version.

    Args:
        release: the release.
        digest: what the database knows; None of one that was made elsewhere, or only begun.
        book: what was taken back: what stands in its place will do.

    Raises:
        ReleaseError: it has another.
    """
    taken_back = book.recalled.get(digest or "")
    instead = taken_back.by if taken_back else None
    if digest is not None and release.digest not in (digest, instead):
        raise ReleaseError(
            "it is not the release that this workspace made: its digest is another",
            path=release.path,
            remedy="put the folder back as it was made",
        )


def refuse_links(root: Path) -> None:
    """Refuse links with the name of a version: what they lead to is not ours to change.

    Raises:
        ReleaseError: there is one.
    """
    for _, path in claimed(root):
        if path.is_symlink():
            raise ReleaseError(
                "it is a symbolic link, not a folder",
                path=path,
                remedy="put the folder itself there, or take the link away",
            )


def check_whole(root: Path) -> None:
    """Refuse a folder with the name of a version that is none, so that none is passed over.

    Raises:
        ReleaseError: it has no manifest, or is a link.
    """
    refuse_links(root)
    for _, path in claimed(root):
        manifests.read(path)


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


def changes_latest(root: Path, gone: Collection[str]) -> bool:
    """Tell whether `name_latest` has something to do once some versions are gone."""
    left = [version for version in folders(root) if version not in gone]
    return not _says(root / LATEST, left[-1]) if left else os.path.lexists(root / LATEST)


def claimed(root: Path) -> list[tuple[str, Path]]:
    """Return what has the name of a version, whatever it is, the earliest first."""
    paths = root.iterdir() if root.is_dir() else ()
    found = ((path.name, path) for path in paths if semver.is_version(path.name))
    return sorted(found, key=lambda pair: semver.parse(pair[0]).precedence)


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


def _says(path: Path, version: str) -> bool:
    try:
        return path.is_file() and path.read_bytes() == _line(version)
    except OSError:
        return False


def _line(version: str) -> bytes:
    return f"{version}\n".encode()


def _name_latest(root: Path, version: str) -> None:
    path = root / LATEST
    if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
        raise ReleaseError(
            "it is not a regular file",
            path=path,
            remedy="take it away and run this again: it is written anew",
        )
    try:
        if not _says(path, version):
            files.replace(path, _line(version), mode=0o644)
    except OSError as error:
        raise MachineError(
            f"{path}: it could not be written ({error.strerror}) - free some space or mend"
            " the folder's permissions, then run this again"
        ) from error
