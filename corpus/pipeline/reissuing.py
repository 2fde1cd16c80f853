"""Releases written again with something taken out, and the list of digests that no longer count.

From the moment that a release is to change, its digest stands in withdrawals.json, and nothing
loads it any more. Killed at any moment, the same call goes on to the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from corpus import files, semver
from corpus.errors import MachineError
from corpus.model import Redacted
from corpus.pipeline import parent as parents
from corpus.registry import Registry
from corpus.release import folder, pins, withdrawals
from corpus.release import write as writing
from corpus.release.manifest import Manifest
from corpus.release.read import Release
from corpus.release.verify import check_files, read_manifest
from corpus.release.withdrawals import NAME, Recalled, Why, Withdrawals
from corpus.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Reissued:
    """A version from which something was taken out, or is to be."""

    version: str
    old: str
    """The digest that no longer counts."""
    new: str | None
    """The one that stands there now; None where nothing is left, or not yet."""


def affected(
    root: Path, registry: Registry, concerns: Callable[[Release], bool]
) -> tuple[Release, ...]:
    """Return the verified releases in a folder that something concerns, the earliest first.

    Raises:
        ReleaseError: one of them is damaged, or one that lies there is not as it was made.
        MachineError: one cannot be read.
    """
    book, known = pins.taken_back_from(root), registry.releases()
    parents.check_whole(root)
    found = []
    for version, release in _releases(root):
        if known.get(version) not in book.recalled:
            parents.check_known(release, known.get(version))
        if concerns(release):
            check_files(release.path, release.manifest)
            found.append(release)
    return tuple(found)


def take_back(
    workspace: Workspace,
    registry: Registry,
    chosen: Sequence[Release],
    change: Callable[[Redacted], Redacted | None],
    *,
    why: Why,
    withdrawn: Iterable[str] = (),
    absent: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Reissued, ...]:
    """Write the releases again, and say of all that were taken back for this what stands there.

    `finish` has to follow, once holders can be told: the same call says the same until then.

    Args:
        workspace: whose releases they are.
        registry: the workspace's.
        chosen: the releases, the earliest first.
        change: what becomes of each of their transcripts.
        why: what holders are told.
        withdrawn: transcripts that are in no release any more.
        absent: digests, by version, of releases that are concerned and whose folders are gone;
            a copy that is put back must not count either.

    Raises:
        MachineError: the disk is full or cannot be written.
    """
    root = workspace.releases
    old = {
        r.digest: Recalled(version=r.version, reissue=r.manifest["reissue"] + 1, by=None, why=why)
        for r in chosen
    }
    book = pins.taken_back_from(root)
    begun = book.recalled.keys() & registry.releases().values()
    lost = {d: Recalled(version=v, reissue=1, by=None, why=why) for v, d in absent.items()}
    book = Withdrawals(
        recalled={**lost, **book.recalled, **old},
        withdrawn=tuple(sorted({*book.withdrawn, *withdrawn})),
    )
    _keep(root, book)
    for release in chosen:
        left = any(change(transcript) is not None for transcript in release)
        if left:
            writing.reissue(release, change, _parent_now(root, release.manifest))
        else:
            folder.removed(release.path)
    book = _complete(root, book)
    _keep(root, book)
    parents.name_latest(workspace)
    done = (
        Reissued(version=book.recalled[digest].version, old=digest, new=book.recalled[digest].by)
        for digest in begun | lost.keys() | old.keys()
    )
    return tuple(sorted(done, key=lambda r: semver.parse(r.version).precedence))


def _keep(root: Path, book: Withdrawals) -> None:
    if book.recalled or root.is_dir():
        root.mkdir(exist_ok=True)
        write(root / NAME, withdrawals.render(book), mode=0o644)


def _complete(root: Path, book: Withdrawals) -> Withdrawals:
    """Let every digest that no longer counts lead to what stands there now."""
    now = {version: release.digest for version, release in _releases(root)}
    return replace(
        book,
        recalled={
            digest: replace(r, by=now.get(r.version) if now.get(r.version) != digest else None)
            for digest, r in book.recalled.items()
        },
    )


def finish(workspace: Workspace, registry: Registry) -> None:
    """Let the database know the digests that the releases have now.

    Raises:
        MachineError: the disk is full or cannot be written.
    """
    there = dict(_releases(workspace.releases))
    with registry.transaction():
        for version in registry.releases():
            if version in there:
                registry.finish_release(version, there[version].digest)
            else:
                registry.forget_release(version)


def _releases(root: Path) -> Iterator[tuple[str, Release]]:
    """Yield all releases by version, those too that no longer count."""
    there = dict(parents.folders(root))
    for version in sorted(there, key=lambda v: semver.parse(v).precedence):
        path = there[version]
        yield version, Release(path=path, manifest=read_manifest(path))


def _parent_now(root: Path, manifest: Manifest) -> Release | None:
    """Return a release's parent as it is now; None where it is not there."""
    parent = manifest["parent"]
    return dict(_releases(root)).get(parent["version"]) if parent else None


def notice(
    workspace: Workspace, name: str, told: Sequence[str], versions: Sequence[Reissued]
) -> Path:
    """Draft what to tell those who hold a copy, in private/, and return where it lies.

    One that is there stays where there is nothing more to tell.

    Args:
        workspace: whose releases they are.
        name: of the file.
        told: a heading, and lines of what happened.
        versions: what was taken back.

    Raises:
        MachineError: the disk is full or cannot be written.
    """
    heading, *lines = told
    text = [
        f"# {heading}",
        "",
        *lines,
        "Please delete every copy that you hold of the versions below, and take what stands in",
        "their place. They differ in this alone.",
        "",
        "| version | no longer counts | take instead |",
        "| --- | --- | --- |",
        *(f"| {v.version} | `{v.old}` | `{v.new or 'nothing'}` |" for v in versions),
        "",
        "`corpus.load` and `corpus verify` refuse the old digests; `withdrawals.json` beside the",
        "releases lists them.",
        "",
    ]
    path = workspace.private / name
    if versions or not path.exists():
        write(path, "\n".join(text).encode(), mode=0o600)
    return path


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
