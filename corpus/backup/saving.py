"""A workspace into one file, which takes its name once it was read back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus import __version__, ids
from corpus.backup import archive, contents
from corpus.backup.archive import Archive
from corpus.backup.contents import DATABASE, KEY
from corpus.errors import BackupError, MachineError, WorkspaceError
from corpus.files import sync
from corpus.registry.backup import back_up
from corpus.registry.health import examine
from corpus.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a backup holds."""

    path: Path
    transcripts: int
    decisions: int
    files: tuple[str, ...]
    with_key: bool
    left_out: tuple[str, ...]
    """What corpus.toml names that leads out of the workspace, and links."""


def key_check(key: bytes) -> str:
    """Return what tells a key from others without giving it away."""
    return ids.keyed(key, "backup")


def backup(
    workspace: Workspace, path: Path, *, with_key: bool = False, force: bool = False
) -> Saved:
    """Write the workspace to a file; others may read meanwhile, none may write.

    Raises:
        BackupError: the file is there already (without force), or is none to write to.
        WorkspaceError: the database is damaged.
        MachineError: the disk is full, or another process works here.
    """
    _refuse(workspace, path, force=force)
    with workspace.lock(), _folder(workspace.private / "backup.new") as folder:
        workspace.registry().close()  # of this version, and whole
        copy = folder / "copy.db"
        back_up(workspace.private / "workspace.db", copy)
        state = examine(copy)
        members = {**contents.files(workspace.root, workspace.config), DATABASE: copy}
        if with_key:
            members[KEY] = workspace.private / "key"
        if len(members) > archive.MOST_MEMBERS:
            raise BackupError(
                f"over {archive.MOST_MEMBERS} files",
                path=workspace.rules,
                remedy="take out of this folder what are no rules",
            )
        about = {
            "corpus": __version__,
            "schema": state.version,
            "key_check": key_check(workspace.key),
            "rows": state.rows,
        }
        partial = path.with_name(f".{path.name}.new")
        try:
            partial.unlink(missing_ok=True)
            partial.touch(mode=0o600)
            with partial.open("wb") as out:
                archive.write(out, members, about)
                out.flush()
                os.fsync(out.fileno())
            copy.unlink()
            _read_back(partial, folder)
            partial.replace(path)
            sync(path.parent)
        except OSError as error:
            raise MachineError(f"{path} cannot be written: {error.strerror}") from error
        finally:
            partial.unlink(missing_ok=True)
    return Saved(
        path=path,
        transcripts=state.rows["transcripts"],
        decisions=state.rows["decisions"],
        files=tuple(members),
        with_key=with_key,
        left_out=tuple(contents.left_out(workspace.root, workspace.config)),
    )


def _refuse(workspace: Workspace, path: Path, *, force: bool) -> None:
    target = path.resolve()
    if target.is_relative_to(workspace.releases.resolve()):
        raise BackupError(
            "lies among the releases, which are published",
            path=path,
            remedy="write it elsewhere: it holds the raw transcripts",
        )
    ours = contents.files(workspace.root, workspace.config).values()
    if target in {file.resolve() for file in ours} or (
        target.parent == workspace.private.resolve()
        and target.name.startswith(("workspace.db", "key", "lock"))
    ):
        raise BackupError("is the workspace's own", path=path, remedy="give the backup a name")
    if path.exists() and not path.is_file():
        raise BackupError("is no file", path=path, remedy="name a file, there or to be made")
    if path.exists() and not force:
        raise BackupError("is there already", path=path, remedy="name another, or add --force")


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """Make an empty folder that is gone afterwards."""
    try:
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(mode=0o700)
    except OSError as error:
        raise MachineError(f"{path} cannot be made: {error.strerror}") from error
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _read_back(path: Path, folder: Path) -> None:
    try:
        with path.open("rb") as file:
            read = Archive(file, path)
            read.verify()
            read.extract(DATABASE, folder / "read.db")
            expect(folder / "read.db", read)
    except BackupError as error:
        raise MachineError(f"{path} is not what was written - check the disk") from error


def expect(database: Path, source: Archive) -> None:
    """Compare a database that was read from a backup with what the manifest says.

    Raises:
        BackupError: it is damaged, or another one.
    """
    try:
        state = examine(database)
    except WorkspaceError:
        raise source.bad("holds a damaged database") from None
    if (state.version, state.rows) != (source.manifest.schema, source.manifest.rows):
        raise source.bad("holds another database than its manifest says")
