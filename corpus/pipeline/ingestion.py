"""Files into a workspace: read, numbered, stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Literal

from corpus import ids, numbering, settings
from corpus import ingest as reading
from corpus.errors import CorpusError, MachineError, SourceError, WorkspaceError
from corpus.model import Draft
from corpus.numbering import Numbered
from corpus.renewal import Progress, silent
from corpus.workspace import Workspace

OnError = Literal["stop", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What an ingest did."""

    numbered: tuple[Numbered, ...]
    """Every transcript that was taken, by ID."""
    skipped: tuple[CorpusError, ...]
    """What was left out under on_error="skip"; each names its file."""
    links: tuple[str, ...] = ()
    """Links that lead out of a folder; none was followed."""


def ingest(
    workspace: Workspace,
    paths: Sequence[str],
    *,
    cohort: str | None = None,
    source_format: str | None = None,
    on_error: OnError = "stop",
    replace: bool = False,
    stdin: BinaryIO | None = None,
    progress: Progress = silent,
) -> Ingested:
    """Read files, folders, globs or "-" and store their transcripts, all or none.

    Args:
        workspace: where to store them.
        paths: what to read.
        cohort: prefix for transcripts without a stable ID; the workspace's by default.
        source_format: read every file as this format instead of looking at it.
        on_error: "skip" leaves out what cannot be read and names it in the result.
        replace: let a text take the ID that it claims from one that it hardly resembles; what
            its participant agreed to is not known then.
        stdin: what "-" reads.
        progress: told how many files are read.

    Raises:
        SourceError: a file is no transcript, or two claim one ID (on_error="stop").
        MachineError: a file cannot be read, the disk is full, another process works here.
    """
    skipped: list[CorpusError] = []

    def refuse(error: CorpusError) -> None:
        if on_error == "stop":
            raise error
        skipped.append(error)

    prefix = _cohort(workspace.config.cohort if cohort is None else cohort)
    drafts: list[Draft] = []
    links: list[str] = []
    files = reading.expand(paths, leave=links.append)
    with workspace.lock(), workspace.registry() as registry:
        for done, path in enumerate(files, start=1):
            try:
                drafts += reading.read_file(
                    path, roles=settings.roles(workspace), format=source_format, stdin=stdin
                )
            except (SourceError, MachineError) as error:
                refuse(error)
            progress("ingest", done, len(files))
        numbered = numbering.number(
            drafts, registry, key=workspace.key, cohort=prefix, refuse=refuse, replace=replace
        )
        with registry.transaction():
            for item in numbered:
                registry.put(
                    item.entry, source=item.draft.source, turns=item.draft.turns, prints=item.prints
                )
                if item.state == "replaced":
                    registry.doubt_terms(item.entry.transcript_id)
    return Ingested(numbered=tuple(numbered), skipped=tuple(skipped), links=tuple(links))


def _cohort(name: str) -> str:
    if not ids.is_stable(ids.join(name, 1)):
        raise WorkspaceError(
            "not usable as a cohort",
            place=f"cohort {name!r}",
            remedy="use lower-case letters, digits and hyphens, a letter first",
        )
    return name
