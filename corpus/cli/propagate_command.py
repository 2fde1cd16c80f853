"""corpus propagate: what one transcript confirms, brought to the others."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.workspace import Workspace


@click.command("propagate")
@options.as_json
@options.with_workspace
def command(workspace: Workspace, *, as_json: bool) -> None:
    """Look for what one transcript hides in all the others.

    E-mails, phones, IDs, handles and full names are hidden there too; single names, firms,
    domains and titles are proposed: decide on them with `corpus findings`. `corpus detect` and
    `corpus redact` do this by themselves.

    \b
    Example:
      corpus propagate && corpus findings export private/findings.csv
    """
    from corpus import pipeline
    from corpus.release.wording import counted

    with output.progress_bar() as progress:
        done = pipeline.propagate(workspace, progress=progress)
    output.emit(
        asdict(done),
        lambda: click.echo(
            f"{counted(done.taken_over, 'mention')} taken over, {done.proposed:,} proposed,"
            f" in {counted(done.transcripts, 'transcript')}"
        ),
        as_json=as_json,
    )
