"""corpus recall: hide a mention that slipped through, in every release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.cli import options, output, reissues
from corpus.model import LABELS, Label

if TYPE_CHECKING:
    from corpus.pipeline.recall import Recall
    from corpus.workspace import Workspace


@click.command("recall")
@click.argument("transcript_id")
@click.option(
    "--text",
    help="What should have been hidden; any case of it counts. Without it: what was not finished.",
)
@click.option(
    "--label",
    type=click.Choice(LABELS, case_sensitive=False),
    default="PERSON",
    show_default=True,
    help="What it is.",
)
@click.option("--dry-run", is_flag=True, help="Change nothing: show all that would.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.as_json
@options.with_workspace
def command(
    workspace: Workspace,
    *,
    transcript_id: str,
    text: str | None,
    label: Label,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Hide a text in TRANSCRIPT_ID, in every release that shows it, and from now on.

    Each such version is written anew in its place (reissued) and has another digest;
    releases/withdrawals.json says which digests no longer count. The workspace keeps the text and
    hides it from then on. Stopped at any moment, the same command goes on to the end.

    \b
    Example:
      corpus recall work_0580 --text "Rosalind" --dry-run
      corpus recall work_0580 --text "Kestrel Loom" --label EMPLOYER
    """
    from corpus import pipeline

    if not (dry_run or yes):
        planned = pipeline.recall(workspace, transcript_id, text, label=label, dry_run=True)
        shown = "" if planned.plan.versions else "; no release shows it"
        click.echo(f"{transcript_id}: the text would be hidden from now on{shown}", err=True)
        for line in reissues.planned(planned.plan):
            click.echo(line, err=True)
        output.confirm("this cannot be undone: go on?")
    done = pipeline.recall(workspace, transcript_id, text, label=label, dry_run=dry_run)
    output.emit(_facts(done, dry_run=dry_run), lambda: _show(done, dry_run), as_json=as_json)


def _facts(done: Recall, *, dry_run: bool) -> dict[str, object]:
    return {
        "transcript_id": done.transcript_id,
        "dry_run": dry_run,
        "places": done.places,
        "longer": done.longer,
        "overruled": done.overruled,
        **reissues.facts(done.plan, done.versions, dry_run=dry_run),
        "remains": list(done.remains),
        "notice": str(done.notice) if done.notice else None,
    }


def _show(done: Recall, dry_run: bool) -> None:
    from corpus.release.wording import counted

    would = "would be " if dry_run else ""
    places = counted(done.places, "place")
    click.echo(
        f"{done.transcript_id}: the text stands in {places} of the transcript,"
        f" {would}hidden from now on"
    )
    if not (done.plan.versions if dry_run else done.versions):
        click.echo("  no release shows it")
    for line in reissues.planned(done.plan) if dry_run else reissues.done(done.versions):
        click.echo(line)
    if done.overruled:
        click.echo(f"  verdicts that keep it and no longer count: {done.overruled}")
    if done.longer:
        longer = counted(done.longer, "place")
        click.echo(f"  it also stands inside longer words in {longer}: look there")
    if done.remains:
        click.echo("left for you to see to:")
    for clause in done.remains:
        click.echo(f"  {output.printable(clause)}")
    if done.notice and not dry_run:
        click.echo(f"a notice to holders is drafted in {output.printable(str(done.notice))}")
