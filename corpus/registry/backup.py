"""A copy of the database as it stands, made before its tables change."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from corpus.errors import MachineError


def back_up(database: Path, copy: Path) -> None:
    """Copy the database, compare the copy with it, and only then give it its name.

    Call it where a transaction holds the write lock and has changed nothing yet: the copy is
    read through a connection of its own, since one cannot copy what itself is about to change.

    Raises:
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
                if _state(written) != _state(source):
                    raise MachineError(f"the copy {copy} is not what was copied - check the disk")
        _sync(partial)
        partial.replace(copy)
        _sync(copy.parent)
    except OSError as error:
        raise MachineError(f"{copy} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def _state(connection: sqlite3.Connection) -> list[object]:
    """Return what two copies of a database that are both whole have in common."""
    tables = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        )
    ]
    queries = ["PRAGMA integrity_check", "PRAGMA user_version", "SELECT sql FROM sqlite_master"]
    queries += [f"SELECT count(*) FROM {name}" for name in tables]  # noqa: S608, our own names
    return [connection.execute(query).fetchall() for query in queries]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
