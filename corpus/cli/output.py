"""How facts reach the terminal: JSON or text from one place, progress on stderr."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from corpus.printable import escaped, printable

if TYPE_CHECKING:
    from rich.console import Console

    from corpus.renewal import Progress

__all__ = ["console", "emit", "printable", "progress_bar", "table", "visible"]

_PIPED = 240
_HARMLESS = frozenset("\n\t\u200c\u200d")
"""What no terminal obeys and text needs: its lines, and the joiners of emoji and Persian."""
_RISKY = re.compile(r"[^\t\n -~]")


def emit(
    facts: Mapping[str, Any] | Sequence[Any], text: Callable[[], None], *, as_json: bool
) -> None:
    """Print the facts as JSON, or call what prints them for a person."""
    if as_json:
        lines = json.dumps(facts, ensure_ascii=False, indent=2)
        click.echo(_RISKY.sub(lambda match: _safe(match[0], json.dumps(match[0])[1:-1]), lines))
    else:
        text()


def visible(text: str) -> str:
    """Return the text of many lines with whatever a terminal may obey made visible."""
    return _RISKY.sub(lambda match: _safe(match[0], escaped(match[0])), text)


def _safe(character: str, escaped: str) -> str:
    return character if character.isprintable() or character in _HARMLESS else escaped


def console() -> Console:
    """Return a rich console on stdout; wide where it is no terminal, so that nothing is cut."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _PIPED)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Print a table; columns whose cells are all numbers are set flush right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    cells = list(rows)
    grid = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        numeric = bool(cells) and all(isinstance(row[index], int) for row in cells)
        grid.add_column(column, justify="right" if numeric else "left")
    for row in cells:
        grid.add_row(*(Text(_cell(cell)) for cell in row))
    console().print(grid)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else visible(str(value))


def confirm(question: str) -> None:
    """Ask on stderr, and leave where the answer is not yes.

    Raises:
        InputError: there is nobody to ask.
    """
    from corpus.errors import InputError

    try:
        is_agreed = click.confirm(question, err=True)
    except click.Abort:
        click.echo(err=True)
        if not sys.stdin.isatty():
            problem = "nothing was changed, since nobody said yes"
            raise InputError(problem, remedy="use --yes where there is no terminal") from None
        click.echo("corpus: nothing was changed", err=True)
        raise click.exceptions.Exit(130) from None
    if not is_agreed:
        click.echo("corpus: nothing was changed", err=True)
        raise click.exceptions.Exit(1)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield a progress function that draws on stderr; silent where that is no terminal."""
    from corpus.renewal import silent

    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:8}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        tasks: dict[str, Any] = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield advance
