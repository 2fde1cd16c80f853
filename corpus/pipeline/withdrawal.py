"""A participant's transcript taken out of everything: each release, the database, the numbering."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.errors import WorkspaceError
from corpus.model import Redacted
from corpus.pipeline import notice, reissuing
from corpus.pipeline import parent as parents
from corpus.pipeline.affected import Affected, Cause, Reissued, affected
from corpus.pipeline.copies import copies
from corpus.pipeline.plan import Plan, plan
from corpus.registry import Registry
from corpus.release.withdrawals import NAME
from corpus.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What a withdrawal did, or would do."""

    transcript_id: str
    plan: Plan
    versions: tuple[Reissued, ...]
    """What was done; nothing in a dry run."""
    remains: tuple[str, ...]
    """What only the steward can do, one clause each."""
    notice: Path | None
    """A draft of what to tell those who hold a copy; None where nobody does."""


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
        WorkspaceError: there is no such transcript, or something else was not finished.
        ReleaseError: a release that carries it is damaged, all others are done; or one is a link,
            or not the one that was made here, and nothing is.
        MachineError: the disk is full, or another process works here.
    """

    def without(transcript: Redacted) -> Redacted | None:
        return None if transcript.transcript_id == transcript_id else transcript

    with workspace.lock(), workspace.registry() as registry:
        _check_known(registry, transcript_id)
        if not dry_run:
            parents.settle(workspace, registry, withdrawing=transcript_id)
        cause = Cause(why="withdrawal", transcript_id=transcript_id)
        found = affected(workspace, registry, cause)
        planned = plan(workspace, found, cause)
        remains = _remains(workspace, cause, found, planned)
        if dry_run:
            return Withdrawal(
                transcript_id=transcript_id,
                plan=planned,
                versions=(),
                remains=remains,
                notice=planned.notice,
            )
        with registry.transaction():
            registry.begin_withdrawal(transcript_id, reason)
        versions = reissuing.take_back(workspace, registry, found, without, cause)
        told = (
            "A transcript was withdrawn",
            f"The participant of {transcript_id} has withdrawn from {workspace.config.name}.",
            "Please also delete what you derived from this transcript.",
        )
        drafted = notice.draft(workspace, cause, told)
        found.refuse_damaged()
        with registry.transaction():
            reissuing.finish(registry, found)
        registry.erase(transcript_id)
    return Withdrawal(
        transcript_id=transcript_id,
        plan=planned,
        versions=versions,
        remains=remains,
        notice=drafted,
    )


def _check_known(registry: Registry, transcript_id: str) -> None:
    tombstone = registry.tombstones().get(transcript_id)
    if tombstone is not None and tombstone.is_done:
        raise WorkspaceError(
            f"{transcript_id} was withdrawn already", remedy="`corpus list` shows the IDs there are"
        )
    if tombstone is None:
        registry.transcript(transcript_id)


def _remains(workspace: Workspace, cause: Cause, found: Affected, planned: Plan) -> tuple[str, ...]:
    """Return what this program cannot take out, for the steward to see to."""
    private, id_ = workspace.private, cause.transcript_id
    stores = {*private.glob("workspace.db.v*"), *private.glob("before-restore")}
    ours = {"key", "lock", "workspace.db", "workspace.db-wal", "workspace.db-shm", ".gitignore"}
    notices = {p.name for p in private.glob("withdrawn-*.md")}
    others = [p for p in sorted(private.iterdir()) if p.name not in ours | notices]
    roster = workspace.roster
    named = roster is not None and roster.is_file() and id_.encode() in roster.read_bytes()
    book = workspace.releases / NAME
    published = planned.versions or reissuing.rows(workspace, cause)
    return (
        "the interview's own files, wherever they were read from",
        "every backup of this workspace: to restore one brings the interview back",
        *(f"{path}: a copy with raw transcripts" for path in sorted(stores)),
        *(f"{path}: look whether it quotes the interview" for path in others if path not in stores),
        *([f"{roster}: it has rows for {id_}"] if named else []),
        *(f"{path}: it may hold the transcript" for path in copies(workspace, id_, found.chosen)),
        *([f"copies that others hold: send them the notice and {book}"] if published else []),
    )
