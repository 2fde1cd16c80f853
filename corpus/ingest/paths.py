"""What a user names on the command line in, files out."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.errors import MachineError, SourceError


def expand(paths: Sequence[str]) -> list[str]:
    """Return the files that the paths stand for, each once, in a stable order.

    A folder stands for all files below it, hidden ones left out; a pattern for what it
    matches; "-" for standard input.

    Raises:
        SourceError: a path leads to no file.
        MachineError: a folder could not be read.
    """
    found: dict[str, str] = {}
    for path in paths:
        for file in _expand(path):
            found.setdefault(file if file == "-" else os.path.realpath(file), file)
    return list(found.values())


def _expand(path: str) -> list[str]:
    if path == "-" or Path(path).is_file():
        return [path]
    if Path(path).is_dir():
        files = list(_below(path))
        problem = "the folder holds no file"
    else:
        matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207
        files = [
            file
            for match in matches
            for file in (_below(match) if Path(match).is_dir() else [match])
        ]
        problem = "no such file, folder or match"
    if not files:
        raise SourceError(problem, path=path, remedy="check the path")
    return files


def _below(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder, onerror=_fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (str(Path(parent) / f) for f in sorted(files) if not f.startswith("."))


def _fail(error: OSError) -> None:
    if isinstance(error, FileNotFoundError):
        raise SourceError("the folder is gone", path=error.filename, remedy="check the path")
    raise MachineError(
        f"{error.filename}: could not be read ({error.strerror}) - check the folder's permissions"
    ) from error
