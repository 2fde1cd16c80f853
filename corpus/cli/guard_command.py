"""corpus guard: what clones without the workspace know of it, and the key to that."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.workspace import Workspace

_LONGEST = 4096


@click.group("guard")
def command() -> None:
    """Let a clone know the workspace's interviews, names and releases, without their text."""


@command.command("export")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to; without it the root of the repository, or the workspace outside of one.",
)
@options.as_json
@options.with_workspace
def export(workspace: Workspace, *, out: Path | None, as_json: bool) -> None:
    """Write corpus-guard.json, to be committed.

    `corpus check` then knows sources, names and releases in every clone. It holds no
    text, and nothing can be looked up in it without the key (`corpus guard key`).
    Export it again after each ingest and release.

    \b
    Example:
      corpus guard export
    """
    from corpus import files
    from corpus.check import git
    from corpus.check.guard import file, key, own
    from corpus.errors import MachineError
    from corpus.release.wording import counted

    home = git.root(workspace.root)
    path = out or (home or workspace.root) / file.NAME
    folder = path.parent.resolve()
    data = own.rendered(workspace, _guarded(folder, workspace.root), earlier=path)
    try:
        files.replace(path, data, mode=0o644)
    except OSError as error:
        raise MachineError(f"{path} cannot be written: {error.strerror}") from error
    kept = None
    if home and out is None:  # hooks run at the top, from where a workspace below is not seen
        kept = key.install(home, own.key_of(workspace))
    guard = file.load(path, own.key_of(workspace))
    facts = {
        "path": str(path),
        "releases": len(guard.releases),
        "recalled": len(guard.recalled),
        "guarded": len(guard.guarded),
        "turns": len(guard.sources),
        "names": len(guard.names),
        "bytes": len(data),
    }
    line = (
        f"{output.printable(str(path))}: {counted(len(guard.releases), 'release')},"
        f" {facts['recalled']} recalled, {counted(len(guard.guarded), 'guarded path')},"
        f" {facts['turns']:,} turns, {facts['names']:,} forms of names in {len(data):,} bytes"
    )
    if kept:
        line += f"\nits key is kept in {output.printable(str(kept))}, for the hooks of this clone"
    output.emit(facts, lambda: click.echo(line), as_json=as_json)


def _guarded(folder: Path, root: Path) -> tuple[str, ...]:
    """Return the guarded paths of a folder that a guard lies in, and of a workspace below it."""
    from corpus.check import git, globs, settings

    top = git.root(folder)
    found = {at: settings.load(at, top) for at in (folder, root) if at.is_relative_to(folder)}
    return tuple(
        glob
        for at, held in found.items()
        if held.root == at
        for glob in globs.below(held.guarded, at.relative_to(folder).as_posix())
    )


@command.command("key")
@options.with_workspace
def show(workspace: Workspace) -> None:
    """Print the guard's key.

    Hand it to colleagues and CI in confidence. It is made from the workspace's own key, which
    cannot be worked out from it.

    \b
    Example:
      corpus guard key
    """
    from corpus.check.guard import own

    click.echo(own.key_of(workspace).hex())


@command.command("install")
def install() -> None:
    """Take the guard's key into this clone.

    Asks for it, compares it with corpus-guard.json, and keeps it in .git. It is read without
    echo, or from a pipe. It is never committed, and serves all working trees of this clone.

    \b
    Example:
      corpus guard install
    """
    from corpus.check.guard import file
    from corpus.check.guard import key as keys
    from corpus.errors import ConfigError, GuardError

    path = file.above(Path.cwd())
    if path is None:
        raise ConfigError(
            f"no {file.NAME} here or above",
            path=Path.cwd(),
            remedy="go to a clone that has one, or let the steward run `corpus guard export`",
        )
    document = file.read(path)
    key = keys.parse(_asked(), "the key that was entered")
    if not file.fits(document, key):
        raise GuardError(
            f"{path}: the key that was entered is not the file's - ask for the one of today"
            " (`corpus guard key` in the workspace)"
        )
    kept = keys.install(path.parent, key)
    click.echo(f"the key fits {output.printable(str(path))}; kept in {output.printable(str(kept))}")


def _asked() -> str:
    if sys.stdin.isatty():
        asked: str = click.prompt("guard key", hide_input=True)
        return asked
    return sys.stdin.readline(_LONGEST)
