"""corpus verify: is a release what it claims to be?"""

from __future__ import annotations

from pathlib import Path

import click

import corpus
from corpus.cli import options, output
from corpus.errors import ReleaseError


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path))
@options.as_json
def command(*, folder: Path, as_json: bool) -> int:
    """Check every file, count and digest of the release in FOLDER; exit 1 if one is off.

    \b
    Example:
      corpus verify releases/1.0.0
    """
    try:
        release = corpus.load(folder)
        release.verify()
    except ReleaseError as error:
        click.echo(f"corpus: {output.printable(str(error))}", err=True)
        return 1
    facts = {"version": release.version, "digest": release.digest, "verified": True}
    verified = output.printable(f"verified {release.version}@{release.digest}")
    output.emit(facts, lambda: click.echo(verified), as_json=as_json)
    return 0
