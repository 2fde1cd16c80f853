"""corpus redact: apply decisions and policy."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.workspace import Workspace


@click.command("redact")
@options.workers
@options.as_json
@options.with_workspace
def command(workspace: Workspace, *, workers: int | None, as_json: bool) -> None:
    """Redact every transcript whose findings, decisions or policy changed.

    A transcript in which a hidden name would still stand somewhere is withheld,
    counted and named; the others go on.

    \b
    Example:
      corpus redact && corpus show work_0001 --redacted
    """
    from corpus import pipeline

    with output.progress_bar() as progress:
        done = pipeline.redact(workspace, workers=workers, progress=progress)
    output.emit(
        asdict(done),
        lambda: click.echo(f"{done.done} redacted, {done.current} were up to date"),
        as_json=as_json,
    )
