"""corpus evaluate: score the detector against gold."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli import options, output

if TYPE_CHECKING:
    from corpus.score import Scores
    from corpus.workspace import Workspace


@click.command("evaluate")
@click.argument("gold", type=click.Path(path_type=Path))
@click.option(
    "--predictions",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what would be hidden here, as JSON lines with offsets into the gold's texts.",
)
@options.workers
@options.as_json
@options.with_any_workspace
def command(
    workspace: Workspace | None,
    *,
    gold: Path,
    predictions: Path | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Score what would be hidden in the transcripts of GOLD (JSON lines); needs no workspace.

    A line is {"id", "text", "spans": [[start, end, label, mask], ...]}.

    \b
    Example:
      corpus evaluate gold.jsonl --predictions out.jsonl
    """
    from corpus import evaluate

    scores, predicted = evaluate.evaluate(gold, workspace=workspace, workers=workers)
    if predictions is not None:
        evaluate.write_predictions(predictions, predicted)
    output.emit(asdict(scores), lambda: _show(scores), as_json=as_json)


def _show(scores: Scores) -> None:
    facts = asdict(scores)
    by_label = facts.pop("by_label")
    for name, value in facts.items():
        shown = f"{value:.3f}" if isinstance(value, float) else value
        click.echo(f"{name:22} {'-' if shown is None else shown}")
    for label, (hit, total) in by_label.items():
        click.echo(f"  {label:14} {hit:5}/{total:<5} {hit / total:.3f}")
