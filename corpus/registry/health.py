"""Whether a database is whole, and what is in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import RESTORE, MachineError, WorkspaceError


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What two copies of a database that are both whole have in common."""

    version: int
    tables: tuple[str, ...]
    """The statements that made them."""
    rows: dict[str, int]
    """How many each table holds."""


def state(connection: sqlite3.Connection, path: Path) -> State:
    """Return what is in a database, once every page and index of it was looked at.

    Raises:
        WorkspaceError: it is damaged, or holds what this package never makes, such as triggers.
    """
    if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise damaged(path)
    schema = connection.execute(
        "SELECT name, type, rootpage, sql FROM sqlite_master ORDER BY name"
    ).fetchall()
    if any(kind not in {"table", "index"} or not page for _, kind, page, _ in schema):
        raise damaged(path)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    names = [name.replace('"', '""') for name, kind, _, _ in schema if kind == "table"]
    rows = {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608
        for name in names
    }
    return State(version=version, tables=tuple(str(sql) for *_, sql in schema), rows=rows)


def examine(path: Path) -> State:
    """Return what is in the database of a path.

    Raises:
        WorkspaceError: it is damaged.
        MachineError: it cannot be read.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            return state(connection, path)
    except sqlite3.DatabaseError as error:
        raise translated(error, path) from error


def look_over(connection: sqlite3.Connection, path: Path) -> None:
    """Look at every page, so that damage shows before any work and not in the midst of it.

    Raises:
        WorkspaceError: it is damaged.
    """
    if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
        raise damaged(path)


def damaged(path: Path) -> WorkspaceError:
    """Return the error that says so."""
    return WorkspaceError("the workspace's database is damaged", path=path, remedy=RESTORE)


def held(path: Path) -> MachineError:
    """Return the error that says that somebody else has it open."""
    return MachineError(
        f"another program holds {path} - close it (a database browser?), or wait until it is"
        " done, and run the same command again"
    )


def translated(error: sqlite3.DatabaseError, path: Path) -> MachineError | WorkspaceError:
    """Return the error as one of ours, with what to do."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # The one error that has no code: a text that is no UTF-8.
        no_text = isinstance(error, sqlite3.OperationalError)
        return damaged(path) if no_text else MachineError(f"{path}: {error}")
    match code & 0xFF:
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path)
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            problem = "the disk is full or failing: {} - make room and run the same command again"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return held(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            problem = "{} cannot be written - make it and its folder writable for your user"
        case _:
            problem = f"{{}}: {error}"
    return MachineError(problem.format(path))
