"""corpus restore: a backup into a folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output
from corpus.errors import CorpusError
from corpus.layers import needs

if TYPE_CHECKING:
    from corpus.pipeline.forgotten import Forgotten

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("restore")
@click.argument("file", type=_FILE)
@click.argument("folder", type=_FOLDER, metavar="[DIR]", required=False)
@click.option(
    "--workspace",
    type=_FOLDER,
    envvar="CORPUS_WORKSPACE",
    help="Where to restore it without DIR; else the current folder.",
)
@click.option("--replace", is_flag=True, help="Put it in place of the workspace that is there.")
@click.option("--key", type=_FILE, help="A copy of private/key, for a backup without one.")
@options.as_json
def command(
    *,
    file: Path,
    folder: Path | None,
    workspace: Path | None,
    replace: bool,
    key: Path | None,
    as_json: bool,
) -> None:
    """Restore the backup FILE into DIR, which is empty or not there yet.

    All of it is checked before anything is touched. With --replace it takes the place of a
    workspace, damaged or not, whose files are kept in private/before-restore. Interrupted, the
    same command goes on where it stopped.

    A backup without a key needs it: from the workspace that it replaces, or from --key. What was
    withdrawn or recalled since the backup is named: nothing is released before that is done again.

    \b
    Example:
      corpus restore study.backup again --key private/key
      corpus restore ../study.backup --replace
    """
    with needs("steward"):
        from corpus.backup import restore

        done = restore(file, folder or workspace or Path(), key=key, replace=replace)
        since = _taken_back_since(done.root)

    def show() -> None:
        root = output.printable(str(done.root))
        if done.resumed:
            click.echo(
                f"{root}: a restore that was interrupted is done; this one looked at no file"
            )
        else:
            click.echo(f"{root}: restored, every file as the backup's manifest says")
        if done.kept:
            click.echo(
                f"  what was there lies in {output.printable(str(done.kept))}"
                " - it holds the raw transcripts too: delete it once all is well"
            )
        for one in since:
            click.echo(f"  since this backup, {one.told}: {one.remedy}")
        if not since:
            click.echo("next: corpus status")

    facts = {
        "workspace": str(done.root),
        "resumed": done.resumed,
        "kept": str(done.kept) if done.kept else None,
        "taken_back_since": [asdict(one) for one in since],
    }
    output.emit(facts, show, as_json=as_json)


def _taken_back_since(root: Path) -> tuple[Forgotten, ...]:
    """Return what the restored database does not know; where that cannot be told, say so."""
    from corpus import workspace as workspaces
    from corpus.pipeline.forgotten import forgotten

    try:
        study = workspaces.open_at(root)
        with study.registry() as registry:
            return forgotten(study, registry)
    except CorpusError as error:
        click.echo(f"restored, but what was taken back since is not known: {error}", err=True)
        return ()
