"""corpus init: make a folder a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from corpus.cli import options, output
from corpus.layers import needs


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@options.as_json
def command(*, folder: Path, as_json: bool) -> None:
    """Make FOLDER a workspace: corpus.toml, and private/ with key and database.

    A workspace that is there already stays as it is.

    \b
    Example:
      corpus init study
    """
    from corpus import workspace

    with needs("steward"):
        made = workspace.init(folder)

    def show() -> None:
        click.echo(f"workspace ready: {output.printable(str(made.root))}")
        click.echo("  corpus.toml  settings, each with its default")
        click.echo("  private/     raw transcripts and the key; never commit or share it")
        there = "" if folder.resolve() == Path.cwd() else f"cd {output.printable(str(folder))} && "
        click.echo(f"next: {there}corpus run PATH… --release 1.0.0")
        click.echo(
            "  where consent differs: `corpus participants export FILE.csv` before a release"
        )

    output.emit({"workspace": str(made.root)}, show, as_json=as_json)
