"""One SQLite file, one writer, every change a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from corpus.errors import RESTORE, CorpusError, MachineError, WorkspaceError
from corpus.registry import health, schema

_PATIENCE = 10
"""Seconds to wait for another program to let go of the database."""


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
            raise WorkspaceError("the workspace's database is missing", path=path, remedy=RESTORE)
        if not create and path.stat().st_size == 0:  # as a copy leaves it that failed
            raise WorkspaceError("the workspace's database is empty", path=path, remedy=RESTORE)
        try:
            path.touch(mode=0o600)
            connection = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE)
        except OSError as error:
            raise MachineError(f"{path} cannot be opened: {error.strerror}") from error
        except sqlite3.DatabaseError as error:
            raise health.translated(error, path) from error
        opened = cls(connection, path)
        try:
            opened._prepare()
        except sqlite3.DatabaseError as error:
            connection.close()
            raise health.translated(error, path) from error
        except CorpusError:
            connection.close()
            raise
        return opened

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        health.look_over(self._db, self._path)
        schema.prepare(self._db, self._path)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise health.translated(error, self._path) from error

    @contextmanager
    def unwrapped(self) -> Iterator[None]:
        """Run what cannot be run in a transaction.

        Raises:
            MachineError: the disk is full or the database is held by another process.
        """
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise health.translated(error, self._path) from error

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
            raise health.translated(error, self._path) from error
