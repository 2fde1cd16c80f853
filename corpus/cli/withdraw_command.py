"""corpus withdraw: take a participant's transcript out of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.cli import options, output, reissues

if TYPE_CHECKING:
    from corpus.pipeline.withdrawal import Withdrawal
    from corpus.workspace import Workspace


def _not_blank(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("say why: it is all that will be known of it")
    return value


@click.command("withdraw")
@click.argument("transcript_id")
@click.option(
    "--reason",
    required=True,
    callback=_not_blank,
    help="Why, in your own words; kept in private.",
)
@click.option("--dry-run", is_flag=True, help="Change nothing: show all that would.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.as_json
@options.with_workspace
def command(
    workspace: Workspace,
    *,
    transcript_id: str,
    reason: str,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take TRANSCRIPT_ID out of every release, and erase what the workspace knows of it.

    Each version that carries it is written anew in its place (reissued) and has another digest;
    releases/withdrawals.json says which digests no longer count. The ID is never given again.
    Stopped at any moment, the same command goes on to the end. What only you can do is listed.

    \b
    Example:
      corpus withdraw work_0580 --reason "consent withdrawn by letter" --dry-run
      corpus withdraw work_0580 --reason "consent withdrawn by letter"
    """
    from corpus import pipeline

    if not (dry_run or yes):
        _plan(pipeline.withdraw(workspace, transcript_id, reason=reason, dry_run=True))
        output.confirm("this cannot be undone: go on?")
    done = pipeline.withdraw(workspace, transcript_id, reason=reason, dry_run=dry_run)
    output.emit(_facts(done, dry_run=dry_run), lambda: _show(done, dry_run), as_json=as_json)


def _facts(done: Withdrawal, *, dry_run: bool) -> dict[str, object]:
    return {
        "transcript_id": done.transcript_id,
        "dry_run": dry_run,
        **reissues.facts(done.plan, done.versions, dry_run=dry_run),
        "remains": list(done.remains),
        "notice": str(done.notice) if done.notice else None,
    }


def _plan(planned: Withdrawal) -> None:
    carried = "" if planned.plan.versions else "; no release carries it"
    click.echo(f"{planned.transcript_id}: would be erased from the workspace{carried}", err=True)
    for line in reissues.planned(planned.plan):
        click.echo(line, err=True)


def _show(done: Withdrawal, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    click.echo(f"{done.transcript_id}: {would}erased from the workspace; its ID stays taken")
    for line in reissues.planned(done.plan) if dry_run else reissues.done(done.versions):
        click.echo(line)
    click.echo("left for you to see to:")
    for clause in done.remains:
        click.echo(f"  {output.printable(clause)}")
    if done.notice and not dry_run:
        click.echo(f"a notice to holders is drafted in {output.printable(str(done.notice))}")
