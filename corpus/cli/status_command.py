"""corpus status: what stands where."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.workspace import Workspace


@click.command("status")
@options.as_json
@options.with_workspace
def command(workspace: Workspace, *, as_json: bool) -> None:
    """Say how many transcripts are ingested, searched, redacted, withheld, released.

    \b
    Example:
      corpus status --json
    """
    from corpus import pipeline, releasable
    from corpus.cli import summary
    from corpus.release import dates
    from corpus.summary import summarise

    with workspace.registry() as registry:
        gate = releasable.gate(workspace, registry, dates.judged())
        counts = summarise(registry, workspace.key, gate)
    to_search, to_redact = pipeline.outdated(workspace)
    releases = sorted(p.name for p in workspace.releases.glob("[0-9]*") if p.is_dir())

    def show() -> None:
        click.echo(f"workspace {output.printable(str(workspace.root))}")
        summary.show(counts)
        click.echo(f"releases: {output.printable(', '.join(releases)) or 'none yet'}")
        if to_redact:
            click.echo(f"out of date or new: {to_search} to search, {to_redact} to redact")
        click.echo(f"next: {_next(counts.transcripts, to_search, to_redact)}")

    facts = {
        **asdict(counts),
        "to_search": to_search,
        "to_redact": to_redact,
        "releases": releases,
        "workspace": str(workspace.root),
    }
    output.emit(facts, show, as_json=as_json)


def _next(transcripts: int, to_search: int, to_redact: int) -> str:
    if not transcripts:
        return "corpus ingest PATH…"
    if to_search:
        return "corpus detect"
    if to_redact:
        return "corpus redact"
    return "corpus findings export private/findings.csv, decide, import it, corpus release VERSION"
