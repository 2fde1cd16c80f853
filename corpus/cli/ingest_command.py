"""corpus ingest: read transcripts into the workspace."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, get_args

import click

from corpus.cli import options, output
from corpus.model import ROLES

_SHOWN = 20
_COUNTED = {
    "mojibake": "runs of mojibake repaired",
    "line_ends": "line ends unified",
    "controls": "control characters dropped",
    "entities": "HTML entities decoded",
    "spaces": "odd blanks and breaks made plain",
    "invisible": "invisible characters dropped",
    "compatibility": "letters in pieces or in other clothes made plain",
    "homoglyphs": "foreign letters that pass for Latin ones replaced",
    "placeholders": "placeholders found in the source and left as they are",
    "unlabelled": "words before a first speaker label left out: no turn holds them",
    "dropped": "pieces beside what was said left out: comments, notes, headers, notices",
    "stamps": "times of the recording taken out of the text",
    "notes": "notes such as [laughs] put into one spelling",
    "headers": "lines of e-mails' headers left out",
    "labels": "speaker labels put into their speaker's usual spelling",
}
"""What reading counts, by its name in `corpus.model.Repairs`, and what that is to a reader."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.model import Repairs
    from corpus.pipeline.ingestion import Ingested, OnError
    from corpus.workspace import Workspace


def reading(function: options.Command) -> options.Command:
    """Add the options that every reading command has."""
    for option in (
        click.option(
            "--on-error",
            type=click.Choice(["stop", "skip"]),
            default="stop",
            show_default=True,
            help="What to do with a file that is no transcript; skip names it and exits 1.",
        ),
        click.option(
            "--replace",
            is_flag=True,
            help="Let a text take the ID it claims from one in the workspace it hardly resembles.",
        ),
        click.option(
            "--format", "source_format", help="Read as this format, whatever it looks like."
        ),
        click.option("--cohort", help="ID prefix for transcripts that bring no ID of their own."),
        click.argument("paths", nargs=-1, required=True),
    ):
        function = option(function)
    return function


def list_formats(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """Print what can be read and end; neither paths nor a workspace are needed for it."""
    if not is_asked:
        return
    from corpus.ingest import FORMATS

    facts: list[dict[str, str | list[str]]] = [
        {
            "format": name,
            "suffixes": list(form.suffixes),
            "about": form.about,
            "known_by": form.known_by,
            "kept": form.kept,
        }
        for name, form in FORMATS.items()
    ]
    rows = [[*map(_cell, fact.values())] for fact in facts]
    output.emit(facts, lambda: output.table([*facts[0]], rows), as_json=context.params["as_json"])
    context.exit()


def _cell(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)


@click.command("ingest")
@click.option(
    "--list-formats",
    is_flag=True,
    expose_value=False,
    callback=list_formats,
    help="List what can be read, and what is kept of it.",
)
@reading
@options.as_json
@options.with_workspace
def command(
    workspace: Workspace,
    *,
    paths: tuple[str, ...],
    cohort: str | None,
    source_format: str | None,
    on_error: OnError,
    replace: bool,
    as_json: bool,
) -> int:
    """Read transcripts from files, folders, globs or - (standard input).

    Stable IDs in the source (work_0580) are honoured; other transcripts are numbered
    within their cohort. Reading the same again changes nothing.

    \b
    Example:
      corpus ingest interviews/ more/*.csv --cohort work
      corpus ingest --list-formats
    """
    from corpus import pipeline

    with output.progress_bar() as progress:
        ingested = pipeline.ingest(
            workspace,
            paths,
            cohort=cohort,
            source_format=source_format,
            on_error=on_error,
            replace=replace,
            stdin=sys.stdin.buffer,
            progress=progress,
        )
    output.emit(facts(ingested), lambda: show(ingested), as_json=as_json)
    return report_skipped(ingested)


def facts(ingested: Ingested) -> dict[str, object]:
    """Return what the ingest did, for JSON."""
    return {
        "transcripts": [
            {
                "transcript_id": n.entry.transcript_id,
                "state": n.state,
                "similarity": n.similarity,
                "resembles": n.resembles,
                "path": n.draft.path,
                "place": n.draft.place,
                "format": n.draft.format,
                "turns": n.entry.turns,
                "turns_by_role": Counter(turn.role for turn in n.draft.turns),
                "words": n.entry.words,
                "encoding": n.draft.repairs.encoding,
                "repairs": repairs([n.draft.repairs]),
            }
            for n in ingested.numbered
        ],
        "skipped": [str(error) for error in ingested.skipped],
        "links": list(ingested.links),
    }


def repairs(chosen: Sequence[Repairs]) -> dict[str, int]:
    """Return what reading repaired or noticed, summed."""
    return {name: sum(getattr(r, name) for r in chosen) for name in _COUNTED}


def show(ingested: Ingested) -> None:
    """Print what the ingest did."""
    from corpus.numbering import State
    from corpus.release.wording import counted

    states = [n.state for n in ingested.numbered]
    unlabelled = [n for n in ingested.numbered if n.draft.repairs.unlabelled]
    counts = ", ".join(f"{states.count(s)} {s}" for s in get_args(State) if states.count(s))
    click.echo(f"{counted(len(states), 'transcript')}: {counts}")
    _show_states(ingested)
    roles = Counter(turn.role for n in ingested.numbered for turn in n.draft.turns)
    click.echo("  turns: " + ", ".join(f"{roles[role]:,} {role}" for role in ROLES))
    for key, count in repairs([n.draft.repairs for n in ingested.numbered]).items():
        if count:
            click.echo(f"  {count:,} {_COUNTED[key]}")
    for item in unlabelled[:_SHOWN]:
        words = item.draft.repairs.unlabelled
        path = output.printable(item.draft.path)
        click.echo(f"    {item.entry.transcript_id}, {path}: {words} words before the first label")
    pairs = Counter(pair for n in ingested.numbered for pair in n.draft.repairs.respelt)
    for (written, usual), count in pairs.most_common(_SHOWN):
        spelt = f"{output.printable(written)} read as {output.printable(usual)}"
        click.echo(f"    {spelt} in {counted(count, 'transcript')}")
    encodings = [n.draft.repairs.encoding for n in ingested.numbered]
    for name in sorted(set(encodings) - {"utf-8"}):
        click.echo(f"  {encodings.count(name)} decoded from {name}")


def _show_states(ingested: Ingested) -> None:
    """Say which file has which ID, where that is new or not as it was."""
    for item in ingested.numbered:
        if item.state == "edited":
            by = f", recognised by {item.similarity:.0%} of its words" if item.similarity else ""
            click.echo(
                f"  edited: {item.entry.transcript_id} from {output.printable(item.draft.path)}{by}"
            )
        elif item.state == "replaced":
            click.echo(
                f"  replaced: {item.entry.transcript_id} from {output.printable(item.draft.path)},"
                " another text: whether its participant consents is not known"
            )
    new = [item for item in ingested.numbered if item.state == "new"]
    for item in new[:_SHOWN]:
        path, place = output.printable(item.draft.path), output.printable(item.draft.place)
        click.echo(f"  new: {item.entry.transcript_id} from {path}, {place}")
    if len(new) > _SHOWN:
        click.echo(
            f"  and {len(new) - _SHOWN:,} more; --json names the file of every ID, again too"
        )


def report_skipped(ingested: Ingested) -> int:
    """Name skipped files, unfollowed links and doubles on stderr; return the exit code."""
    for link in ingested.links:
        click.echo(f"not followed, leads out of the folder: {output.printable(link)}", err=True)
    for error in ingested.skipped:
        click.echo(f"skipped: {output.printable(str(error))}", err=True)
    for item in ingested.numbered:
        if item.resembles:
            click.echo(
                f"{item.entry.transcript_id} has most of its words from {item.resembles}, and what"
                " is hidden there, or was decided, counts for it no more: if it is the same"
                f" interview, give it that ID ({output.printable(item.draft.path)})",
                err=True,
            )
    return 1 if ingested.skipped else 0
