"""corpus findings: to a spreadsheet and back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.workspace import Workspace

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("findings")
def command() -> None:
    """Export the findings for review in a spreadsheet; import the verdicts."""


@command.command("export")
@click.argument("file", type=_FILE)
@options.as_json
@options.with_workspace
def export_findings(workspace: Workspace, *, file: Path, as_json: bool) -> None:
    r"""Write every finding with its context to FILE (CSV); it quotes transcripts.

    Write keep, redact, keep-all or redact-all into the column verdict ("-all": this text in
    the whole transcript), a better label into new_label, and import the file.

    \b
    Example:
      corpus findings export private/findings.csv
    """
    from corpus import verdicts

    rows = verdicts.export(workspace, file)
    output.emit(
        {"rows": rows, "path": str(file)},
        lambda: click.echo(f"{rows} findings in {file}: fill in the column verdict, then import"),
        as_json=as_json,
    )


@command.command("import")
@click.argument("file", type=_FILE)
@options.as_json
@options.with_workspace
def import_findings(workspace: Workspace, *, file: Path, as_json: bool) -> None:
    r"""Take the verdicts in FILE, all or none; they hold for later runs too.

    A row whose verdict was emptied takes an earlier verdict back.

    \b
    Example:
      corpus findings import private/findings.csv
    """
    from corpus import verdicts

    done = verdicts.take(workspace, file)
    output.emit(
        asdict(done),
        lambda: click.echo(
            f"{done.decided} findings decided, {done.taken_back} verdicts taken back"
            " - they take effect with `corpus redact` or `corpus release`"
        ),
        as_json=as_json,
    )
