"""Files as they lie on the disk, looked at without ever waiting for one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from corpus.check import bounded, lfs
from corpus.check.types import Item, Target, Unread

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def file(place: Path, *, top: Path, path: str, name: str) -> Target:
    """Return the file at a place, or where links lead to from there, or why it cannot be had."""
    try:
        status = place.stat()
        if not stat.S_ISREG(status.st_mode):
            return Unread(path=path, name=name, why=f"is {_kind(status.st_mode)}, not a file")
        with os.fdopen(os.open(place, bounded.WITHOUT_WAITING), "rb", buffering=0) as handle:
            head = handle.read(lfs.LARGEST) if status.st_size < lfs.LARGEST else b""
        pointed = lfs.content(head, top=top, path=path, name=name)
    except OSError as error:
        return Unread(path=path, name=name, why=f"cannot be read: {error.strerror}")
    return pointed or Item(path=path, name=name, source=place, size=status.st_size)


def link(place: Path, *, path: str, name: str) -> Target:
    """Return a link as git keeps it: the text of where it leads to."""
    try:
        text = os.fsencode(place.readlink())
    except OSError as error:
        return Unread(path=path, name=name, why=f"cannot be read: {error.strerror}")
    return Item(path=path, name=name, source=text, size=len(text))


def _kind(mode: int) -> str:
    return next((kind for fits, kind in _KINDS if fits(mode)), "something else")
