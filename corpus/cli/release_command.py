"""corpus release: write a version of the corpus."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from corpus.cli import options, output, release_changes

if TYPE_CHECKING:
    import datetime as dt

    from corpus.consent import Access
    from corpus.pipeline.releasing import Proposal, Released
    from corpus.workspace import Workspace


def facts(released: Released) -> dict[str, Any]:
    """Return what was released, for JSON."""
    return {
        "version": released.version,
        "parent": released.parent,
        "digest": released.digest,
        "changes": release_changes.counts(released),
        "path": str(released.path),
        "summary": asdict(released.summary),
    }


def show(released: Released) -> None:
    """Print what was released and how to load it."""
    from corpus.check.guard import file as guard
    from corpus.cli import summary

    summary.show(released.summary)
    click.echo(f"released {released.version}@{released.digest}")
    if changes := release_changes.line(released):
        click.echo(f"      {changes}")
    path = output.printable(str(released.path))
    click.echo(f"      in {path}")
    click.echo("load it with:")
    click.echo("  import corpus")
    click.echo(f'  turns = corpus.load("{path}").to_pandas()')
    if guard.above(released.path):
        click.echo("next: corpus guard export, so that the checks of colleagues know this release")


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
@click.argument("version", required=False)
@click.option("--bump", is_flag=True, help="Write nothing: say which version the changes call for.")
@click.option(
    "--parent",
    metavar="VERSION",
    help="The release that this one comes after, or none; by default the latest.",
)
@click.option(
    "--allow-less",
    is_flag=True,
    help="Let stand what the parent hides, in a major version; the manifest counts the places.",
)
@date
@access
@options.workers
@options.as_json
@options.with_workspace
def command(
    workspace: Workspace,
    *,
    version: str | None,
    bump: bool,
    parent: str | None,
    allow_less: bool,
    date: dt.date | None,
    access: Access,
    workers: int | None,
    as_json: bool,
) -> None:
    """Write releases/VERSION from what the workspace holds, bringing it up to date first.

    VERSION is later than the release before. It is raised by a major step where a transcript is
    gone or the tables have other columns, by a minor one where a transcript is new or reads
    otherwise.

    \b
    Example:
      corpus release --bump
      corpus release 1.1.0
    """
    from corpus import pipeline

    if bump is (version is not None):
        raise click.UsageError("name a version, or ask for one with --bump")
    with output.progress_bar() as progress:
        if version is None:
            proposal = pipeline.propose(
                workspace,
                parent=parent,
                date=date,
                access=access,
                workers=workers,
                progress=progress,
            )
        else:
            released = pipeline.release(
                workspace,
                version,
                parent=parent,
                allow_less=allow_less,
                date=date,
                access=access,
                workers=workers,
                progress=progress,
            )
    if version is None:
        output.emit(_proposed(proposal), lambda: _propose(proposal), as_json=as_json)
    else:
        output.emit(facts(released), lambda: show(released), as_json=as_json)


def _proposed(proposal: Proposal) -> dict[str, Any]:
    return {
        "version": proposal.version,
        "parent": proposal.parent,
        "step": proposal.change.step if proposal.change else None,
        "reasons": list(proposal.change.reasons) if proposal.change else [],
    }


def _propose(proposal: Proposal) -> None:
    why = f"{proposal.change} since {proposal.parent}" if proposal.change else "the first release"
    click.echo(f"{proposal.version}: {why}")
