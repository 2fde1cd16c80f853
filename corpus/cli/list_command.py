"""corpus list: the transcripts, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.consent import Gate
    from corpus.registry import Registry
    from corpus.workspace import Workspace


@click.command("list")
@click.option("--withheld", is_flag=True, help="Only those that the release must not carry.")
@options.as_json
@options.with_workspace
def command(workspace: Workspace, *, withheld: bool, as_json: bool) -> None:
    """List the transcripts with their counts and state.

    \b
    Example:
      corpus list --withheld
    """
    from corpus import releasable
    from corpus.release import dates

    with workspace.registry() as registry:
        gate = releasable.gate(workspace, registry, dates.judged())
        rows = [row for row in _rows(registry, gate) if not withheld or row["state"] == "withheld"]
    columns = (
        *("transcript_id", "cohort", "turns", "words", "findings", "redactions", "state"),
        "reason",
    )
    output.emit(
        rows,
        lambda: output.table(columns, [[row[column] for column in columns] for row in rows]),
        as_json=as_json,
    )


def _rows(registry: Registry, gate: Gate) -> list[dict[str, Any]]:
    from corpus import releasable
    from corpus.model import Redacted
    from corpus.review.decisions import PROPOSED

    outcomes = {o.transcript_id: o for o in releasable.outcomes(registry, gate)}
    searched = registry.findings_made_from()
    rows = []
    for entry in registry.entries():
        outcome = outcomes.get(entry.transcript_id)
        findings = registry.findings(entry.transcript_id)
        state = "searched" if entry.transcript_id in searched else "ingested"
        if outcome is not None:
            state = "redacted" if isinstance(outcome, Redacted) else "withheld"
        rows.append(
            {
                "transcript_id": entry.transcript_id,
                "cohort": entry.cohort,
                "turns": entry.turns,
                "words": entry.words,
                "findings": sum(f.mask != "none" and f.recognizer != PROPOSED for f in findings),
                "proposed": sum(f.recognizer == PROPOSED for f in findings),
                "redactions": len(outcome.redactions) if isinstance(outcome, Redacted) else 0,
                "state": state,
                "reason": ""
                if outcome is None or isinstance(outcome, Redacted)
                else outcome.reason,
            }
        )
    return rows
