"""corpus detect: search the transcripts."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.workspace import Workspace


@click.command("detect")
@options.workers
@options.as_json
@options.with_workspace
def command(workspace: Workspace, *, workers: int | None, as_json: bool) -> None:
    """Search every transcript that is new, or whose rules or roster changed.

    \b
    Example:
      corpus detect && corpus status
    """
    from corpus import pipeline

    with output.progress_bar() as progress:
        done = pipeline.detect(workspace, workers=workers, progress=progress)
    output.emit(
        asdict(done),
        lambda: click.echo(f"{done.done} searched, {done.current} were up to date"),
        as_json=as_json,
    )
