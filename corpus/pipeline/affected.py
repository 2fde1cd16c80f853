"""Which releases a withdrawal or a recall concerns, and which of them cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from corpus.errors import ReleaseError
from corpus.pipeline import parent as parents
from corpus.registry import Registry
from corpus.release import manifest as manifests
from corpus.release.read import Release
from corpus.release.verify import check_files
from corpus.release.withdrawals import Recalled, Why, Withdrawals, taken_back_from
from corpus.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why releases are written again."""

    why: Why
    transcript_id: str

    def of(self, book: Withdrawals) -> dict[str, Recalled]:
        """Return what was taken back for this, by digest, now or earlier."""
        return book.because(self.why, self.transcript_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reissued:
    """A version from which something was taken out."""

    version: str
    old: str
    """The digest that no longer counts."""
    new: str | None
    """The one that stands there now; None where nothing does."""


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
    absent: Mapping[str, str]
    """Digests, by version, of those whose folders are gone: a copy must not count either."""

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
    cause: Cause,
    concerns: Callable[[Release], bool] = lambda _: True,
    concerns_absent: Callable[[str], bool] = lambda _: True,
) -> Affected:
    """Return which releases that carry a transcript something concerns.

    Args:
        workspace: where they are.
        registry: the workspace's.
        cause: why, and which transcript.
        concerns: whether one that carries it is meant.
        concerns_absent: whether a version that carried it is, whose folder is gone.

    Raises:
        ReleaseError: one is a link, not the one that this workspace made, or was taken back before.
        MachineError: one cannot be read.
    """
    root, transcript_id = workspace.releases, cause.transcript_id
    book, known = taken_back_from(root), registry.releases()
    begun = cause.of(book)
    others = Withdrawals(recalled={d: r for d, r in book.recalled.items() if d not in begun})
    carriers = registry.releases_with(transcript_id)
    parents.refuse_links(root)
    there: dict[str, Release] = {}
    chosen: list[Release] = []
    damaged: list[Damaged] = []
    for version, path in parents.claimed(root):
        digest = known.get(version)
        try:
            release = Release(path=path, manifest=manifests.read(path))
        except ReleaseError as error:
            if version in carriers or version not in known:
                damaged.append(Damaged(version=version, digest=digest, reissue=1, error=error))
            continue
        others.refuse(release.digest, path)
        if digest not in begun:
            parents.check_known(release, digest, book)
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
        if release.digest in begun or concerns(release):
            chosen.append(release)
    gone = carriers.keys() - dict(parents.claimed(root)).keys()
    absent = {v: d for v, d in carriers.items() if v in gone and concerns_absent(v)}
    return Affected(there=there, chosen=tuple(chosen), damaged=tuple(damaged), absent=absent)
