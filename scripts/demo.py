"""What `make run` does: the main job on the fixtures, and what it made."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from corpus import pipeline, workspace
from corpus.cli import exit_code, output, show_command
from corpus.cli import summary as summaries
from corpus.model import Redacted
from corpus.review.decisions import decide
from corpus.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "demo"
EXAMPLE = "work_0003"
TURNS = 4


def run() -> None:
    """Make the workspace demo/, release it once, show the result."""
    opened = workspace.init(DEMO)
    roster = opened.private / "roster.csv"
    roster.write_bytes((ROOT / "fixtures" / "roster.csv").read_bytes())
    version = _next_version(opened)
    click.echo(f"corpus run fixtures/interviews --release {version} --workspace demo\n")
    with output.progress_bar() as progress:
        _, released = pipeline.run(
            opened, [str(ROOT / "fixtures" / "interviews")], version, progress=progress
        )
    summaries.show(released.summary)
    _before_and_after(opened)
    click.secho("The release", bold=True)
    click.echo(f"  {released.path.relative_to(ROOT)}  ({released.version}@{released.digest[:23]}…)")
    click.secho("Load it", bold=True)
    click.echo("  import corpus")
    click.echo(f'  turns = corpus.load("{released.path.relative_to(ROOT)}").to_pandas()')
    click.secho("Look further", bold=True)
    click.echo(f"  .venv/bin/corpus show {EXAMPLE} --workspace demo --why")


def _next_version(opened: Workspace) -> str:
    """Return the first free 1.N.0: a release is never overwritten."""
    number = 0
    while (opened.releases / f"1.{number}.0").exists():
        number += 1
    return f"1.{number}.0"


def _before_and_after(opened: Workspace) -> None:
    with opened.registry() as registry:
        transcript = registry.transcript(EXAMPLE)
        found = registry.findings(EXAMPLE)
        result = next(registry.results(EXAMPLE)).outcome
        findings = decide(transcript, found, registry.decisions(EXAMPLE), opened.key).findings
    if not isinstance(result, Redacted):
        return
    hidden = sorted({f.span.turn for f in findings if f.mask != "none"})[:TURNS]
    click.secho(f"{EXAMPLE}, before", bold=True)
    show_command.show_raw(transcript, findings, only=hidden)
    click.secho(f"{EXAMPLE}, after", bold=True)
    show_command.show_redacted(result, only=hidden)


if __name__ == "__main__":
    sys.exit(exit_code(run))
