"""Transcripts that were taken out for good: what is left is that there was one."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpus.registry import health
from corpus.registry.database import Database

_ROWS = (
    *("turn_prints", "findings", "propagated", "participants", "hidden", "released"),
    *("decisions", "recalls", "redacted", "transcripts"),
)
"""Every table that knows a transcript, those that point to others first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What is kept of a transcript that was withdrawn."""

    transcript_id: str
    fingerprint: str
    reason: str = field(repr=False)
    is_done: bool
    """Whether no release carries it any more and its rows are erased."""


class Withdrawn(Database):
    """The part of the database that holds tombstones."""

    def tombstones(self) -> dict[str, Tombstone]:
        """Return the tombstones by ID."""
        rows = self._db.execute("SELECT * FROM withdrawn ORDER BY transcript_id")
        return {
            id_: Tombstone(
                transcript_id=id_, fingerprint=fingerprint, reason=reason, is_done=bool(is_done)
            )
            for id_, fingerprint, reason, is_done in rows
        }

    def begin_withdrawal(self, transcript_id: str, reason: str) -> None:
        """Note that a transcript is being withdrawn; once only."""
        self._db.execute(
            "INSERT OR IGNORE INTO withdrawn"
            " SELECT transcript_id, fingerprint, ?, 0 FROM transcripts WHERE transcript_id = ?",
            (reason, transcript_id),
        )

    def erase(self, transcript_id: str) -> None:
        """Delete all that is known of a transcript but its tombstone, and leave no trace on disk.

        Not to be called inside a transaction.

        Raises:
            MachineError: the disk is full; or another process holds the database, in which what
                was erased can then still be read.
        """
        with self.transaction():
            for table in _ROWS:
                self._db.execute(
                    f"DELETE FROM {table} WHERE transcript_id = ?",  # noqa: S608, a literal
                    (transcript_id,),
                )
        with self.unwrapped():
            self._db.execute("VACUUM")  # free pages hold what was replaced long ago, too
            (is_busy, *_) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise health.held(self._path)
        with self.transaction():
            self._db.execute(
                "UPDATE withdrawn SET is_done = 1 WHERE transcript_id = ?", (transcript_id,)
            )
