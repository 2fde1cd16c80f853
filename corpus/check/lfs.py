"""Git LFS: a pointer in the repository, the content beside it, on this machine or elsewhere."""

from __future__ import annotations

import os
import re
from pathlib import Path

from corpus.check import git
from corpus.check.types import Item, Target, Unread

LARGEST = 1024
"""A pointer is smaller, says the specification."""

_EXTENSIONS = rb"(?:ext-[0-9]-[\w.-]+ sha256:[0-9a-f]{64}\n)*"
"""Lines of whatever made the content out of another; git-lfs takes them before each of its own."""
_POINTER = re.compile(
    rb"version https://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/v1\n"
    + _EXTENSIONS
    + rb"oid sha256:(?P<oid>[0-9a-f]{64})\n"
    + _EXTENSIONS
    + rb"size (?P<size>[0-9]{1,18})\n"
)


def content(data: bytes, *, top: Path, path: str, name: str) -> Target | None:
    """Return what a pointer stands for; None where the bytes are no pointer.

    A pointer names its content by the SHA-256 that a release knows it by, so that content which
    lies elsewhere can be known.
    """
    if len(data) >= LARGEST or not (match := _POINTER.fullmatch(data)):
        return None
    oid, size = match["oid"].decode(), int(match["size"])
    stored = (git.common_dir(top) or top) / "lfs" / "objects" / oid[:2] / oid[2:4] / oid
    if os.path.isfile(stored) and stored.stat().st_size == size:  # noqa: PTH113 - never raises
        return Item(path=path, name=name, source=stored, size=size)
    return Unread(
        path=path,
        name=name,
        why="is a pointer of Git LFS whose content is not here (git lfs pull fetches it)",
        fails="guarded",
        sha256=oid,
    )
