"""A release to files that people and other programs read: whole files, and never over others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from corpus import files, ids
from corpus.errors import InputError, MachineError, ReleaseError
from corpus.model import Redacted
from corpus.release import forms

Format = Literal["markdown", "jsonl", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)

_READABLE = 0o644
_BOM = "\ufeff"
"""What tells spreadsheets that a table is in UTF-8."""
_ONE_FILE: Mapping[str, Callable[[Iterable[Redacted]], str]] = {
    "jsonl": lambda transcripts: "".join(forms.jsonl(transcripts)),
    "csv": lambda transcripts: _BOM + forms.table(transcripts),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    path: Path
    format: Format
    transcripts: int
    ambiguous: tuple[str, ...]
    """IDs of transcripts whose Markdown may be read back as other turns; other forms hold."""


def write(
    transcripts: Sequence[Redacted],
    path: Path,
    form: Format,
    *,
    force: bool = False,
) -> Exported:
    """Write the transcripts, each file whole or not at all.

    Args:
        transcripts: what to write, in order.
        path: for Markdown a folder, which gets a file for each; else a file.
        form: one of FORMATS.
        force: replace files that are there.

    Raises:
        InputError: the form is not known, or something is there already; nothing was written.
        ReleaseError: an ID is no name for a file; nothing was written.
        MachineError: the disk is full or cannot be written.
    """
    if form not in FORMATS:
        raise InputError(f"there is no format {form!r}", remedy=f"use one of {', '.join(FORMATS)}")
    targets = [path] if form in _ONE_FILE else _targets(path, transcripts)
    _refuse(path, targets, form, force=force)
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if form in _ONE_FILE:
            files.replace(path, _ONE_FILE[form](transcripts).encode(), mode=_READABLE)
        else:
            path.mkdir(exist_ok=True)
            for target, transcript in zip(targets, transcripts, strict=True):
                files.replace(target, forms.markdown(transcript).encode(), mode=_READABLE)
    doubtful = [t for t in transcripts if form not in _ONE_FILE and not forms.is_plain(t)]
    return Exported(
        path=path,
        format=form,
        transcripts=len(transcripts),
        ambiguous=tuple(t.transcript_id for t in doubtful),
    )


def _targets(folder: Path, transcripts: Sequence[Redacted]) -> list[Path]:
    names = [transcript.transcript_id for transcript in transcripts]
    safe = all(map(ids.is_safe, names)) and len(set(map(str.casefold, names))) == len(names)
    if not safe:
        remedy = "have the release verified; jsonl and csv need no names for files"
        raise ReleaseError("its IDs are no names for files", path=folder, remedy=remedy)
    return [folder / f"{name}.md" for name in names]


def _refuse(path: Path, targets: Sequence[Path], form: str, *, force: bool) -> None:
    """Refuse what is there already, whether a file or a folder where the other is needed."""
    needed, other = ("file", path.is_dir()) if form in _ONE_FILE else ("folder", path.is_file())
    if other:
        problem, remedy = f"{form} is written to a {needed}", f"name a {needed} that is not there"
        raise InputError(problem, path=path, remedy=remedy)
    there = [] if force else [target for target in targets if os.path.lexists(target)]
    if there:
        more = f", and {len(there) - 1} more are" if len(there) > 1 else ""
        remedy = "choose another place, or write over it with --force"
        raise InputError(f"it is there already{more}", path=there[0], remedy=remedy)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MachineError(
            f"{path}: it could not be written ({error.strerror or error})"
            " - free some space or mend the folder's permissions, then run this again"
        ) from error
