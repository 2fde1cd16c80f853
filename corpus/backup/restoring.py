"""A backup into a folder: read, checked and laid ready; only then swapped in."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus import config
from corpus.backup import contents, swap
from corpus.backup.archive import Archive
from corpus.backup.contents import DATABASE, KEPT, KEY, SETTINGS
from corpus.backup.saving import expect, key_check
from corpus.config import Config
from corpus.errors import BackupError, MachineError
from corpus.registry import health, schema
from corpus.workspace import GITIGNORE, PRIVATE, hold, read_key

_LARGEST_SETTINGS = 1_000_000
_LARGEST_KEY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did."""

    root: Path
    resumed: bool
    """It ended a restore that had been interrupted, and looked at no backup."""
    kept: Path | None
    """Where what it replaced lies."""


def restore(path: Path, root: Path, *, key: Path | None = None, replace: bool = False) -> Restored:
    """Restore a backup into a folder that is empty or absent, or in place of a workspace.

    Nothing of the workspace is touched before all of the backup was checked. Interrupted before
    that, the old state stands; after it, the next call ends what was begun.

    Args:
        path: the backup.
        root: the workspace's folder.
        key: a copy of the workspace's key, for a backup that has none.
        replace: put it in place of the workspace that is there; its files are kept.

    Raises:
        BackupError: the backup is damaged, its key is missing, or the folder is not empty.
        MachineError: the disk is full, or another process works here.
    """
    root = root.resolve()
    if swap.is_begun(root):
        with hold(root):
            swap.end(root)
        return Restored(root=root, resumed=True, kept=_kept(root))
    with _opened(path) as source:
        settings = _checked(source)
        secret = _secret(source, root, key)
        fresh = _is_fresh(root)
        if not fresh:
            _allow(root, replace=replace)
        with _prepared(root, fresh=fresh), hold(root):
            _stage(source, swap.staging(root), secret)
            gone = _gone(root, settings, source)
            _close(root / DATABASE)
            swap.begin(root, gone)
            swap.end(root)
    return Restored(root=root, resumed=False, kept=_kept(root))


@contextmanager
def _opened(path: Path) -> Iterator[Archive]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror}") from error
    with file:
        yield Archive(file, path)


def _checked(source: Archive) -> Config:
    """Return the settings that a backup holds, once all of it was found good."""
    manifest = source.manifest
    if manifest.schema > schema.VERSION:
        raise source.bad(
            f"is of version {manifest.schema}, this corpus knows {schema.VERSION}",
            "use the version of corpus that made it, or a newer one",
        )
    source.verify()
    try:
        settings = config.parse(source.text(SETTINGS, _LARGEST_SETTINGS), source.path / SETTINGS)
    except RecursionError:
        raise source.bad("holds a corpus.toml that cannot be read") from None
    if DATABASE not in manifest.members or manifest.schema < 1:
        raise source.bad("is no backup of a workspace")
    names = {name.casefold() for name in manifest.members}
    above = {str(folder) for name in names for folder in PurePosixPath(name).parents}
    plain = len(names) == len(manifest.members) and not names & above
    if not plain or not all(contents.may_hold(name, settings) for name in manifest.members):
        raise source.bad("holds what no backup holds")
    return settings


def _secret(source: Archive, root: Path, key: Path | None) -> str | None:
    """Return the key to write, as its file holds it; None where it is in its place already.

    Raises:
        BackupError: there is none, or it did not make this data.
    """
    if key is not None:
        made = read_key(key)
    elif KEY in source.manifest.members:
        try:
            made = bytes.fromhex(source.text(KEY, _LARGEST_KEY).decode("ascii"))
        except ValueError:
            made = b""
    elif (root / KEY).is_file():
        made = read_key(root / KEY)
    else:
        raise source.bad(
            "was made without the key, and none is here: IDs and verdicts depend on it",
            "hand it over with --key FILE",
        )
    if key_check(made) != source.manifest.key_check:
        raise source.bad(
            "was made under another key", "hand over the key that made it with --key FILE"
        )
    in_place = (root / KEY).is_file() and (root / KEY).read_bytes() == f"{made.hex()}\n".encode()
    return None if in_place else made.hex()


def _is_fresh(root: Path) -> bool:
    """Tell whether there is nothing in the folder but what an earlier try left."""
    if not root.exists():
        return True
    if not root.is_dir():
        raise BackupError("is no folder", path=root, remedy="name another")
    private = root / PRIVATE
    left = {swap.staging(root).name, "lock"}
    return all(path == private and path.is_dir() for path in root.iterdir()) and (
        not private.exists() or all(path.name in left for path in private.iterdir())
    )


def _allow(root: Path, *, replace: bool) -> None:
    """Refuse to replace what is no workspace, or without being told to."""
    if not (root / SETTINGS).exists() and not (root / DATABASE).exists():
        raise BackupError("is not empty", path=root, remedy="name an empty or a new folder")
    if not replace:
        raise BackupError(
            "is a workspace already", path=root, remedy="name another folder, or add --replace"
        )
    if _kept(root):
        raise BackupError(
            "what an earlier restore replaced lies here still",
            path=root / KEPT,
            remedy="delete it, or move it away",
        )


def _kept(root: Path) -> Path | None:
    return root / KEPT if (root / KEPT).exists() else None


@contextmanager
def _prepared(root: Path, *, fresh: bool) -> Iterator[None]:
    """Make the folders for what is laid ready; where that fails, take them away again."""
    staged = swap.staging(root)
    existed = root.exists()
    try:
        (root / PRIVATE).mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(mode=0o700)
        yield
    except BaseException as error:
        if staged.exists():  # nothing was swapped
            shutil.rmtree(root / PRIVATE if fresh else staged, ignore_errors=True)
            if not existed:
                shutil.rmtree(root, ignore_errors=True)
        if isinstance(error, OSError):
            raise MachineError(f"{root} cannot be restored: {error.strerror}") from error
        raise


def _stage(source: Archive, staged: Path, secret: str | None) -> None:
    """Lay all files ready, and look at the database as it will be."""
    for name in source.manifest.members:
        if name != KEY:
            source.extract(name, staged / "files" / name)
    expect(staged / "files" / DATABASE, source)
    if secret is not None:
        place = staged / "files" / KEY
        place.touch(mode=0o600)
        place.write_text(f"{secret}\n", encoding="ascii")
    if not (staged.parent / ".gitignore").exists():
        (staged / "files" / PRIVATE / ".gitignore").write_text(GITIGNORE, encoding="utf-8")


def _gone(root: Path, settings: Config, source: Archive) -> list[str]:
    """Return what is in the workspace that the backup has nothing in place of.

    Raises:
        BackupError: something is in the way.
    """
    members = source.manifest.members
    for name in members:
        place = root / name
        above = [p for p in place.parents if p != root and p.is_relative_to(root)]
        blocked = place.is_dir() or any(p.exists() and not p.is_dir() for p in above)
        if blocked or not contents.is_inside(root, place):
            raise BackupError("is in the way", path=place, remedy="move it away")
    had = contents.files(root, settings)
    logs = [f"{DATABASE}-wal", f"{DATABASE}-shm"]
    return [*(name for name in had if name not in members), *logs]


def _close(database: Path) -> None:
    """Bring what is in the old database's log into it; nobody may have it open.

    Raises:
        MachineError: another program has.
    """
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        problem = health.translated(error, database)
        if isinstance(problem, MachineError):
            raise problem from error
