"""A copy of the database as it stands, for a backup or before its tables change."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from corpus.errors import MachineError
from corpus.files import sync
from corpus.registry.health import state


def back_up(database: Path, copy: Path) -> None:
    """Copy the database, compare the copy with it, and only then give it its name.

    Call it where the workspace is locked, or where a transaction holds the write lock and has
    changed nothing yet: the copy is read through a connection of its own, since one cannot copy
    what itself is about to change.

    Raises:
        WorkspaceError: the database is damaged.
        MachineError: the disk is full, or gives back something else than was written.
        sqlite3.DatabaseError: the database cannot be read or the copy not be written.
    """
    partial = copy.with_name(f".{copy.name}.new")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        with closing(sqlite3.connect(database)) as source:
            with closing(sqlite3.connect(partial)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the original
            with closing(sqlite3.connect(partial)) as written:
                if state(source, database) != state(written, copy):
                    raise MachineError(f"the copy {copy} is not what was copied - check the disk")
        sync(partial)
        partial.replace(copy)
        sync(copy.parent)
    except OSError as error:
        raise MachineError(f"{copy} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
