"""A participant's transcript taken out of everything: each release, the database, the numbering.

Killed at any moment, the same call goes on to the end. From the moment that a release is to
change, its digest stands in withdrawals.json, and nothing loads it any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import files, semver
from corpus.errors import MachineError, WorkspaceError
from corpus.pipeline import parent as parents
from corpus.registry import Registry
from corpus.release import folder, pins, withdrawals
from corpus.release import write as writing
from corpus.release.manifest import Manifest
from corpus.release.read import Release
from corpus.release.verify import check_files, read_manifest
from corpus.release.withdrawals import NAME, Recalled, Withdrawals
from corpus.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Reissued:
    """A version from which a transcript was taken out, or is to be."""

    version: str
    old: str
    """The digest that no longer counts."""
    new: str | None
    """The one that stands there now; None where nothing is left, or not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What a withdrawal did, or would do."""

    transcript_id: str
    versions: tuple[Reissued, ...]
    remains: tuple[str, ...]
    """What only the steward can do, one clause each."""
    notice: Path | None
    """A draft of what to tell those who hold a copy."""


def withdraw(
    workspace: Workspace, transcript_id: str, *, reason: str, dry_run: bool = False
) -> Withdrawal:
    """Take a transcript out of every release and erase what the workspace knows of it.

    Its ID is never given again, and its text is not taken a second time.

    Args:
        workspace: where it is.
        transcript_id: which one.
        reason: the steward's own words, kept in private.
        dry_run: change nothing.

    Raises:
        WorkspaceError: there is no such transcript.
        ReleaseError: a release that carries it is damaged.
        MachineError: the disk is full, or another process works here.
    """
    with workspace.lock(), workspace.registry() as registry:
        _check_known(registry, transcript_id)
        root = workspace.releases
        if dry_run:
            return Withdrawal(
                transcript_id=transcript_id,
                versions=tuple(
                    Reissued(version=r.version, old=r.digest, new=None)
                    for r in _carrying(root, transcript_id)
                ),
                remains=_remains(workspace, transcript_id),
                notice=None,
            )
        folder.recover(root)
        with registry.transaction():
            registry.begin_withdrawal(transcript_id, reason)
        parents.settle(workspace, registry, withdrawing=transcript_id)
        done = _take_out(root, registry, transcript_id)
        parents.name_latest(workspace)
        notice = _notice(workspace, transcript_id, done)
        remains = _remains(workspace, transcript_id)
        registry.erase(transcript_id)
    return Withdrawal(transcript_id=transcript_id, versions=done, remains=remains, notice=notice)


def _check_known(registry: Registry, transcript_id: str) -> None:
    tombstone = registry.tombstones().get(transcript_id)
    if tombstone is not None and tombstone.is_done:
        raise WorkspaceError(
            f"{transcript_id} was withdrawn already", remedy="`corpus list` shows the IDs there are"
        )
    if tombstone is None:
        registry.transcript(transcript_id)


def _take_out(root: Path, registry: Registry, transcript_id: str) -> tuple[Reissued, ...]:
    """Reissue every version that carries the transcript, the earliest first."""
    path = root / NAME
    carrying = list(_carrying(root, transcript_id))
    book = pins.taken_back_from(root)
    book = Withdrawals(
        recalled={
            **book.recalled,
            **{
                r.digest: Recalled(
                    version=r.version,
                    reissue=r.manifest["reissue"] + 1,
                    by=None,
                    why="withdrawal",
                )
                for r in carrying
            },
        },
        withdrawn=tuple(sorted({*book.withdrawn, transcript_id})),
    )
    if root.is_dir():
        _write(path, withdrawals.render(book), mode=0o644)
    for release in carrying:
        if len(release) > 1:
            writing.reissue(release, [transcript_id], _parent_now(root, release.manifest))
        else:
            folder.removed(release.path)
    book = _complete(root, book)
    if root.is_dir():
        _write(path, withdrawals.render(book), mode=0o644)
    with registry.transaction():
        for version, release in _releases(root):
            if version in registry.releases():
                registry.finish_release(version, release.digest)
        for version in registry.releases().keys() - dict(_releases(root)).keys():
            registry.forget_release(version)
    return tuple(
        Reissued(version=recalled.version, old=digest, new=recalled.by)
        for digest, recalled in book.recalled.items()
        if digest in {r.digest for r in carrying} or _is_of(root, recalled, transcript_id)
    )


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


def _is_of(root: Path, recalled: Recalled, transcript_id: str) -> bool:
    """Tell whether a version was reissued for this transcript before a kill."""
    there = dict(_releases(root)).get(recalled.version)
    return there is not None and transcript_id in there.manifest["withdrawals"]


def _carrying(root: Path, transcript_id: str) -> Iterator[Release]:
    """Yield the verified releases that carry a transcript, the earliest first."""
    for _, release in _releases(root):
        if transcript_id in release:
            check_files(release.path, release.manifest)
            yield release


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


def _remains(workspace: Workspace, transcript_id: str) -> tuple[str, ...]:
    """Return what this program cannot take out, for the steward to see to."""
    private = workspace.private
    copies = [*private.glob("workspace.db.v*"), *private.glob("before-restore")]
    ours = {"key", "lock", "workspace.db", "workspace.db-wal", "workspace.db-shm", ".gitignore"}
    notices = {p.name for p in private.glob("withdrawn-*.md")}
    others = [p for p in sorted(private.iterdir()) if p.name not in ours | notices]
    roster = workspace.roster
    named = roster is not None and transcript_id.encode() in roster.read_bytes()
    return (
        "the interview's own files, wherever they were read from",
        "every backup of this workspace: to restore one brings the interview back",
        *(f"{path}: a copy with raw transcripts" for path in copies),
        *([f"{roster}: it has rows for {transcript_id}"] if named else []),
        *(f"{path}: look whether it quotes the interview" for path in others if path not in copies),
        "copies of the releases that others hold: send them the notice",
    )


def _notice(workspace: Workspace, transcript_id: str, versions: Sequence[Reissued]) -> Path:
    """Draft what to tell those who hold a copy."""
    lines = [
        "# A transcript was withdrawn",
        "",
        f"The participant of {transcript_id} has withdrawn from {workspace.config.name}. Please",
        "delete every copy that you hold of the versions below, and what you derived from this",
        "transcript, and take the version that stands in its place. It differs in this alone.",
        "",
        "| version | no longer counts | take instead |",
        "| --- | --- | --- |",
        *(f"| {v.version} | `{v.old}` | `{v.new or 'nothing'}` |" for v in versions),
        "",
        "`corpus.load` and `corpus verify` refuse the old digests; `withdrawals.json` beside the",
        "releases lists them.",
        "",
    ]
    path = workspace.private / f"withdrawn-{transcript_id}.md"
    _write(path, "\n".join(lines).encode(), mode=0o600)
    return path


def _write(path: Path, data: bytes, *, mode: int) -> None:
    try:
        files.replace(path, data, mode=mode)
    except OSError as error:
        raise MachineError(
            f"{path}: it could not be written ({error.strerror}) - free some space or mend"
            " the folder's permissions, then run this again"
        ) from error
