"""On what terms each transcript was given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from corpus.consent import Terms
from corpus.registry.database import Database


class Participants(Database):
    """The part of the database that holds participants and what they agreed to."""

    def terms(self) -> dict[str, Terms]:
        """Return the terms of every transcript of which they are known, by ID."""
        rows = self._db.execute(
            "SELECT transcript_id, participant_id, consent, embargo_until, access"
            " FROM participants ORDER BY transcript_id"
        )
        return {
            row[0]: Terms(
                transcript_id=row[0],
                participant_id=row[1],
                consent=row[2],
                embargo_until=dt.date.fromisoformat(row[3]) if row[3] else None,
                access=row[4],
            )
            for row in rows
        }

    def doubt_terms(self, transcript_id: str) -> None:
        """Note that a transcript is no longer the one that its participant agreed to."""
        self._db.execute(
            "UPDATE participants SET consent = 'unknown' WHERE transcript_id = ?", (transcript_id,)
        )

    def put_terms(self, terms: Iterable[Terms]) -> None:
        """Store terms, replacing what was known of the same transcripts."""
        self._db.executemany(
            "INSERT OR REPLACE INTO participants VALUES (?, ?, ?, ?, ?)",
            [
                (
                    t.transcript_id,
                    t.participant_id,
                    t.consent,
                    t.embargo_until.isoformat() if t.embargo_until else None,
                    t.access,
                )
                for t in terms
            ],
        )
