"""corpus check: the commit hook."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output
from corpus.layers import needs

if TYPE_CHECKING:
    from corpus.check import Checked


@click.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--staged", is_flag=True, help="Check what a commit would add or change.")
@click.option("--all", "everything", is_flag=True, help="Check all that git tracks.")
@click.option("--stdin-name", default="", help="What standard input is to be taken for.")
@options.as_json
def command(
    *, files: tuple[Path, ...], staged: bool, everything: bool, stdin_name: str, as_json: bool
) -> int:
    """Look for unredacted details in FILES, "-" for standard input; exit 1 where there are any.

    Prints path, line, column, label and rule, never what stands there.

    \b
    Example:
      corpus check notes/*.md
      corpus check --staged
    """
    if staged + everything + bool(files) > 1:
        raise click.UsageError("give FILES, or --staged, or --all")
    began = time.perf_counter()
    with needs("check"):
        from corpus import check

        if staged:
            checked = check.check_staged(Path.cwd())
        elif everything:
            checked = check.check_all(Path.cwd())
        else:
            checked = check.check(files, stdin_name=stdin_name)
    output.emit(
        asdict(checked),
        lambda: _show(checked, time.perf_counter() - began),
        as_json=as_json,
    )
    if checked.unreadable:
        return 3
    return 1 if checked.places else 0


def _show(checked: Checked, seconds: float) -> None:
    for place in checked.places:
        click.echo(
            f"{output.printable(place.path)}:{place.line}:{place.column}: {place.label}"
            f" {place.rule} ({place.length} characters)"
        )
    for problem in checked.unreadable:
        click.echo(f"corpus: {output.printable(problem)}", err=True)
    files = checked.scanned + len(checked.skipped) + len(checked.unreadable)
    counts = (
        f"{checked.scanned} scanned, {len(checked.skipped)} skipped as not text,"
        f" {len(checked.unreadable)} unreadable"
    )
    click.echo(
        f"checked {files} files ({counts}) with {checked.rules} rules in {seconds:.2f} s", err=True
    )
    if checked.places:
        click.echo("redact these places, or release the transcript with `corpus run`", err=True)
