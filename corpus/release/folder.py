"""A folder that appears whole or not at all, whatever happens on the way."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
            _sync(Path(folder))
        build.rename(target)
    except BaseException:
        shutil.rmtree(build, ignore_errors=True)
        raise
    _sync(root)


def _clear(root: Path) -> None:
    for path in root.iterdir():
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


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
