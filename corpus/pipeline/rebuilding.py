"""A release made again from its workspace, and compared byte for byte."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import ReleaseError
from corpus.pipeline import parent as parents
from corpus.pipeline import releasing
from corpus.release import write as writing
from corpus.release.read import Release
from corpus.renewal import Progress, silent
from corpus.workspace import Workspace


def rebuild(
    workspace: Workspace,
    release: Release,
    *,
    workers: int | None = None,
    progress: Progress = silent,
) -> tuple[str, ...]:
    """Make a release again, apart, and return the files that come out otherwise.

    It can be equal only as long as transcripts, findings, decisions, rules and settings are those
    that it was made from, and with the same version of pyarrow. Where they are not, it is made all
    the same, whatever version that would call for and whatever would stand: nobody gets it.

    Args:
        workspace: which made it.
        release: of its releases; its files were verified.
        workers: processes to use; as corpus.toml says without it.
        progress: told how far each stage is.

    Raises:
        ReleaseError: a withdrawal or a recall wrote it again; its parent is gone; or nothing can
            be released any more.
        MachineError: the disk is full, or another process works here.
    """
    manifest = release.manifest
    if manifest["reissue"]:
        raise ReleaseError(
            "it was reissued by a withdrawal or a recall, so it cannot be made anew",
            path=release.path,
            remedy="verify it without --rebuild",
        )
    before = manifest["parent"]
    date = dt.date.fromisoformat(manifest["date"]) if manifest["date"] else None
    with (
        releasing.prepared(
            workspace,
            parent=before["version"] if before else parents.NONE,
            date=date,
            access=manifest["ingested"]["access"],
            workers=workers,
            progress=progress,
        ) as ready,
        tempfile.TemporaryDirectory(dir=workspace.private) as folder,
    ):
        again = writing.write(
            Path(folder),
            release.version,
            redacted=ready.redacted,
            withheld=ready.summary.withheld,
            about=releasing.about(workspace, ready.summary, manifest.get("bared", 0)),
            parent=ready.parent,
            date=date,
            check_step=False,
        )
        return tuple(_differing(again, release.path))


def _differing(again: Path, before: Path) -> Iterator[str]:
    names = {p.relative_to(f) for f in (again, before) for p in f.rglob("*") if p.is_file()}
    for name in sorted(map(str, names)):
        made, had = again / name, before / name
        if not (made.exists() and had.exists()) or made.read_bytes() != had.read_bytes():
            yield name
