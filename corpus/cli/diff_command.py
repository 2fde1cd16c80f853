"""corpus diff: what changed from one release to another."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import corpus
from corpus.cli import diff_text, options, output

if TYPE_CHECKING:
    from corpus.release.compare import TurnChange
    from corpus.release.diff import Diff


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--text", is_flag=True, help="Show the changed turns as they were released.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 where the transcripts differ.")
@click.option(
    "--workspace",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="CORPUS_WORKSPACE",
    help="The workspace whose versions A and B are; without it the current folder and those above"
    " are searched.",
)
@options.as_json
def command(
    *, before: str, after: str, folder: Path | None, text: bool, exit_code: bool, as_json: bool
) -> int:
    """Say what changed from release A to release B: folders, or versions of the workspace.

    First of all what A hides and B shows. Positions count code points of a turn's field.

    \b
    Example:
      corpus diff 1.0.0 1.1.0
      corpus diff releases/1.0.0 ~/Downloads/1.1.0 --text
    """
    sides = [options.opened(given, folder, verify=False) for given in (before, after)]
    diff = corpus.diff(*sides)
    said = facts(diff, with_text=text)
    output.emit(said, lambda: diff_text.show(diff, with_text=text), as_json=as_json)
    return int(exit_code and diff.differs)


def facts(diff: Diff, *, with_text: bool) -> dict[str, Any]:
    """Return what differs, for JSON."""
    return {
        **asdict(replace(diff, changed=())),
        "differs": diff.differs,
        **diff.places(),
        "changed": [
            {
                **asdict(c),
                "redactions": [{**asdict(r), "causes": r.causes} for r in c.redactions],
                "turns": [_turn(t, with_text=with_text) for t in c.turns],
            }
            for c in diff.changed
        ],
    }


def _turn(change: TurnChange, *, with_text: bool) -> dict[str, Any]:
    sides = {"before": change.before, "after": change.after}
    numbers = {key: turn.index if turn else None for key, turn in sides.items()}
    texts = {key: asdict(turn) if turn else None for key, turn in sides.items()}
    return {**asdict(change), **numbers, **({"text": texts} if with_text else {})}
