"""Who has which ID, and the text that goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus import codec, ids
from corpus.errors import WorkspaceError
from corpus.model import Transcript, Turn
from corpus.registry.database import Database


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

    @property
    def stamp(self) -> str:
        """The ID with a keyed digest of the text: once the text is edited, it is another."""
        return f"{self.transcript_id}:{self.fingerprint[:8]}"


class Transcripts(Database):
    """The part of the database that holds the transcripts and the numbers given to them."""

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
            for table in ("findings", "propagated", "redacted", "hidden"):
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
            WorkspaceError: there is none of this ID, or it was withdrawn.
        """
        row = self._db.execute(
            "SELECT cohort, content FROM transcripts WHERE transcript_id = ?", (transcript_id,)
        ).fetchone()
        if row is None:
            gone = self._db.execute(
                "SELECT 1 FROM withdrawn WHERE transcript_id = ?", (transcript_id,)
            ).fetchone()
            raise WorkspaceError(
                f"{transcript_id} was withdrawn"
                if gone
                else f"no transcript {transcript_id} in this workspace",
                remedy="`corpus list` shows the IDs there are",
            )
        return codec.load_transcript(transcript_id, row[0], row[1])
