"""A mention that slipped through, hidden in every release and from then on."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import WorkspaceError
from corpus.model import Hidden, Label, Redacted
from corpus.pipeline import parent as parents
from corpus.pipeline import reissuing
from corpus.pipeline.reissuing import Reissued
from corpus.redact import afterwards
from corpus.registry import Registry
from corpus.release import folder
from corpus.release.read import Release
from corpus.surfaces import Concordance
from corpus.workspace import Workspace

_HEADER = ["transcript_id", "label", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What a recall did, or would do."""

    transcript_id: str
    places: int
    """Where the text stands in the raw transcript."""
    versions: tuple[Reissued, ...]
    notice: Path | None
    """A draft of what to tell those who hold a copy."""


def recall(
    workspace: Workspace, transcript_id: str, text: str, *, label: Label, dry_run: bool = False
) -> Recall:
    """Hide a text wherever it stands in a transcript, in every release that shows it.

    It goes into the roster as well, so that releases to come hide it; one that would not is
    stopped. Killed at any moment, the same call goes on to the end.

    Args:
        workspace: where the transcript is.
        transcript_id: which one.
        text: what slipped through; any case of it counts.
        label: what it is.
        dry_run: change nothing.

    Raises:
        WorkspaceError: there is no such transcript, or the text does not stand in it.
        ReleaseError: a release that shows it is damaged.
        MachineError: the disk is full, or another process works here.
    """

    def shows(release: Release) -> bool:
        return transcript_id in release and bool(afterwards.standing(release[transcript_id], text))

    def hide(transcript: Redacted) -> Redacted:
        mine = transcript.transcript_id == transcript_id
        return afterwards.hide(transcript, text, label) if mine else transcript

    begun = workspace.private / parents.RECALLING
    mine = json.dumps({"transcript_id": transcript_id, "label": label, "text": text}).encode()
    with workspace.lock(), workspace.registry() as registry:
        goes_on = begun.exists() and begun.read_bytes() == mine
        found = _found(registry, transcript_id, text, label)
        if not found and not goes_on:
            raise WorkspaceError(
                f"the text does not stand in {transcript_id}",
                remedy="write it as `corpus show` has it, in whole words",
            )
        if not dry_run:
            folder.recover(workspace.releases)
        chosen = reissuing.affected(workspace.releases, registry, shows)
        if dry_run:
            planned = (Reissued(version=r.version, old=r.digest, new=None) for r in chosen)
            return Recall(
                transcript_id=transcript_id,
                places=len(found),
                versions=tuple(planned),
                notice=None,
            )
        parents.settle(workspace, registry, recalling=mine)
        reissuing.write(begun, mine, mode=0o600)
        _into_roster(workspace, [transcript_id, label, text])
        with registry.transaction():
            registry.hide_too(transcript_id, found)
        versions = reissuing.take_back(workspace, registry, chosen, hide, why="recall")
        told = (
            "A mention was recalled",
            f"A mention in {transcript_id} of {workspace.config.name} should have been hidden.",
        )
        notice = reissuing.notice(workspace, f"recalled-{transcript_id}.md", told, versions)
        reissuing.finish(workspace, registry)
        begun.unlink()
    return Recall(transcript_id=transcript_id, places=len(found), versions=versions, notice=notice)


def _found(registry: Registry, transcript_id: str, text: str, label: Label) -> tuple[Hidden, ...]:
    transcript = registry.transcript(transcript_id)
    spans = Concordance(transcript).occurrences(text)
    return tuple(
        Hidden(span=span, label=label, surface=transcript.text_of(span), shown=f"[{label}]")
        for span in spans
    )


def _into_roster(workspace: Workspace, row: list[str]) -> None:
    """Add a row to the roster, once."""
    path = workspace.root / workspace.config.roster
    old = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    rows = list(csv.reader(io.StringIO(old, newline=""))) or [_HEADER]
    cells = dict(zip(_HEADER, row, strict=True))
    new = [cells.get(name, "") for name in rows[0]]
    if new not in rows:
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows([*rows, new])
        reissuing.write(path, out.getvalue().encode(), mode=0o600)
