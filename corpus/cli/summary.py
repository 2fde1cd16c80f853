"""The summary of a workspace as a person reads it; `run` and `status` share it."""

from __future__ import annotations

from collections import Counter

import click

from corpus.cli import output
from corpus.release import dates
from corpus.summary import Summary

_SHOWN = 20


def show(summary: Summary) -> None:
    """Print the summary as tables."""
    reasons = Counter(w.reason for w in summary.withheld)
    output.table(
        ("", "count"),
        [
            ("transcripts", summary.transcripts),
            *((f"  {cohort}", count) for cohort, count in summary.cohorts.items()),
            ("turns", summary.turns),
            ("words", summary.words),
            ("redacted", summary.redacted),
            ("withheld", len(summary.withheld)),
            *((f"  {reason}", count) for reason, count in sorted(reasons.items())),
            ("findings taken over from other transcripts", summary.taken_over),
            ("proposed by other transcripts, undecided", sum(summary.proposals.values())),
            ("left standing by keep rules and verdicts", summary.left),
            ("placeholders found in the source", summary.placeholders),
            ("decisions", summary.decisions),
            ("decisions that no longer fit", summary.stale),
        ],
        title="Transcripts",
    )
    labels = sorted({*summary.findings, *summary.proposals, *summary.redactions})
    counts = (summary.findings, summary.proposals, summary.redactions)
    output.table(
        ("label", "findings", "proposed", "redacted"),
        [(label, *(count.get(label, 0) for count in counts)) for label in labels],
        title="Findings",
    )
    click.echo(_rule(summary))
    for withheld in summary.withheld[:_SHOWN]:
        line = f"withheld: {withheld.transcript_id}: {withheld.reason} {withheld.detail}"
        click.echo(output.printable(line))
    if len(summary.withheld) > _SHOWN:
        click.echo(f"withheld: and {len(summary.withheld) - _SHOWN} more, see `corpus list`")
    if summary.stale:
        click.echo(
            f"{summary.stale} decisions no longer fit a finding since their turn changed"
            " - export the findings again and decide anew"
        )


def _rule(summary: Summary) -> str:
    if not summary.consent_required:
        return "consent: not asked for, no participants were imported"
    rule = f"consent: needed for a release; access {summary.access}, embargoes as of {summary.day}"
    is_to_come = summary.day > dates.today().isoformat()
    return f"{rule}, which is still to come: publish no earlier" if is_to_come else rule
