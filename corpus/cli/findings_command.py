"""corpus findings: to a spreadsheet and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.workspace import Workspace

_SHOWN = 20
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("findings")
def command() -> None:
    """Export the findings for review in a spreadsheet; import the verdicts."""


@command.command("export")
@click.argument("file", type=_FILE)
@options.as_json
@options.with_workspace
def export_findings(workspace: Workspace, *, file: Path, as_json: bool) -> None:
    """Write every finding with its context to FILE (CSV); it quotes transcripts.

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
        lambda: click.echo(
            f"{rows} findings in {output.printable(str(file))}:"
            " fill in the column verdict, then import"
        ),
        as_json=as_json,
    )


@command.command("import")
@click.argument("file", type=_FILE)
@options.as_json
@options.with_workspace
def import_findings(workspace: Workspace, *, file: Path, as_json: bool) -> int:
    """Take the verdicts in FILE; they hold for later runs too.

    A wrong verdict or label stops it with nothing taken. A verdict on a finding that is gone,
    since rules, roster or transcript changed, is named and passed over (exit 1).

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
    if done.exposed:
        click.echo(
            f"careful: kept in {_some(done.exposed)}, while the same text is hidden elsewhere in"
            " the transcript - if both mean the same, what is kept tells what was hidden",
            err=True,
        )
    if done.gone:
        click.echo(
            f"passed over: the findings of rows {_some(done.gone)} are gone - export again and"
            " decide on what stands there now",
            err=True,
        )
    return 1 if done.gone else 0


def _some(items: Sequence[object]) -> str:
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(map(str, items[:_SHOWN])) + more
