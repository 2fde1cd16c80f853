"""What redaction made of each transcript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus import codec
from corpus.model import Hidden, Redacted, Withheld
from corpus.registry.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What redaction made of a transcript."""

    outcome: Redacted | Withheld
    stale: int
    """Decisions that no longer fit a finding."""
    hidden: tuple[Hidden, ...] = ()
    """What was hidden; told by `Outcomes.hidden` alone, not by `results`."""


class Outcomes(Database):
    """The part of the database that holds what is ready for release, or withheld."""

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
        self._db.execute(
            "INSERT OR REPLACE INTO hidden VALUES (?, ?, ?)",
            (
                outcome.transcript_id,
                codec.dump_hidden(result.hidden),
                b"",
            ),
        )

    def hidden(self, transcript_id: str) -> tuple[Hidden, ...]:
        """Return what redaction hid in a transcript, in the order of the redactions."""
        row = self._db.execute(
            "SELECT places FROM hidden WHERE transcript_id = ?", (transcript_id,)
        ).fetchone()
        return codec.load_hidden(row[0]) if row else ()

    def stale(self) -> int:
        """Return how many decisions no longer fit a finding."""
        (count,) = self._db.execute("SELECT coalesce(sum(stale), 0) FROM redacted").fetchone()
        return int(count)

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
