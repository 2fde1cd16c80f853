"""A draft of what to tell those who hold a copy of a release that no longer counts."""

from __future__ import annotations

from collections.abc import Container, Sequence
from pathlib import Path

from corpus.pipeline import parent as parents
from corpus.pipeline import reissuing
from corpus.pipeline.affected import Cause, Reissued
from corpus.workspace import Workspace


def draft(workspace: Workspace, cause: Cause, told: Sequence[str]) -> Path | None:
    """Write it into private/ and return where it lies; None where nobody holds anything.

    It lists all that was ever taken back for the cause, so that a later one does not lose what
    an earlier one said.

    Args:
        workspace: whose releases they are.
        cause: why they no longer count.
        told: a heading, and lines of what happened.

    Raises:
        MachineError: the disk is full or cannot be written.
    """
    versions = reissuing.rows(workspace, cause)
    if not versions:
        return None
    heading, *lines = told
    there = dict(parents.claimed(workspace.releases))
    text = [
        f"# {heading}",
        "",
        *lines,
        "Please delete every copy that you hold of the versions below, and take what stands in",
        "their place. They differ in this alone.",
        "",
        "| version | no longer counts | take instead |",
        "| --- | --- | --- |",
        *(f"| {v.version} | `{v.old}` | {_instead(v, there)} |" for v in versions),
        "",
        "The new `withdrawals.json` comes with this. Once it lies beside the folder that you hold",
        "(`releases/withdrawals.json` beside `releases/1.0.0`), `corpus.load` and `corpus verify`",
        "refuse the old digests.",
        "",
    ]
    place = path(workspace, cause)
    reissuing.write(place, "\n".join(text).encode(), mode=0o600)
    return place


def _instead(version: Reissued, there: Container[str]) -> str:
    if version.new:
        return f"`{version.new}`"
    return "not there yet" if version.version in there else "nothing"


def path(workspace: Workspace, cause: Cause) -> Path:
    """Return where the draft for a cause lies."""
    name = {"withdrawal": "withdrawn", "recall": "recalled"}[cause.why]
    return workspace.private / f"{name}-{cause.transcript_id}.md"
