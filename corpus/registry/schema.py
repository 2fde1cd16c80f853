"""The tables, and those of earlier versions brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from corpus.errors import WorkspaceError
from corpus.registry.backup import back_up

VERSION = 5
"""That of the tables as they are now."""

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
_PARTICIPANTS = """
CREATE TABLE participants (
  transcript_id TEXT PRIMARY KEY REFERENCES transcripts,
  participant_id TEXT NOT NULL,      -- the steward's code, empty where there is none
  consent TEXT NOT NULL,             -- release, internal, refused, unknown
  embargo_until TEXT,                -- YYYY-MM-DD, null where there is none
  access TEXT NOT NULL               -- open, restricted
);
"""
_HIDDEN = """
CREATE TABLE hidden (
  transcript_id TEXT PRIMARY KEY REFERENCES transcripts,
  places BLOB NOT NULL,              -- what redaction hid, with the originals
  bared BLOB NOT NULL                -- not used any more: a release looks for it itself
);
"""
_RELEASES = """
CREATE TABLE releases (
  number INTEGER PRIMARY KEY,        -- in the order in which they were made
  version TEXT NOT NULL UNIQUE,
  digest TEXT                        -- null until the release lies in its place
);
"""
_RELEASED = """
CREATE TABLE released (
  number INTEGER NOT NULL REFERENCES releases ON DELETE CASCADE,
  transcript_id TEXT NOT NULL REFERENCES transcripts,
  made_from TEXT NOT NULL,           -- what its redaction is made from, earlier releases apart
  places BLOB NOT NULL,              -- what the release hides, with the originals
  PRIMARY KEY (number, transcript_id)
) WITHOUT ROWID;
"""
_WITHDRAWN = """
CREATE TABLE withdrawn (
  transcript_id TEXT PRIMARY KEY,    -- never given again
  fingerprint TEXT NOT NULL,         -- keyed, of the turns, so that they do not come back
  reason TEXT NOT NULL,              -- the steward's own words
  is_done INTEGER NOT NULL           -- 0 until no release carries it and its rows are erased
);
"""
_RECALLS = """
CREATE TABLE recalls (
  transcript_id TEXT NOT NULL REFERENCES transcripts,
  text TEXT NOT NULL,                -- folded, hidden wherever it stands
  label TEXT NOT NULL,
  is_done INTEGER NOT NULL,          -- 0 until no release shows it
  PRIMARY KEY (transcript_id, text)
) WITHOUT ROWID;
"""
_STEPS: Mapping[int, tuple[str, ...]] = {
    1: (_PROPAGATED,),
    2: (_PARTICIPANTS,),
    3: (_HIDDEN, _RELEASES, _RELEASED, _WITHDRAWN),
    4: (_RECALLS,),
}
"""What leads from each version to the next."""
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
{_PROPAGATED}{_PARTICIPANTS}{_HIDDEN}{_RELEASES}{_RELEASED}{_WITHDRAWN}{_RECALLS}
CREATE TABLE decisions (
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
        MachineError: it was to be brought up to date, and no copy of it could be made.
    """
    version = _version(connection)
    if version == 0:
        connection.executescript(
            f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT"
        )
    elif version in _STEPS:
        _bring_up_to_date(connection, path)
    elif version != VERSION:
        raise WorkspaceError(
            f"the workspace is of version {version}, this corpus knows {VERSION}",
            path=path,
            remedy="use the version of corpus that made it, or a newer one",
        )


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Copy the database, then make the tables that came since; all in one transaction."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        version = _version(connection)
        if version == VERSION:  # another process was quicker
            return
        copy = path.with_name(f"{path.name}.v{version}")
        back_up(path, copy)
        for step in range(version, VERSION):
            for statement in _STEPS[step]:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    import logging  # takes longer than all else here

    logging.getLogger(__name__).warning(
        "the workspace's database was brought from version %d to %d; as it was, it lies in %s"
        " - it holds the raw transcripts too: delete it once all is well",
        version,
        VERSION,
        copy,
    )
