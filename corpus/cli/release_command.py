"""corpus release: write a version of the corpus."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    import datetime as dt

    from corpus.consent import Access
    from corpus.pipeline.releasing import Released
    from corpus.workspace import Workspace


def facts(released: Released) -> dict[str, Any]:
    """Return what was released, for JSON."""
    return {
        "version": released.version,
        "digest": released.digest,
        "path": str(released.path),
        "summary": asdict(released.summary),
    }


def show(released: Released) -> None:
    """Print what was released and how to load it."""
    from corpus.cli import summary

    summary.show(released.summary)
    click.echo(f"released {released.version}@{released.digest}")
    path = output.printable(str(released.path))
    click.echo(f"      in {path}")
    click.echo("load it with:")
    click.echo("  import corpus")
    click.echo(f'  turns = corpus.load("{path}").to_pandas()')


def parsed_date(_ctx: click.Context, _option: click.Parameter, value: Any) -> Any:
    """Return the date of a click.DateTime."""
    return value.date() if value else None


date = click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=parsed_date,
    help="Date to state in the manifest, and to compare embargoes with; without it none is stated"
    " and today's in UTC compared with (SOURCE_DATE_EPOCH counts too).",
)

access = click.option(
    "--access",
    type=click.Choice(["open", "restricted"]),
    default="open",
    show_default=True,
    help="Whom the release is for; restricted also takes what must not be in an open one.",
)


@click.command("release")
@click.argument("version")
@date
@access
@options.workers
@options.as_json
@options.with_workspace
def command(
    workspace: Workspace,
    *,
    version: str,
    date: dt.date | None,
    access: Access,
    workers: int | None,
    as_json: bool,
) -> None:
    """Write releases/VERSION from what the workspace holds, bringing it up to date first.

    \b
    Example:
      corpus release 1.0.0
    """
    from corpus import pipeline

    with output.progress_bar() as progress:
        released = pipeline.release(
            workspace, version, date=date, access=access, workers=workers, progress=progress
        )
    output.emit(facts(released), lambda: show(released), as_json=as_json)
