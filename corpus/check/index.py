"""What git has in its index: what a commit would add or change, or all that is tracked.

Within a hook it is the index of the commit to come (GIT_INDEX_FILE), which for `git commit -a`
and `git commit FILE` is not the one that stays.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

from corpus.check import disk, git, lfs, private
from corpus.check.blobs import Blobs, TooLarge
from corpus.check.types import Item, Target, Unread
from corpus.errors import MachineError

_FILE = "100"
"""How the mode of a file begins."""
_LINK = "120000"
_SUBMODULE = "160000"
_CHANGED = (
    *("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev"),
    *("--ita-invisible-in-index", "HEAD", "--"),
)
_HAS_COMMITS = ("rev-parse", "--verify", "--quiet", "HEAD")
_ENTRIES = ("--literal-pathspecs", "ls-files", "--stage", "-z", "--full-name", "--")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    name: str
    mode: str
    oid: str
    is_resolved: bool = True


def staged(top: Path, *, most: int) -> Iterator[Target]:
    """Yield what a commit would add or change, as the index has it.

    Args:
        top: of the working tree.
        most: how many bytes are held; what is larger comes as unread, with its SHA-256: a failure
            where it is of a kind that is looked into.

    Raises:
        MachineError: git is not there, or failed.
    """
    with Blobs(top, most=most) as blobs:
        for entry in _changed(top):
            if entry.is_resolved:
                yield _blob(entry, blobs, top, most=most, fails="always")
            else:
                yield _unread(entry, top, "has conflicts that are not resolved: git add it first")


def tracked(top: Path, *, most: int) -> Iterator[Target]:
    """Yield all that git tracks, as it lies in the working tree, else as the index has it.

    Args:
        top: of the working tree.
        most: as for `staged`, of what is in the index alone.

    Raises:
        MachineError: git is not there, or failed.
    """
    with Blobs(top, most=most) as blobs:
        for name, (entry, *_) in groupby(_entries(top), key=lambda e: e.name):
            place = top / name
            try:
                mode = place.lstat().st_mode
            except (FileNotFoundError, NotADirectoryError):
                mode = stat.S_IFDIR
            except OSError as error:
                yield _unread(entry, top, f"cannot be read: {error.strerror}")
                continue
            if stat.S_ISDIR(mode):
                yield _blob(entry, blobs, top, most=most, fails="guarded")
            elif stat.S_ISLNK(mode):
                yield disk.link(place, path=told(top, name), name=name)
            else:
                yield disk.file(place, top=top, path=told(top, name), name=name)


def held(top: Path, names: Iterable[str], *, most: int) -> dict[str, bytes]:
    """Return what the index has of some files; links and what is not tracked are left out.

    Args:
        top: of the working tree.
        names: of the files, below the top.
        most: bytes that each may have.

    Raises:
        MachineError: git is not there, or failed, or a file is too large.
    """
    found = {}
    with Blobs(top, most=most) as blobs:
        for entry in _entries(top, *names):
            if entry.is_resolved and entry.mode.startswith(_FILE):
                blob = blobs.read(entry.oid)
                if not isinstance(blob, bytes):
                    raise MachineError(f"{entry.name} cannot be had from git, or is too large")
                found[entry.name] = blob
    return found


def told(top: Path, name: str) -> str:
    """Return the path by which what lies below the top is opened from the current folder."""
    return os.path.relpath(top / name)


def _changed(top: Path) -> Iterator[_Entry]:
    done = git.ask(top, *_CHANGED)
    if not done.returncode:
        return _differences(done.stdout)
    if git.ask(top, *_HAS_COMMITS).returncode:
        return _entries(top)
    return _differences(git.run(top, *_CHANGED))


def _differences(raw: bytes) -> Iterator[_Entry]:
    """Yield the entries of ":mode mode oid oid status", name; by turns, each ended by a NUL."""
    fields = iter(raw.split(b"\0"))
    for facts, name in zip(fields, fields, strict=False):
        _, mode, _, oid, status = facts.decode().split(" ")
        if status != "D":
            yield _Entry(name=os.fsdecode(name), mode=mode, oid=oid, is_resolved=status != "U")


def _entries(top: Path, *names: str) -> Iterator[_Entry]:
    """Yield the entries of "mode oid stage<TAB>name", each ended by a NUL; all without names."""
    for line in git.run(top, *_ENTRIES, *names).split(b"\0")[:-1]:
        facts, _, name = line.partition(b"\t")
        mode, oid, stage = facts.decode().split(" ")
        yield _Entry(name=os.fsdecode(name), mode=mode, oid=oid, is_resolved=stage == "0")


def _blob(
    entry: _Entry, blobs: Blobs, top: Path, *, most: int, fails: Literal["always", "guarded"]
) -> Target:
    path = told(top, entry.name)
    if entry.mode == _SUBMODULE:
        return _unread(entry, top, "is a submodule, a repository of its own", fails="never")
    blob = blobs.read(entry.oid)
    if blob is None:
        return _unread(entry, top, "cannot be had from git: git fsck says why", fails=fails)
    if isinstance(blob, TooLarge):
        return Unread(
            path=path,
            name=entry.name,
            why=f"is too large to be read: {blob.size:,} bytes",
            fails="always" if _is_read(blob.head, entry.name, most) else "guarded",
            sha256=blob.sha256,
        )
    if entry.mode != _LINK:
        pointed = lfs.content(blob, top=top, path=path, name=entry.name)
        if pointed:
            return pointed
    return Item(path=path, name=entry.name, source=blob, size=len(blob))


def _is_read(head: bytes, name: str, most: int) -> bool:
    """Tell by its first bytes whether a blob is of a kind that is looked into."""
    from corpus.check import opening

    return private.is_database(head) or opening.is_read(
        opening.open_item(head, name, most=most).kind
    )


def _unread(
    entry: _Entry, top: Path, why: str, *, fails: Literal["always", "guarded", "never"] = "always"
) -> Unread:
    return Unread(path=told(top, entry.name), name=entry.name, why=why, fails=fails)
