"""corpus backup: the workspace into one file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.workspace import Workspace


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-key", is_flag=True, help="Put the key into it, too.")
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
@options.as_json
@options.with_workspace
def command(
    workspace: Workspace, *, file: Path, with_key: bool, force: bool, as_json: bool
) -> None:
    """Write the workspace to FILE, read it back, and only then give it its name.

    It holds the raw transcripts, decisions and participants, corpus.toml, and rules, roster and
    policy where they lie in the workspace. Not the releases: they are plain folders to copy. The
    key goes along with --with-key alone; then FILE is all that anybody needs to know everybody.

    \b
    Example:
      corpus backup ../study.backup
      corpus backup /media/safe/study.backup --with-key
    """
    from corpus.backup import backup
    from corpus.release.wording import counted

    saved = backup(workspace, file, with_key=with_key, force=force)
    name = output.printable(str(file))

    def show() -> None:
        click.echo(
            f"{name}: read back, {counted(saved.transcripts, 'transcript')},"
            f" {counted(saved.decisions, 'decision')}"
        )
        if with_key:
            click.echo("  it holds the raw transcripts and the key, all there is: lock it away")
        else:
            click.echo("  it holds the raw transcripts: keep it as you keep private/")
            click.echo("  not the key: keep a copy of private/key elsewhere, restoring needs it")
        click.echo("  not the releases: copy their folders")
        for left in saved.left_out:
            click.echo(f"  not {output.printable(left)}: leads out of the workspace, or is a link")
        click.echo(f"back: corpus restore {name} DIR")

    facts = {**asdict(saved), "path": str(saved.path)}
    output.emit(facts, show, as_json=as_json)
