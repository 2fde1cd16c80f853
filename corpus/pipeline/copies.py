"""What else in a workspace may hold a transcript: copies of releases, exports, notes."""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from corpus import config, semver
from corpus.release.read import Release
from corpus.release.withdrawals import NAME
from corpus.workspace import Workspace

_GIT = ".git"
_TABLE = ".parquet"


def copies(workspace: Workspace, transcript_id: str, of: Iterable[Release]) -> tuple[Path, ...]:
    """Return what beside releases and private/ may hold the transcript, by file or folder.

    A file may that names it or quotes its ID, or is a table of a release that carries it.

    Args:
        workspace: where to look; a history in git is told, not read.
        transcript_id: whose.
        of: releases that carry it.
    """
    tables = {
        file["sha256"]
        for release in of
        for name, file in release.manifest["files"].items()
        if name.endswith(_TABLE)
    }
    found = {_told(workspace, p) for p in _files(workspace) if _may_hold(p, transcript_id, tables)}
    if (git := workspace.root / _GIT).exists():
        found.add(git)
    return tuple(sorted(found))


def _files(workspace: Workspace) -> Iterator[Path]:
    for folder, folders, names in os.walk(workspace.root):
        here = Path(folder)
        folders[:] = [name for name in folders if not _is_ours(workspace, here / name)]
        paths = (here / name for name in names)
        ours = (workspace.releases / NAME, workspace.root / config.FILE_NAME)
        yield from (p for p in paths if p.is_file() and p not in ours)


def _is_ours(workspace: Workspace, folder: Path) -> bool:
    is_version = folder.parent == workspace.releases and semver.is_version(folder.name)
    return is_version or folder == workspace.private or folder.name == _GIT


def _told(workspace: Workspace, path: Path) -> Path:
    """Return the topmost folder that the file lies in, below releases/ where it lies there."""
    below = workspace.releases if path.is_relative_to(workspace.releases) else workspace.root
    return below / path.relative_to(below).parts[0]


def _may_hold(path: Path, transcript_id: str, tables: Collection[str]) -> bool:
    """Tell whether the file may; one that cannot be read may as well."""
    if transcript_id in path.name:
        return True
    try:
        with path.open("rb") as file:
            if path.suffix == _TABLE and hashlib.file_digest(file, "sha256").hexdigest() in tables:
                return True
            if os.fstat(file.fileno()).st_size == 0:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return content.find(transcript_id.encode()) >= 0
    except OSError:
        return True
