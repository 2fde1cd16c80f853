"""What is to be checked: the names given, standard input, or all that there is.

The functions of os.path are used where the methods of Path raise for what may not be looked at:
opening it will tell why.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.check import disk, git, index
from corpus.check.types import Item, Target, Unread
from corpus.errors import InputError

STDIN = Path("-")


def named(
    paths: Sequence[Path], *, root: Path, most: int, stdin_name: str = ""
) -> Iterator[Target]:
    """Yield what the names stand for, each file once; "-" is standard input, whatever its name.

    Args:
        paths: the names, as given.
        root: of the repository or workspace, which the names of the items are below.
        most: how many bytes of standard input are held.
        stdin_name: the name that standard input is to be taken for.

    Raises:
        InputError: a name is that of a folder.
    """
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112
            raise InputError("is a folder", path=path, remedy="name its files, or use --all")
    return _named(paths, root.resolve(), most, stdin_name or str(STDIN))


def everything(root: Path, *, most: int) -> Iterator[Target]:
    """Yield all that git tracks of the repository, outside of git all files below the root.

    Raises:
        MachineError: git is not there, or failed.
    """
    top = git.root(root)
    return index.tracked(top, most=most) if top else _below(root.resolve())


def _named(paths: Sequence[Path], root: Path, most: int, stdin_name: str) -> Iterator[Target]:
    done = set()
    for path in paths:
        if path == STDIN:
            target = _standard_input(_name(Path(stdin_name), root), stdin_name, most)
        else:
            target = _file(path, _name(path, root), root)
        what = (path == STDIN, target.name)
        if what not in done:
            done.add(what)
            yield target


def _standard_input(name: str, path: str, most: int) -> Target:
    if sys.stdin is None:
        return Unread(path=path, name=name, why="is closed")
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        return Unread(path=path, name=name, why=f"is too large to be read: over {most:,} bytes")
    return Item(path=path, name=name, source=data, size=len(data))


def _file(path: Path, name: str, root: Path) -> Target:
    """Return the file; a link of the repository's must not lead out of it."""
    inside = not Path(name).is_absolute()
    if inside and os.path.islink(path) and not _leads_into(path, root):  # noqa: PTH114
        return Unread(path=str(path), name=name, why="is a link to what lies elsewhere")
    return disk.file(path, top=root, path=str(path), name=name)


def _leads_into(path: Path, root: Path) -> bool:
    """Say whether a link ends below the root, or nowhere, which opening it will tell."""
    end = Path(os.path.realpath(path))
    return end.is_relative_to(root) or not os.path.exists(end)  # noqa: PTH110


def _name(path: Path, root: Path) -> str:
    """Return the name below the root, whichever links lead there; outside of it the full one."""
    place = Path(os.path.realpath(path.parent), path.name)
    return (place.relative_to(root) if place.is_relative_to(root) else place).as_posix()


def _below(root: Path) -> Iterator[Target]:
    """Yield all files below a folder that is in no repository, however deep.

    Links are not followed. Pipes, sockets and devices hold nothing that could be passed on.
    """
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(root / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            why = f"cannot be read: {error.strerror}"
            yield Unread(path=index.told(root, folder), name=folder or ".", why=why)
            continue
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name != ".git":
                    folders.append(name)
                continue
            path = index.told(root, name)
            if entry.is_symlink():
                yield disk.link(root / name, path=path, name=name)
            elif entry.is_file():
                yield disk.file(root / name, top=root, path=path, name=name)
            else:
                yield Unread(path=path, name=name, why="is not a file", fails="never")
