"""corpus participants: who agreed to what, to a spreadsheet and back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.participants import Taken
    from corpus.workspace import Workspace


@click.group("participants")
def command() -> None:
    """Say who agreed to what; transcripts without consent or under embargo are withheld."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--ignore-extra", is_flag=True, help="Pass over columns that have no place here.")
@options.as_json
@options.with_workspace
def import_participants(
    workspace: Workspace, *, file: str, ignore_extra: bool, as_json: bool
) -> int:
    """Take the table in FILE (CSV; - for standard input), all of it or nothing.

    \b
    Columns, in any order:
      participant_id  your own code for the person; may be empty, is never released
      transcript_id   as `corpus list` shows it; one row each
      cohort          may be left out; must be the transcript's
      consent         release (yes), internal, refused (no); empty: not known
      embargo_until   first day on which it may be released, YYYY-MM-DD; may be empty
      access          open or restricted; empty: open

    Once a table was taken, a transcript without consent for release is withheld. What is known
    of transcripts that FILE does not list stays.

    \b
    Example:
      corpus participants export private/participants.csv
      corpus participants import private/participants.csv
    """
    from corpus import participants
    from corpus.errors import ParticipantError
    from corpus.release import dates

    with click.open_file(file, "rb") as handle:
        data = handle.read(participants.LARGEST + 1)
    try:
        taken = participants.take(
            workspace, data, file, day=dates.judged(), ignore_extra=ignore_extra
        )
    except ParticipantError as error:
        for line in str(error).split("\n"):
            click.echo(f"corpus: {output.printable(line)}", err=True)
        return error.exit_code
    output.emit(asdict(taken), lambda: _show(taken), as_json=as_json)
    return 0


def _show(taken: Taken) -> None:
    from corpus.release.wording import counted

    rows = taken.new + taken.changed + taken.unchanged
    click.echo(
        f"{counted(rows, 'row')}: {taken.new} new, {taken.changed} changed,"
        f" {taken.unchanged} unchanged"
    )
    if taken.nameless:
        click.echo(f"  {taken.nameless} without a participant_id")
    withheld = ", ".join(f"{count} {reason}" for reason, count in taken.withheld.items())
    click.echo(
        f"{counted(taken.releasable, 'transcript')} may be released today; withheld: {withheld}"
    )


@command.command("list")
@options.as_json
@options.with_workspace
def list_participants(workspace: Workspace, *, as_json: bool) -> None:
    """List what is known of every transcript, and why an open release of today withholds it.

    \b
    Example:
      corpus participants list --json
    """
    from corpus import participants, releasable
    from corpus.release import dates

    with workspace.registry() as registry:
        gate = releasable.gate(workspace, registry, dates.judged())
        rows = [
            {**row, "withheld": " ".join(gate.judge(row["transcript_id"]) or ()).strip()}
            for row in participants.rows(registry)
        ]
    columns = (*participants.COLUMNS, "withheld")
    output.emit(
        rows,
        lambda: output.table(columns, [[row[column] for column in columns] for row in rows]),
        as_json=as_json,
    )


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@options.as_json
@options.with_workspace
def export_participants(workspace: Workspace, *, file: Path, as_json: bool) -> None:
    """Write what is known to FILE (CSV), a row a transcript: fill it in and import it.

    \b
    Example:
      corpus participants export private/participants.csv
    """
    from corpus import participants

    rows = participants.export(workspace, file)
    output.emit(
        {"rows": rows, "path": str(file)},
        lambda: click.echo(
            f"{rows} rows in {output.printable(str(file))}: fill them in, then import"
        ),
        as_json=as_json,
    )
