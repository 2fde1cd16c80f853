"""What reviewers decided on findings."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.model import Decision
from corpus.registry.database import Database


class Decisions(Database):
    """The part of the database that holds decisions."""

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
