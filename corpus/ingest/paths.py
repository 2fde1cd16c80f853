"""What a user names on the command line in, files out."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from corpus.errors import MachineError, SourceError

_MAGIC = re.compile(r"[*?\[]")


def expand(paths: Sequence[str], *, leave: Callable[[str], None] = lambda _: None) -> list[str]:
    """Return the files that the paths stand for, each once, in a stable order.

    A folder stands for all files below it, hidden ones left out; a pattern for what it
    matches; "-" for standard input. A link that leads out of the folder is not followed:
    it may lead to what nobody meant to hand over.

    Args:
        paths: what the user named.
        leave: told of each link that leads out.

    Raises:
        SourceError: a path leads to no file.
        MachineError: a folder could not be read.
    """
    found: dict[str, str] = {}
    for path in paths:
        for file in _expand(path, leave):
            found.setdefault(file if file == "-" else os.path.realpath(file), file)
    return list(found.values())


def _expand(path: str, leave: Callable[[str], None]) -> list[str]:
    # Unlike Path's, these tell of a name that is too long what they tell of one that is not there.
    if path == "-" or os.path.isfile(path):  # noqa: PTH113
        return [path]
    if os.path.isdir(path):  # noqa: PTH112
        root, named = path, _below(path)
        problem = "the folder holds no file"
    else:
        root, named = _fixed(path), _matches(path)
        problem = "no such file, folder or match"
    files, led_out = [], False
    real = os.path.realpath(root)
    for file in named:
        if os.path.commonpath([real, os.path.realpath(file)]) == real:
            files += [] if Path(file).is_dir() else [file]
        else:
            leave(file)
            led_out = True
    if not files:
        remedy = "name what its links lead to" if led_out else "check the path"
        raise SourceError(problem, path=path, remedy=remedy)
    return files


def _matches(pattern: str) -> Iterator[str]:
    try:
        matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
    except RecursionError:
        raise SourceError(
            "the folders are nested too deeply for a pattern",
            path=pattern,
            remedy="name the folder itself",
        ) from None
    for match in matches:
        yield from _below(match) if Path(match).is_dir() else [match]


def _below(folder: str) -> Iterator[str]:
    """Yield the files below a folder, and the links to folders, which are not walked.

    Written out, since os.walk calls itself for each level and ends at a thousand.
    """
    waiting = [folder]
    while waiting:
        parent = waiting.pop()
        try:
            shown = [path for path in Path(parent).iterdir() if not path.name.startswith(".")]
        except OSError as error:
            _fail(error)
        paths = sorted(map(str, shown))
        folders = [path for path in paths if os.path.isdir(path)]  # noqa: PTH112 - as above
        links = [path for path in folders if os.path.islink(path)]  # noqa: PTH114 - as above
        yield from links
        yield from sorted(set(paths) - set(folders))
        waiting += sorted(set(folders) - set(links), reverse=True)


def _fixed(pattern: str) -> str:
    """Return the folder that a pattern starts from."""
    start = _MAGIC.split(pattern, maxsplit=1)[0]
    return os.path.dirname(start) or "."  # noqa: PTH120 - of a beginning, not of a path


def _fail(error: OSError) -> NoReturn:
    if isinstance(error, FileNotFoundError):
        raise SourceError("the folder is gone", path=error.filename, remedy="check the path")
    raise MachineError(
        f"{error.filename}: could not be read ({error.strerror}) - check the folder's permissions"
    ) from error
