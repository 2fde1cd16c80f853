"""A workspace's findings to a spreadsheet, and the verdicts written there back into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus import files, surfaces
from corpus.registry import Registry
from corpus.review import table
from corpus.review.decisions import decide
from corpus.workspace import Workspace


def export(workspace: Workspace, path: Path) -> int:
    """Write every finding, with its context and standing verdict, as CSV; return the rows.

    The file quotes transcripts. It is replaced whole or not at all.

    Raises:
        MachineError: another process works here, or the disk is full.
    """
    with workspace.lock(), workspace.registry() as registry:
        rows = list(_rows(workspace, registry))
    files.replace(path, table.export(rows))
    return len(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import of verdicts did."""

    decided: int
    """Findings that have a verdict now."""
    taken_back: int
    """Earlier verdicts whose row is empty now."""
    exposed: tuple[str, ...]
    """Where a verdict keeps what is hidden elsewhere in the transcript."""
    gone: tuple[int, ...]
    """Rows that were passed over: their finding is gone since the rules, roster or text changed."""


def take(workspace: Workspace, path: Path) -> Imported:
    """Take the verdicts of a CSV file that `export` wrote, all that fit or none.

    Raises:
        DecisionError: the file does not fit the findings; it names the row.
        MachineError: the file cannot be read, or another process works here.
    """
    with workspace.lock(), workspace.registry() as registry:
        verdicts = table.read(path, _rows(workspace, registry))
        standing = {(d.transcript_id, d.anchor) for d in registry.decisions()}
        taken_back = [mention for mention in verdicts.undecided if mention in standing]
        with registry.transaction():
            registry.drop_decisions(taken_back)
            registry.put_decisions(verdicts.decisions)
        exposed = [p for t in _with_decisions(registry) for p in _exposed(workspace, registry, t)]
    return Imported(
        decided=len(verdicts.decisions),
        taken_back=len(taken_back),
        exposed=tuple(exposed),
        gone=verdicts.gone,
    )


def _with_decisions(registry: Registry) -> list[str]:
    return sorted({decision.transcript_id for decision in registry.decisions()})


def _exposed(workspace: Workspace, registry: Registry, transcript_id: str) -> list[str]:
    transcript = registry.transcript(transcript_id)
    found, decisions = registry.findings(transcript_id), registry.decisions(transcript_id)
    findings = decide(transcript, found, decisions, workspace.key).findings
    hidden = {surfaces.key(transcript.text_of(f.span)) for f in findings if f.mask != "none"}
    return [
        f"{transcript_id} turn {f.span.turn}"
        for f in findings
        if f.mask == "none"
        and f.recognizer == "decision"
        and surfaces.key(transcript.text_of(f.span)) in hidden
    ]


def _rows(workspace: Workspace, registry: Registry) -> Iterator[table.Row]:
    for entry in registry.entries():
        id_ = entry.transcript_id
        yield from table.rows(
            registry.transcript(id_),
            registry.findings(id_),
            registry.decisions(id_),
            workspace.key,
        )
