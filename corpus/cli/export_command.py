"""corpus export: a release as files that people and other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.release.export import Format
    from corpus.release.read import Release

_SHOWN = 20


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "jsonl", "csv"]),
    required=True,
    help="A Markdown file a transcript, a JSON line a transcript, or a CSV row a turn.",
)
@click.option(
    "--out",
    "path",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder for Markdown, else the file.",
)
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@options.as_json
@options.with_release
def command(release: Release, *, form: Format, path: Path, force: bool, as_json: bool) -> None:
    """Write all transcripts of a release to files; `corpus ingest` reads each of the formats.

    \b
    Example:
      corpus export 1.1.0 --format markdown --out transcripts
      corpus export 1.1.0 --format csv --out turns.csv
    """
    from corpus.release.wording import counted

    done = release.export(path, form, force=force)
    facts = {
        "format": done.format,
        "path": str(done.path),
        "transcripts": done.transcripts,
        "ambiguous": list(done.ambiguous),
    }
    said = f"{counted(done.transcripts, 'transcript')} in {output.printable(str(done.path))}"
    output.emit(facts, lambda: click.echo(said), as_json=as_json)
    if done.ambiguous:
        more = len(done.ambiguous) - _SHOWN
        named = ", ".join(done.ambiguous[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        click.echo(
            f"lines inside a turn, or labels, may be read back as other turns in {named}"
            " - jsonl and csv keep them apart",
            err=True,
        )
