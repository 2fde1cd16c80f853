"""corpus run: all of it with one command."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from corpus.cli import ingest_command, options, output, release_command

if TYPE_CHECKING:
    import datetime as dt

    from corpus.consent import Access
    from corpus.pipeline.ingestion import OnError
    from corpus.workspace import Workspace


@click.command("run")
@ingest_command.reading
@click.option("--release", "version", required=True, help="The version to write, such as 1.0.0.")
@release_command.date
@release_command.access
@options.workers
@options.as_json
@options.with_workspace
def command(
    workspace: Workspace,
    *,
    paths: tuple[str, ...],
    version: str,
    date: dt.date | None,
    access: Access,
    cohort: str | None,
    source_format: str | None,
    on_error: OnError,
    replace: bool,
    workers: int | None,
    as_json: bool,
) -> int:
    """Ingest PATHS, detect, redact, and release everything the workspace holds.

    Stopped or killed, the same command goes on where it stopped.

    \b
    Example:
      corpus run interviews/ --release 1.0.0
    """
    from corpus import pipeline

    with output.progress_bar() as progress:
        ingested, released = pipeline.run(
            workspace,
            paths,
            version,
            cohort=cohort,
            source_format=source_format,
            on_error=on_error,
            replace=replace,
            stdin=sys.stdin.buffer,
            date=date,
            access=access,
            workers=workers,
            progress=progress,
        )
    facts = {
        "ingest": ingest_command.facts(ingested),
        "release": release_command.facts(released),
    }

    def show() -> None:
        ingest_command.show(ingested)
        release_command.show(released)

    output.emit(facts, show, as_json=as_json)
    return ingest_command.report_skipped(ingested)
