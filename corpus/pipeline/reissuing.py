"""Releases written again with something taken out, and the list of digests that no longer count.

From the moment that a release is to change, its digest stands in withdrawals.json, and nothing
loads it any more. Killed at any moment, the same call goes on to the end. One that is damaged
stops nothing but itself: the others are written, and the call ends by naming it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from corpus import files, semver
from corpus.errors import MachineError, ReleaseError
from corpus.model import Redacted
from corpus.pipeline import parent as parents
from corpus.pipeline.affected import Affected, Cause, Reissued
from corpus.registry import Registry
from corpus.release import folder, withdrawals
from corpus.release import write as writing
from corpus.release.read import Release
from corpus.release.verify import check_files
from corpus.release.withdrawals import NAME, Recalled, Withdrawals
from corpus.workspace import Workspace


def take_back(
    workspace: Workspace,
    registry: Registry,
    found: Affected,
    change: Callable[[Redacted], Redacted | None],
    cause: Cause,
) -> tuple[Reissued, ...]:
    """Write the releases again, and say of all that were taken back for this what stands there.

    `finish` has to follow, once holders can be told: the same call says the same until then.

    Args:
        workspace: whose releases they are.
        registry: the workspace's.
        found: what `affected` found.
        change: what becomes of each of their transcripts.
        cause: what holders are told.

    Raises:
        MachineError: the disk is full or cannot be written.
    """
    root, there = workspace.releases, found.there
    book = _begun(withdrawals.taken_back_from(root), found, cause)
    _keep(root, book)
    spoilt = {d.version for d in found.damaged}
    for release in found.chosen:
        if any(change(transcript) is not None for transcript in release):
            before = _parent(there, release, spoilt)
            manifest = writing.reissue(release, change, before)
            there[release.version] = Release(path=release.path, manifest=manifest)
        else:
            folder.removed(release.path)
            del there[release.version]
    now = {version: release.digest for version, release in there.items()}
    recalled = {
        digest: replace(r, by=now.get(r.version) if now.get(r.version) != digest else None)
        for digest, r in book.recalled.items()
    }
    _keep(root, replace(book, recalled=recalled))
    parents.name_latest(workspace)
    begun = {*registry.releases().values(), *(r.digest for r in found.chosen)}
    done = rows(workspace, cause)
    return tuple(row for row in done if row.old in begun)


def _begun(book: Withdrawals, found: Affected, cause: Cause) -> Withdrawals:
    """Return the book with all that no longer counts from now on."""
    digests = [(r.version, r.digest, r.manifest["reissue"] + 1) for r in found.chosen]
    digests += [(d.version, d.digest, d.reissue) for d in found.damaged if d.digest]
    digests += [(version, digest, 1) for version, digest in found.absent.items()]
    old = {
        digest: Recalled(
            version=version,
            reissue=reissue,
            by=None,
            why=cause.why,
            transcript_id=cause.transcript_id,
        )
        for version, digest, reissue in digests
    }
    book = replace(book, recalled={**old, **book.recalled})
    if cause.why == "withdrawal" and cause.of(book):
        return replace(book, withdrawn=tuple(sorted({*book.withdrawn, cause.transcript_id})))
    return book


def _parent(
    there: Mapping[str, Release], release: Release, spoilt: Iterable[str]
) -> Release | None:
    """Return a release's parent as it is now; None where it is not there, or damaged."""
    named = release.manifest["parent"]
    found = there.get(named["version"]) if named else None
    if found is None or found.version in spoilt:
        return None
    try:
        check_files(found.path, found.manifest)
    except ReleaseError:
        return None
    return found


def _keep(root: Path, book: Withdrawals) -> None:
    if book.recalled:
        root.mkdir(exist_ok=True)
        write(root / NAME, withdrawals.render(book), mode=0o644)


def finish(registry: Registry, found: Affected) -> None:
    """Let the database know the digests that the releases have now.

    To be called inside a transaction.
    """
    known = registry.releases()
    for version, release in found.there.items():
        if version in known:
            registry.finish_release(version, release.digest)
    removed = {r.version for r in found.chosen} - found.there.keys()
    for version in removed | found.absent.keys():
        registry.forget_release(version)


def rows(workspace: Workspace, cause: Cause) -> tuple[Reissued, ...]:
    """Return all that was ever taken back for this, and what stands there now."""
    book = withdrawals.taken_back_from(workspace.releases)
    mine = sorted(cause.of(book).items(), key=lambda item: _order(item[1]))
    return tuple(Reissued(version=r.version, old=digest, new=r.by) for digest, r in mine)


def _order(recalled: Recalled) -> tuple[object, ...]:
    return (semver.parse(recalled.version).precedence, recalled.reissue)


def write(path: Path, data: bytes, *, mode: int) -> None:
    """Write a file whole or not at all.

    Raises:
        MachineError: the disk is full or cannot be written.
    """
    try:
        files.replace(path, data, mode=mode)
    except OSError as error:
        raise MachineError(
            f"{path}: it could not be written ({error.strerror}) - free some space or mend"
            " the folder's permissions, then run this again"
        ) from error
