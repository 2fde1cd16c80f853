"""corpus pin: the line that names a release for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.release.read import Release


@click.command("pin")
@options.as_json
@options.with_release
def command(release: Release, *, as_json: bool) -> None:
    """Print name, version and digest of a release for a paper or a configuration.

    `corpus.load` takes what follows the name. Every file is compared with its hash first.

    \b
    Example:
      corpus pin 1.1.0
      corpus pin path/to/releases/1.1.0
    """
    pin = f"{release.version}@{release.digest}"
    facts = {"name": release.name, "version": release.version, "digest": release.digest, "pin": pin}
    line = output.printable(f"{release.name} {pin}")
    output.emit(facts, lambda: click.echo(line), as_json=as_json)
