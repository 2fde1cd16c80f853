"""A database of an earlier version is brought up to date after a copy, or stays as it was."""

from __future__ import annotations

import logging
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from corpus import codec
from corpus.consent import Terms
from corpus.errors import MachineError, WorkspaceError
from corpus.registry import Registry
from tests.conftest import Build

VERSION_1 = """
CREATE TABLE cohorts (cohort TEXT PRIMARY KEY, high_water INTEGER NOT NULL);
CREATE TABLE transcripts (
  transcript_id TEXT PRIMARY KEY, cohort TEXT NOT NULL, source_key TEXT, fingerprint TEXT NOT NULL,
  placeholders INTEGER NOT NULL, words INTEGER NOT NULL, turns INTEGER NOT NULL,
  content BLOB NOT NULL
);
CREATE INDEX transcripts_fingerprint ON transcripts (fingerprint);
CREATE TABLE turn_prints (
  print TEXT NOT NULL, transcript_id TEXT NOT NULL REFERENCES transcripts,
  PRIMARY KEY (print, transcript_id)
) WITHOUT ROWID;
CREATE TABLE findings (
  transcript_id TEXT PRIMARY KEY REFERENCES transcripts, made_from TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE TABLE decisions (
  transcript_id TEXT NOT NULL REFERENCES transcripts, anchor TEXT NOT NULL, verdict TEXT NOT NULL,
  label TEXT, matches INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (transcript_id, anchor)
) WITHOUT ROWID;
CREATE TABLE redacted (
  transcript_id TEXT PRIMARY KEY REFERENCES transcripts, made_from TEXT NOT NULL, body BLOB,
  reason TEXT NOT NULL, detail TEXT NOT NULL, stale INTEGER NOT NULL
);
"""
VERSION_2 = f"""
{VERSION_1}
CREATE TABLE propagated (
  transcript_id TEXT PRIMARY KEY REFERENCES transcripts, made_from TEXT NOT NULL,
  searched TEXT NOT NULL, digest TEXT NOT NULL, body BLOB, elsewhere BLOB
);
"""
VERSION_3 = f"""
{VERSION_2}
CREATE TABLE participants (
  transcript_id TEXT PRIMARY KEY REFERENCES transcripts, participant_id TEXT NOT NULL,
  consent TEXT NOT NULL, embargo_until TEXT, access TEXT NOT NULL
);
"""
VERSION_4 = f"""
{VERSION_3}
CREATE TABLE hidden (
  transcript_id TEXT PRIMARY KEY REFERENCES transcripts, places BLOB NOT NULL, bared BLOB NOT NULL
);
CREATE TABLE releases (number INTEGER PRIMARY KEY, version TEXT NOT NULL UNIQUE, digest TEXT);
CREATE TABLE released (
  number INTEGER NOT NULL REFERENCES releases ON DELETE CASCADE,
  transcript_id TEXT NOT NULL REFERENCES transcripts, made_from TEXT NOT NULL,
  places BLOB NOT NULL, PRIMARY KEY (number, transcript_id)
) WITHOUT ROWID;
CREATE TABLE withdrawn (
  transcript_id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, reason TEXT NOT NULL,
  is_done INTEGER NOT NULL
);
"""
TABLES = {1: VERSION_1, 2: VERSION_2, 3: VERSION_3, 4: VERSION_4}
TEXT = "I: Hello\nP: Ada met Fox"
TERMS = Terms(transcript_id="work_0001", participant_id="K01", consent="release")


@pytest.fixture(params=[1, 2, 3, 4])
def version(request: pytest.FixtureRequest) -> int:
    given: int = request.param
    return given


@pytest.fixture
def path(tmp_path: Path, version: int, transcript: Build) -> Path:
    """Write a database as an earlier version did, with a transcript and a decision."""
    made = tmp_path / "workspace.db"
    turns = transcript(TEXT).turns
    with closing(sqlite3.connect(made)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(TABLES[version])
        db.execute("INSERT INTO cohorts VALUES ('work', 7)")
        db.execute(
            "INSERT INTO transcripts VALUES ('work_0001', 'work', 'P07', 'f', 0, 4, 2, ?)",
            (codec.dump_content(TEXT, turns),),
        )
        db.execute("INSERT INTO findings VALUES ('work_0001', 'rules', ?)", (codec.pack([]),))
        db.execute("INSERT INTO decisions VALUES ('work_0001', 'f1', 'keep', NULL, 1, '')")
        db.execute("INSERT INTO redacted VALUES ('work_0001', 'm', NULL, 'why', 'turn 3', 2)")
        db.execute(f"PRAGMA user_version = {version}")
    return made


def _dump(path: Path) -> list[str]:
    """Return the version and all that is in a database, as SQL."""
    with closing(sqlite3.connect(path)) as db:
        (found,) = db.execute("PRAGMA user_version").fetchone()
        return [f"version {found}", *db.iterdump()]


def test_an_earlier_database_keeps_all_and_takes_terms(path: Path, transcript: Build) -> None:
    with Registry.open(path) as opened:
        assert opened.transcript("work_0001") == transcript(TEXT)
        assert opened.high_water() == {"work": 7}
        assert [d.anchor for d in opened.decisions()] == ["f1"]
        assert [r.stale for r in opened.results()] == [opened.stale()] == [2]
        assert opened.propagated_made_from() == {}
        assert opened.terms() == {}
        assert not opened.releases()
        assert not opened.carried()
        assert not opened.recalls()
        with opened.transaction():
            opened.put_terms([TERMS])
    with Registry.open(path) as again:
        assert again.terms() == {"work_0001": TERMS}


def test_a_copy_lies_beside_it_as_it_was_for_its_owner_alone(
    path: Path, version: int, caplog: pytest.LogCaptureFixture
) -> None:
    before = _dump(path)
    with caplog.at_level(logging.WARNING):
        Registry.open(path).close()
    copy = path.with_name(f"workspace.db.v{version}")
    assert _dump(copy) == before
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert f"from version {version} to 5" in caplog.text
    assert str(copy) in caplog.text
    assert sorted(p.name for p in path.parent.iterdir()) == ["workspace.db", copy.name]


def test_a_database_that_is_up_to_date_is_neither_copied_nor_spoken_of(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Registry.open(path).close()
    for copy in path.parent.glob("workspace.db.v*"):
        copy.unlink()
    caplog.clear()
    Registry.open(path).close()
    assert not list(path.parent.glob("workspace.db.v*"))
    assert not caplog.records


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path

connect = sqlite3.connect

def traced(*args, **kwargs):
    connection = connect(*args, **kwargs)
    def look(statement):
        if statement.startswith(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(look)
    return connection

sqlite3.connect = traced
from corpus.registry import Registry
Registry.open(Path(sys.argv[1]))
"""


@pytest.mark.parametrize(
    "statement",
    [
        "BEGIN IMMEDIATE",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA integrity_check",
        "\nCREATE TABLE recalls",
        "PRAGMA user_version = 5",
        "COMMIT",
    ],
)
def test_killed_on_the_way_it_stays_as_it_was_and_the_next_opening_goes_on(
    path: Path, version: int, statement: str
) -> None:
    before = _dump(path)
    done = subprocess.run([sys.executable, "-c", KILLED, path, statement], check=False)
    assert done.returncode == -signal.SIGKILL
    assert _dump(path) == before
    with Registry.open(path) as opened:
        assert opened.terms() == {}
    assert _dump(path.with_name(f"workspace.db.v{version}")) == before
    assert not list(path.parent.glob(".*"))


def test_without_a_copy_nothing_is_changed(path: Path, version: int) -> None:
    before = _dump(path)
    (path.parent / f"workspace.db.v{version}").mkdir()
    with pytest.raises(MachineError, match=r"workspace\.db\.v. cannot be written"):
        Registry.open(path)
    assert _dump(path) == before


def test_a_copy_that_is_not_what_was_copied_stops_it(
    path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _dump(path)
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def losing(database: Path, **options: Any) -> sqlite3.Connection:
        """Open as ever, but find a row fewer in the copy."""
        if database.name.endswith(".new"):
            with closing(connect(database)) as copy, copy:
                if copy.execute("SELECT 1 FROM sqlite_master").fetchone():
                    copy.execute("DELETE FROM decisions")
        return connect(database, **options)

    monkeypatch.setattr(sqlite3, "connect", losing)
    with pytest.raises(MachineError, match="not what was copied"):
        Registry.open(path)
    monkeypatch.undo()
    assert _dump(path) == before
    assert not list(path.parent.glob("*workspace.db.v*"))


def test_a_later_version_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 6")
    before = _dump(path)
    with pytest.raises(WorkspaceError, match="of version 6, this corpus knows 5"):
        Registry.open(path)
    assert _dump(path) == before
