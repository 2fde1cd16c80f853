"""What was found in each transcript, by detection and with what propagation brought to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus import codec, ids
from corpus.model import Finding
from corpus.registry.database import Database


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


class Findings(Database):
    """The part of the database that holds findings."""

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
