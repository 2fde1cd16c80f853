"""The tables, and those of earlier versions brought up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from corpus.errors import WorkspaceError

_VERSION = 2
_BEFORE_PROPAGATION = 1

_PROPAGATED = """
CREATE TABLE propagated (
  transcript_id TEXT PRIMARY KEY REFERENCES transcripts,
  made_from TEXT NOT NULL,           -- of the whole corpus
  searched TEXT NOT NULL,            -- what the findings that went in were made from
  digest TEXT NOT NULL,              -- of what redaction makes something of
  body BLOB,                         -- findings, null where they are those of detection
  elsewhere BLOB                     -- surfaces that others hide, null where there are none
);
"""
_TABLES = f"""
CREATE TABLE cohorts (
  cohort TEXT PRIMARY KEY,
  high_water INTEGER NOT NULL        -- the greatest number ever given; never goes down
);
CREATE TABLE transcripts (
  transcript_id TEXT PRIMARY KEY,
  cohort TEXT NOT NULL,
  source_key TEXT,                   -- the ID that the source gave, of whatever form
  fingerprint TEXT NOT NULL,         -- keyed, of the turns
  placeholders INTEGER NOT NULL,
  words INTEGER NOT NULL,
  turns INTEGER NOT NULL,
  content BLOB NOT NULL              -- source slice and turns
);
CREATE INDEX transcripts_fingerprint ON transcripts (fingerprint);
CREATE TABLE turn_prints (
  print TEXT NOT NULL,
  transcript_id TEXT NOT NULL REFERENCES transcripts,
  PRIMARY KEY (print, transcript_id)
) WITHOUT ROWID;
CREATE TABLE findings (
  transcript_id TEXT PRIMARY KEY REFERENCES transcripts,
  made_from TEXT NOT NULL,
  body BLOB NOT NULL
);
{_PROPAGATED}CREATE TABLE decisions (
  transcript_id TEXT NOT NULL REFERENCES transcripts,
  anchor TEXT NOT NULL,
  verdict TEXT NOT NULL,
  label TEXT,
  matches INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (transcript_id, anchor)
) WITHOUT ROWID;
CREATE TABLE redacted (
  transcript_id TEXT PRIMARY KEY REFERENCES transcripts,
  made_from TEXT NOT NULL,
  body BLOB,                         -- null where withheld
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  stale INTEGER NOT NULL             -- decisions that no longer fit a finding
);
"""


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables that the database lacks.

    Raises:
        WorkspaceError: it is of a version that is not known.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        _make(connection, _TABLES)
    elif version == _BEFORE_PROPAGATION:
        _make(connection, _PROPAGATED)
    elif version != _VERSION:
        raise WorkspaceError(
            f"the workspace is of version {version}, this corpus knows {_VERSION}",
            path=path,
            remedy="use the version of corpus that made it",
        )


def _make(connection: sqlite3.Connection, tables: str) -> None:
    connection.executescript(f"BEGIN IMMEDIATE; {tables} PRAGMA user_version = {_VERSION}; COMMIT")
