"""The workspace's database: who has which ID, and what each stage made of it.

One SQLite file, one writer, every change a transaction. A stage's result carries
the key of what it was made from, so that a later run knows what is out of date.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from corpus import codec, ids
from corpus.errors import MachineError, WorkspaceError
from corpus.model import Decision, Finding, Redacted, Transcript, Turn, Withheld

SCHEMA_VERSION = 2
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
_SCHEMA = f"""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the registry knows of a transcript, without its text."""

    transcript_id: str
    cohort: str
    source_key: str | None
    fingerprint: str
    placeholders: int
    words: int
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What redaction made of a transcript."""

    outcome: Redacted | Withheld
    stale: int
    """Decisions that no longer fit a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What propagation made of a transcript's findings."""

    findings: tuple[Finding, ...] = ()
    """All of them; none where they are those of detection."""
    elsewhere: frozenset[str] = field(default=frozenset(), repr=False)
    """Surfaces, folded, that other transcripts hide and that stand in this one."""

    @property
    def digest(self) -> str:
        """The SHA-256 of what redaction makes something of; empty where there is nothing."""
        if not self.findings and not self.elsewhere:
            return ""
        spans = (
            f"{f.span.position} {f.label} {f.mask} {f.score} {f.recognizer} {f.repeats}"
            for f in self.findings
        )
        return ids.digest([*spans, *sorted(self.elsewhere)])


class Registry:
    """The open database; close it, or use it as a context manager."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self._path = path

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Registry:
        """Open the database.

        Raises:
            WorkspaceError: it is missing (unless it may be created), damaged or of another version.
            MachineError: it cannot be opened.
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
        registry = cls(connection, path)
        try:
            registry._prepare()
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _translated(error, path) from error
        except WorkspaceError:
            connection.close()
            raise
        return registry

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._db.executescript(
                f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT"
            )
        elif version == _BEFORE_PROPAGATION:
            self._db.executescript(
                f"BEGIN IMMEDIATE; {_PROPAGATED} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT"
            )
        elif version != SCHEMA_VERSION:
            raise WorkspaceError(
                f"the workspace is of version {version}, this corpus knows {SCHEMA_VERSION}",
                path=self._path,
                remedy="use the version of corpus that made it",
            )

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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

    # -- identity ---------------------------------------------------------------------------

    def entries(self) -> list[Entry]:
        """Return what is known of every transcript, by ID."""
        rows = self._db.execute(
            "SELECT transcript_id, cohort, source_key, fingerprint, placeholders, words, turns"
            " FROM transcripts ORDER BY transcript_id"
        )
        return [
            Entry(
                transcript_id=row[0],
                cohort=row[1],
                source_key=row[2],
                fingerprint=row[3],
                placeholders=row[4],
                words=row[5],
                turns=row[6],
            )
            for row in rows
        ]

    def high_water(self) -> dict[str, int]:
        """Return the greatest number ever given, by cohort."""
        return dict(self._db.execute("SELECT cohort, high_water FROM cohorts ORDER BY cohort"))

    def holders(self, prints: Iterable[str]) -> dict[str, set[str]]:
        """Return, for each turn fingerprint that is known, the transcripts that have it."""
        found: dict[str, set[str]] = {}
        for print_ in prints:
            rows = self._db.execute(
                "SELECT transcript_id FROM turn_prints WHERE print = ?", (print_,)
            )
            holders = {row[0] for row in rows}
            if holders:
                found[print_] = holders
        return found

    def put(
        self, entry: Entry, *, source: str, turns: Sequence[Turn], prints: Iterable[str]
    ) -> None:
        """Store a transcript under its ID, replacing an earlier state and what was made of it."""
        content = codec.dump_content(source, turns)
        if not self._has(entry.transcript_id, content):
            for table in ("findings", "propagated", "redacted"):
                self._db.execute(
                    f"DELETE FROM {table} WHERE transcript_id = ?",  # noqa: S608, a literal
                    (entry.transcript_id,),
                )
        self._db.execute(
            "INSERT INTO transcripts VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (transcript_id) DO UPDATE SET"
            " source_key = coalesce(excluded.source_key, source_key),"
            " fingerprint = excluded.fingerprint, placeholders = excluded.placeholders,"
            " words = excluded.words, turns = excluded.turns, content = excluded.content",
            (
                entry.transcript_id,
                entry.cohort,
                entry.source_key,
                entry.fingerprint,
                entry.placeholders,
                entry.words,
                entry.turns,
                content,
            ),
        )
        self._db.execute("DELETE FROM turn_prints WHERE transcript_id = ?", (entry.transcript_id,))
        self._db.executemany(
            "INSERT OR IGNORE INTO turn_prints VALUES (?, ?)",
            [(print_, entry.transcript_id) for print_ in prints],
        )
        cohort, number = ids.split(entry.transcript_id)
        self._db.execute(
            "INSERT INTO cohorts VALUES (?, ?)"
            " ON CONFLICT (cohort) DO UPDATE SET high_water = max(high_water, excluded.high_water)",
            (cohort, number),
        )

    def _has(self, transcript_id: str, content: bytes) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM transcripts WHERE transcript_id = ? AND content = ?",
            (transcript_id, content),
        ).fetchone()
        return row is not None

    def transcript(self, transcript_id: str) -> Transcript:
        """Return a transcript.

        Raises:
            WorkspaceError: there is none of this ID.
        """
        row = self._db.execute(
            "SELECT cohort, content FROM transcripts WHERE transcript_id = ?", (transcript_id,)
        ).fetchone()
        if row is None:
            raise WorkspaceError(
                f"no transcript {transcript_id} in this workspace",
                remedy="`corpus list` shows the IDs there are",
            )
        return codec.load_transcript(transcript_id, row[0], row[1])

    # -- what the stages made ---------------------------------------------------------------

    def findings_made_from(self) -> dict[str, str]:
        """Return what each transcript's findings were made from."""
        return dict(self._db.execute("SELECT transcript_id, made_from FROM findings"))

    def put_findings(self, transcript_id: str, made_from: str, findings: Sequence[Finding]) -> None:
        """Store the findings of a transcript."""
        self._db.execute(
            "INSERT OR REPLACE INTO findings VALUES (?, ?, ?)",
            (transcript_id, made_from, codec.dump_findings(findings)),
        )

    def findings(self, transcript_id: str) -> tuple[Finding, ...]:
        """Return the findings of a transcript; none where it was not searched yet.

        With those that came from other transcripts, taken over or proposed, once they did.
        """
        row = self._db.execute(
            "SELECT coalesce(propagated.body, findings.body) FROM findings LEFT JOIN propagated"
            " ON propagated.transcript_id = findings.transcript_id"
            " AND propagated.searched = findings.made_from WHERE findings.transcript_id = ?",
            (transcript_id,),
        ).fetchone()
        return codec.load_findings(row[0]) if row else ()

    def detected(self, transcript_id: str) -> tuple[Finding, ...]:
        """Return the findings that detection made of a transcript by itself."""
        return self._findings("SELECT body FROM findings WHERE transcript_id = ?", transcript_id)

    def propagated(self, transcript_id: str) -> tuple[Finding, ...]:
        """Return the findings as they were after propagation, if it changed them."""
        return self._findings("SELECT body FROM propagated WHERE transcript_id = ?", transcript_id)

    def _findings(self, query: str, transcript_id: str) -> tuple[Finding, ...]:
        row = self._db.execute(query, (transcript_id,)).fetchone()
        return codec.load_findings(row[0]) if row and row[0] is not None else ()

    def elsewhere(self, transcript_id: str) -> frozenset[str]:
        """Return the surfaces, folded, that other transcripts hide and that stand in this one."""
        row = self._db.execute(
            "SELECT elsewhere FROM propagated WHERE transcript_id = ?", (transcript_id,)
        ).fetchone()
        return frozenset(codec.unpack(row[0])) if row and row[0] is not None else frozenset()

    def propagated_made_from(self) -> dict[str, str]:
        """Return what each transcript's propagated findings were made from."""
        return dict(self._db.execute("SELECT transcript_id, made_from FROM propagated"))

    def propagated_digests(self) -> dict[str, str]:
        """Return the digest of what propagation made of each transcript's findings."""
        return dict(self._db.execute("SELECT transcript_id, digest FROM propagated"))

    def put_propagated(self, transcript_id: str, made_from: str, spread: Spread) -> None:
        """Store what propagation made of a transcript's findings."""
        self._db.execute(
            "INSERT OR REPLACE INTO propagated"
            " SELECT transcript_id, ?, made_from, ?, ?, ? FROM findings WHERE transcript_id = ?",
            (
                made_from,
                spread.digest,
                codec.dump_findings(spread.findings) if spread.findings else None,
                codec.pack(sorted(spread.elsewhere)) if spread.elsewhere else None,
                transcript_id,
            ),
        )

    def decisions(self, transcript_id: str | None = None) -> tuple[Decision, ...]:
        """Return the decisions, of one transcript or of all."""
        rows = self._db.execute(
            "SELECT transcript_id, anchor, verdict, label, matches, note FROM decisions"
            " WHERE ?1 IS NULL OR transcript_id = ?1 ORDER BY transcript_id, anchor",
            (transcript_id,),
        )
        return tuple(
            Decision(
                transcript_id=row[0],
                anchor=row[1],
                verdict=row[2],
                label=row[3],
                matches=row[4],
                note=row[5],
            )
            for row in rows
        )

    def put_decisions(self, decisions: Iterable[Decision]) -> None:
        """Store decisions, replacing earlier ones on the same findings."""
        self._db.executemany(
            "INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?)",
            [(d.transcript_id, d.anchor, d.verdict, d.label, d.matches, d.note) for d in decisions],
        )

    def drop_decisions(self, anchors: Iterable[tuple[str, str]]) -> None:
        """Forget the decisions on the (transcript_id, anchor) pairs."""
        self._db.executemany(
            "DELETE FROM decisions WHERE transcript_id = ? AND anchor = ?", list(anchors)
        )

    def redacted_made_from(self) -> dict[str, str]:
        """Return what each transcript's redaction was made from."""
        return dict(self._db.execute("SELECT transcript_id, made_from FROM redacted"))

    def put_result(self, made_from: str, result: Result) -> None:
        """Store what redaction made of a transcript."""
        outcome = result.outcome
        body: bytes | None = None
        reason = detail = ""
        if isinstance(outcome, Withheld):
            reason, detail = outcome.reason, outcome.detail
        else:
            body = codec.dump_redacted(outcome)
        self._db.execute(
            "INSERT OR REPLACE INTO redacted VALUES (?, ?, ?, ?, ?, ?)",
            (outcome.transcript_id, made_from, body, reason, detail, result.stale),
        )

    def results(self, transcript_id: str | None = None) -> Iterator[Result]:
        """Yield what redaction made, by ID; of one transcript or of all."""
        rows = self._db.execute(
            "SELECT transcript_id, cohort, body, reason, detail, stale"
            " FROM redacted JOIN transcripts USING (transcript_id)"
            " WHERE ?1 IS NULL OR transcript_id = ?1 ORDER BY transcript_id",
            (transcript_id,),
        )
        for id_, cohort, body, reason, detail, stale in rows:
            outcome: Redacted | Withheld = (
                codec.load_redacted(body)
                if body is not None
                else Withheld(transcript_id=id_, cohort=cohort, reason=reason, detail=detail)
            )
            yield Result(outcome=outcome, stale=stale)


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
