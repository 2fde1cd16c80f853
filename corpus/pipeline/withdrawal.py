"""A participant's transcript taken out of everything: each release, the database, the numbering."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.errors import WorkspaceError
from corpus.model import Redacted
from corpus.pipeline import parent as parents
from corpus.pipeline import reissuing
from corpus.pipeline.reissuing import Reissued
from corpus.registry import Registry
from corpus.release import folder
from corpus.workspace import Workspace


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

    Its ID is never given again, and its text is not taken a second time. Killed at any moment,
    the same call goes on to the end.

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

    def without(transcript: Redacted) -> Redacted | None:
        return None if transcript.transcript_id == transcript_id else transcript

    with workspace.lock(), workspace.registry() as registry:
        _check_known(registry, transcript_id)
        if not dry_run:
            folder.recover(workspace.releases)
        chosen = reissuing.affected(
            workspace.releases, registry, lambda release: transcript_id in release
        )
        there = dict(parents.folders(workspace.releases))
        absent = {
            version: digest
            for version, digest in registry.releases_with(transcript_id).items()
            if version not in there
        }
        remains = _remains(workspace, transcript_id)
        if dry_run:
            concerned = {**absent, **{r.version: r.digest for r in chosen}}
            planned = (Reissued(version=v, old=d, new=None) for v, d in concerned.items())
            return Withdrawal(
                transcript_id=transcript_id, versions=tuple(planned), remains=remains, notice=None
            )
        parents.settle(workspace, registry, withdrawing=transcript_id)
        with registry.transaction():
            registry.begin_withdrawal(transcript_id, reason)
        versions = reissuing.take_back(
            workspace,
            registry,
            chosen,
            without,
            why="withdrawal",
            withdrawn=[transcript_id],
            absent=absent,
        )
        told = (
            "A transcript was withdrawn",
            f"The participant of {transcript_id} has withdrawn from {workspace.config.name}.",
            "Please also delete what you derived from this transcript.",
        )
        notice = reissuing.notice(workspace, f"withdrawn-{transcript_id}.md", told, versions)
        reissuing.finish(workspace, registry)
        registry.erase(transcript_id)
    return Withdrawal(
        transcript_id=transcript_id, versions=versions, remains=remains, notice=notice
    )


def _check_known(registry: Registry, transcript_id: str) -> None:
    tombstone = registry.tombstones().get(transcript_id)
    if tombstone is not None and tombstone.is_done:
        raise WorkspaceError(
            f"{transcript_id} was withdrawn already", remedy="`corpus list` shows the IDs there are"
        )
    if tombstone is None:
        registry.transcript(transcript_id)


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
