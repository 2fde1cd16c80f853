"""Releases written again with something taken out, and the list of digests that no longer count.

From the moment that a release is to change, its digest stands in withdrawals.json, and nothing
loads it any more. Killed at any moment, the same call goes on to the end. One that is damaged
stops nothing but itself: the others are written, and the call ends by naming it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import files, semver
from corpus.errors import MachineError, ReleaseError
from corpus.model import Redacted
from corpus.pipeline import parent as parents
from corpus.registry import Registry
from corpus.release import folder, pins, withdrawals
from corpus.release import write as writing
from corpus.release.read import Release
from corpus.release.verify import check_files, read_manifest
from corpus.release.withdrawals import NAME, Recalled, Why, Withdrawals
from corpus.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why releases are written again."""

    why: Why
    transcript_id: str

    def of(self, book: Withdrawals) -> dict[str, Recalled]:
        """Return what was taken back for this, by digest, now or earlier."""
        mine = (self.why, self.transcript_id)
        return {d: r for d, r in book.recalled.items() if (r.why, r.transcript_id) == mine}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reissued:
    """A version from which something was taken out, or is to be."""

    version: str
    old: str
    """The digest that no longer counts."""
    new: str | None
    """The one that stands there now; None where nothing is left, or not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A release that may be concerned and cannot be read."""

    version: str
    digest: str | None
    """None where nobody knows it."""
    reissue: int
    error: ReleaseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """The releases of a workspace, and which of them something concerns."""

    there: dict[str, Release]
    """By version, as they are now; those whose manifest cannot be read are missing."""
    chosen: tuple[Release, ...]
    """Verified, the earliest first."""
    damaged: tuple[Damaged, ...]

    @property
    def planned(self) -> tuple[Reissued, ...]:
        """What is to be written again."""
        return tuple(Reissued(version=r.version, old=r.digest, new=None) for r in self.chosen)

    def refuse_damaged(self) -> None:
        """End what cannot be finished.

        Raises:
            ReleaseError: a release is damaged.
        """
        for one in self.damaged:
            raise ReleaseError(
                f"{one.version} could not be written again, since it is damaged"
                f" ({one.error.problem}); all that could be was",
                path=one.error.path,
                place=one.error.place,
                remedy="restore it from a copy, or delete its folder, then run this again",
            )


def affected(
    workspace: Workspace,
    registry: Registry,
    transcript_id: str,
    concerns: Callable[[Release], bool] = lambda _: True,
) -> Affected:
    """Return which releases that carry a transcript something concerns.

    Raises:
        ReleaseError: one is a link, or not the one that this workspace made.
        MachineError: one cannot be read.
    """
    root = workspace.releases
    book, known = pins.taken_back_from(root), registry.releases()
    carriers = registry.carriers(transcript_id)
    parents.refuse_links(root)
    there: dict[str, Release] = {}
    chosen: list[Release] = []
    damaged: list[Damaged] = []
    for version, path in parents.claimed(root):
        digest = known.get(version)
        try:
            release = Release(path=path, manifest=read_manifest(path))
        except ReleaseError as error:
            if version in carriers or version not in known:
                damaged.append(Damaged(version=version, digest=digest, reissue=1, error=error))
            continue
        if digest not in book.recalled:
            parents.check_known(release, digest)
        there[version] = release
        if transcript_id not in release:
            continue
        try:
            check_files(path, release.manifest)
        except ReleaseError as error:
            reissue = release.manifest["reissue"] + 1
            damaged.append(
                Damaged(version=version, digest=release.digest, reissue=reissue, error=error)
            )
            continue
        if release.digest in book.recalled or concerns(release):
            chosen.append(release)
    return Affected(there=there, chosen=tuple(chosen), damaged=tuple(damaged))


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
    book = _begun(pins.taken_back_from(root), found, cause)
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
        write(root / NAME, withdrawals.render(book), mode=0o644)


def finish(registry: Registry, found: Affected) -> None:
    """Let the database know the digests that the releases have now.

    To be called inside a transaction.
    """
    for version in registry.releases():
        if version in found.there:
            registry.finish_release(version, found.there[version].digest)
        else:
            registry.forget_release(version)


def rows(workspace: Workspace, cause: Cause) -> tuple[Reissued, ...]:
    """Return all that was ever taken back for this, and what stands there now."""
    book = pins.taken_back_from(workspace.releases)
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
