"""One SQLite file, one writer, every change a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from corpus.errors import CorpusError, MachineError, WorkspaceError
from corpus.registry import schema


class Database:
    """An open database; close it, or use it as a context manager.

    What goes wrong with it inside the context leaves it as one of our errors.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._path = path

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Self:
        """Open the database.

        Raises:
            WorkspaceError: it is missing (unless it may be created), damaged or of another version.
            MachineError: it cannot be opened, or not be brought up to date.
        """
        if not create and not path.exists():
            raise WorkspaceError(
                "the workspace's database is missing", path=path, remedy="restore it from a backup"
            )
        try:
            path.touch(mode=0o600)
            connection = sqlite3.connect(path, isolation_level=None, timeout=10)
        except OSError as error:
            raise MachineError(f"{path} cannot be opened: {error.strerror}") from error
        except sqlite3.DatabaseError as error:
            raise _translated(error, path) from error
        opened = cls(connection, path)
        try:
            opened._prepare()
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _translated(error, path) from error
        except CorpusError:
            connection.close()
            raise
        return opened

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        schema.prepare(self._db, self._path)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise _translated(error, self._path) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything inside the block, or nothing.

        Raises:
            MachineError: the disk is full or the database is held by another process.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise _translated(error, self._path) from error


def _translated(error: sqlite3.DatabaseError, path: Path) -> MachineError | WorkspaceError:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        return MachineError(
            f"the disk is full or failing: {path} - make room and run the same command again"
        )
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return WorkspaceError(
            "the workspace's database is damaged", path=path, remedy="restore it from a backup"
        )
    return MachineError(f"{path}: {error}")
