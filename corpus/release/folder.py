"""A folder that appears whole or not at all, whatever happens on the way."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus import files
from corpus.errors import MachineError

_LEFTOVER = re.compile(r"\.tmp-.+-[0-9]+")
_READ_ONLY = 0o444


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Yield a sibling folder that becomes the target if the block ends well, else vanishes.

    What a killed run left beside the target is removed first; the caller sees to it
    that no other run is under way.

    Raises:
        MachineError: the disk is full, or the folder cannot be written.
    """
    try:
        yield from _staged(target)
    except OSError as error:
        raise MachineError(
            f"{target}: it could not be written ({error.strerror or error})"
            " - free some space or mend the folder's permissions, then run this again"
        ) from error


def _staged(target: Path) -> Iterator[Path]:
    root = target.parent
    root.mkdir(parents=True, exist_ok=True)
    _clear(root)
    build = root / f".tmp-{target.name}-{os.getpid()}"
    build.mkdir()
    try:
        yield build
        for folder, _, _ in os.walk(build):
            files.sync(Path(folder))
        build.rename(target)
    except BaseException:
        shutil.rmtree(build, ignore_errors=True)
        raise
    files.sync(root)


@contextmanager
def swapped(target: Path) -> Iterator[Path]:
    """Yield a sibling folder that takes the target's place if the block ends well, else vanishes.

    What stood there is removed. Killed between the two, `recover` brings the old one back.

    Raises:
        MachineError: the disk is full, or the folder cannot be written.
    """
    new, old = (target.with_name(f".{name}-{target.name}") for name in ("new", "old"))
    with staged(new) as build:
        yield build
    try:
        target.rename(old)
        try:
            new.rename(target)
        except OSError:
            old.rename(target)
            shutil.rmtree(new, ignore_errors=True)
            raise
        files.sync(target.parent)
        _take_away(old)
    except OSError as error:
        raise MachineError(
            f"{target}: it could not be replaced ({error.strerror or error})"
            " - mend the folder's permissions, then run this again"
        ) from error


def removed(target: Path) -> None:
    """Take a folder away; killed on the way, `recover` takes the rest.

    Raises:
        MachineError: it cannot be written.
    """
    try:
        gone = target.with_name(f".gone-{target.name}")
        target.rename(gone)
        files.sync(target.parent)
        _take_away(gone)
    except OSError as error:
        raise MachineError(
            f"{target}: it could not be removed ({error.strerror or error})"
            " - mend the folder's permissions, then run this again"
        ) from error


def _take_away(folder: Path) -> None:
    shutil.rmtree(folder)
    files.sync(folder.parent)


def recover(root: Path) -> None:
    """Tidy up after a killed `swapped` or `removed`: an old folder stands again where none does.

    Raises:
        MachineError: the folder cannot be written.
    """
    try:
        for path in sorted(root.iterdir()) if root.is_dir() else ():
            if path.is_symlink() or not path.name.startswith((".old-", ".new-", ".gone-")):
                continue
            target = root / path.name.removeprefix(".old-")
            if path.name.startswith(".old-") and not target.exists():
                path.rename(target)
            else:
                shutil.rmtree(path)
        _clear(root)
    except OSError as error:
        raise MachineError(
            f"{root}: it could not be mended ({error.strerror or error})"
            " - mend the folder's permissions, then run this again"
        ) from error


def _clear(root: Path) -> None:
    for path in root.iterdir() if root.is_dir() else ():
        if _LEFTOVER.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)


def put(path: Path, data: bytes) -> None:
    """Write a new read-only file, folders included, and wait until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READ_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
