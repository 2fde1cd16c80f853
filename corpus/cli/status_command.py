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
    r"""Say how many transcripts are ingested, searched, redacted, withheld, released.

    \b
    Example:
      corpus status --json
    """
    from corpus.cli import summary
    from corpus.summary import summarise

    with workspace.registry() as registry:
        counts = summarise(registry)
    releases = sorted(p.name for p in workspace.releases.glob("[0-9]*") if p.is_dir())

    def show() -> None:
        click.echo(f"workspace {workspace.root}")
        summary.show(counts)
        click.echo(f"releases: {', '.join(releases) or 'none yet'}")
        click.echo(f"next: {_next(counts.transcripts, counts.searched, counts.redacted)}")

    facts = {**asdict(counts), "releases": releases, "workspace": str(workspace.root)}
    output.emit(facts, show, as_json=as_json)


def _next(transcripts: int, searched: int, redacted: int) -> str:
    if not transcripts:
        return "corpus ingest PATH…"
    if searched < transcripts:
        return "corpus detect"
    if not redacted:
        return "corpus redact"
    return "corpus findings export findings.csv, decide, import it, then corpus release VERSION"
