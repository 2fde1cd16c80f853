"""corpus check: the commit hook."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from corpus.cli import output
from corpus.errors import CorpusError, GuardError, MachineError
from corpus.layers import needs

if TYPE_CHECKING:
    from corpus.check import Checked
    from corpus.check.setup import Setup
    from corpus.check.speaking.counts import Counts
    from corpus.check.types import Depth, Fate, Place

_EVERY_CORE = 0
_STDIN = Path("-")
_NO_GUARD = (
    "there is no corpus-guard.json here or above, and --require-guard asks for one - restore it"
    " (`git checkout HEAD -- corpus-guard.json`), or let whoever keeps the workspace export it"
)

Form = Literal["text", "json", "sarif", "github"]

_SPEAKERS = {"json": "as_json", "sarif": "sarif", "github": "github"}
"""The modules of `corpus.check.speaking` for what programs read."""


@click.command("check")
@click.argument("files", nargs=-1, type=click.Path(readable=False, path_type=Path))
@click.option("--staged", is_flag=True, help="Check what a commit would add or change.")
@click.option("--all", "everything", is_flag=True, help="Check all that git tracks.")
@click.option("--stdin-name", default="", help="File name to assume for standard input.")
@click.option("--fast", "depth", flag_value="fast", help="Never ask the embedded model.")
@click.option(
    "--usual",
    "depth",
    flag_value="usual",
    default=True,
    help="Ask the model as the settings say (the default); undoes --fast and --deep.",
)
@click.option("--deep", "depth", flag_value="deep", help="Let the model read all prose.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    help="Output format.",
)
@click.option("--require-files", is_flag=True, help="Exit 3 where there was no file to check.")
@click.option("--require-guard", is_flag=True, help="Exit 3 where no guard is here or above.")
@click.option("--explain", is_flag=True, help="Tell why each of FILES was treated as it was.")
@click.option("--write-baseline", is_flag=True, help="Accept what is found now.")
@click.option("--reason", default="", help="Why that is accepted; for --write-baseline.")
def command(
    *,
    files: tuple[Path, ...],
    staged: bool,
    everything: bool,
    stdin_name: str,
    depth: str,
    form: Form,
    require_files: bool,
    require_guard: bool,
    explain: bool,
    write_baseline: bool,
    reason: str,
) -> int:
    """Look for unredacted details in FILES, "-" for standard input.

    Exits with 0 where nothing blocks, 1 where something does, 2 where settings or arguments do not
    hold, 3 where a file could not be read, or the guard's key is missing or wrong.
    Tells path, line, column, label and rule, never what stands there.

    \b
    Example:
      corpus check notes/*.md
      corpus check --staged
      corpus check --explain notes/team.md
      corpus check --all --write-baseline --reason "published by the people themselves"
    """
    if staged + everything + bool(files) > 1:
        raise click.UsageError("give FILES, or --staged, or --all")
    if not (staged or everything or files or require_files):
        raise click.UsageError("give FILES, or --staged, or --all; none were given")
    if explain and form != "text":
        raise click.UsageError("--explain is text, and goes with no --format")
    if stdin_name and _STDIN not in files:
        raise click.UsageError('--stdin-name goes with "-"')
    if write_baseline and _STDIN in files and not stdin_name:
        raise click.UsageError("name what is accepted: --stdin-name")
    if reason and not write_baseline:
        raise click.UsageError("--reason goes with --write-baseline")
    began = time.perf_counter()
    with needs("check"):
        from corpus import check
        from corpus.check.setup import Setup

        with _failure_told(form):
            setup = Setup.of(Path.cwd(), staged=staged)
            if require_guard and setup.guard is None:
                raise GuardError(_NO_GUARD)
            found = check.wanted(
                setup, files, staged=staged, everything=everything, stdin_name=stdin_name
            )
            looked_at = cast("Depth", depth)
            if write_baseline:
                fates = tuple(check.inspected(found, setup, depth=looked_at, workers=_EVERY_CORE))
                _expect_files(fates, wanted=require_files)
                return _accept(fates, setup, reason)
            checked = check.look_through(found, setup, depth=looked_at, workers=_EVERY_CORE)
    _tell(checked, form, time.perf_counter() - began, explain=explain)
    _expect_files(checked.fates, wanted=require_files)
    return checked.exit_code


def _expect_files(fates: Sequence[Fate], *, wanted: bool) -> None:
    if wanted and not fates:
        raise MachineError("there was no file to check, and --require-files asks for one")


@contextmanager
def _failure_told(form: Form) -> Iterator[None]:
    """Say it on standard output, too, for whoever reads a format there, when a check fails."""
    try:
        yield
    except CorpusError as error:
        if form != "text":
            speaker = import_module(f"corpus.check.speaking.{_SPEAKERS[form]}")
            click.echo(speaker.failed(str(error)))
        raise


def _accept(fates: Sequence[Fate], setup: Setup, reason: str) -> int:
    """Write the baseline."""
    from corpus.check import baseline, baseline_file
    from corpus.check.speaking import lines

    path = setup.settings.root / setup.settings.baseline
    key = baseline_file.needed(setup.key, path)
    before = baseline_file.load(path, key) or baseline_file.empty(key)
    written = baseline.written(fates, before, reason)
    baseline_file.save(path, written)
    unread = sum(fate.treatment == "unreadable" for fate in fates)
    refused = [
        replace(fate, places=places)
        for fate in fates
        if (places := tuple(p for p in fate.places if _is_refused(p)))
    ]
    click.echo(f"entries in {output.printable(str(path))}: {len(written.entries)}")
    for problem in lines.problems(fates):
        click.echo(f"corpus: {problem}", err=True)
    if refused:
        click.echo("findings that no baseline accepts:", err=True)
        for line in lines.findings(refused):
            click.echo(line, err=True)
    return 3 if unread else int(bool(refused))


def _is_refused(place: Place) -> bool:
    from corpus.check import baseline

    return place.level == "error" and not baseline.is_acceptable(place)


def _tell(checked: Checked, form: Form, seconds: float, *, explain: bool) -> None:
    from corpus.check.speaking.counts import Counts

    fates, rules = checked.fates, checked.rules
    counts = Counts.of(
        fates,
        rules=len(rules),
        seconds=seconds,
        accepted=checked.accepted,
        has_guard=checked.guarded_by is not None,
    )
    advice = _advice(checked)
    for line in _lines(checked, form, counts, advice, explain=explain):
        click.echo(line)
    if form == "text":
        from corpus.check.speaking import lines

        for problem in lines.problems(fates):
            click.echo(f"corpus: {problem}", err=True)
    click.echo(counts.line, err=True)
    if advice:
        click.echo(advice, err=True)


def _advice(checked: Checked) -> str:
    is_well = all(fate.treatment != "unreadable" and not fate.places for fate in checked.fates)
    if is_well and not checked.stale:
        return ""
    from corpus.check.speaking import own

    return own.advice(checked.fates, stale=len(checked.stale))


def _lines(
    checked: Checked, form: Form, counts: Counts, advice: str, *, explain: bool
) -> Iterator[str]:
    """Yield what goes to standard output; only the form that is wanted is imported."""
    fates = checked.fates
    if form == "json":
        from corpus.check.speaking import as_json

        yield as_json.render(fates, counts, advice)
    elif form == "sarif":
        from corpus.check.speaking import sarif

        yield sarif.render(fates, checked.rules)
    elif form == "github":
        from corpus.check.speaking import github

        yield from github.commands(fates)
    elif explain:
        from corpus.check.speaking import explained

        yield from explained.setting(checked.settings, checked.guarded_by)
        for fate in fates:
            yield from explained.explained(fate)
    else:
        from corpus.check.speaking import lines

        yield from lines.findings(fates)
