"""Which releases were made, and what each hides, with the originals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus import codec
from corpus.model import Hidden
from corpus.registry.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a release that carried a transcript hides in it."""

    version: str
    made_from: str
    """What its redaction was made from, earlier releases apart."""
    places: bytes = field(repr=False)
    """What it hides, packed."""

    @property
    def hidden(self) -> tuple[Hidden, ...]:
        """What it hides, with the originals."""
        return codec.load_hidden(self.places)


class Releases(Database):
    """The part of the database that knows the releases."""

    def releases(self) -> dict[str, str | None]:
        """Return the versions in the order in which they were made, with their digests.

        None stands for one that was begun, of which it is not known whether it was made.
        """
        return dict(self._db.execute("SELECT version, digest FROM releases ORDER BY number"))

    def releases_with(self, transcript_id: str) -> dict[str, str]:
        """Return the finished versions that carried a transcript, with their digests."""
        rows = self._db.execute(
            "SELECT version, digest FROM released JOIN releases USING (number)"
            " WHERE transcript_id = ? AND digest IS NOT NULL ORDER BY number",
            (transcript_id,),
        )
        return dict(rows)

    def begin_release(self, version: str, made_from: Mapping[str, str]) -> None:
        """Note what a release will hide, before it is written.

        Args:
            version: its version.
            made_from: its transcripts, and what their redactions are made from.
        """
        self.forget_release(version)
        cursor = self._db.execute(
            "INSERT INTO releases (version, digest) VALUES (?, NULL)", (version,)
        )
        self._db.executemany(
            "INSERT INTO released SELECT ?, transcript_id, ?, places FROM hidden"
            " WHERE transcript_id = ?",
            [(cursor.lastrowid, key, id_) for id_, key in sorted(made_from.items())],
        )

    def finish_release(self, version: str, digest: str) -> None:
        """Note that a release lies in its place."""
        self._db.execute("UPDATE releases SET digest = ? WHERE version = ?", (digest, version))

    def hold_redactions(self, version: str) -> None:
        """Take the redactions that a release was just written from for what it carries.

        They are up to date with it.
        """
        carried = self._db.execute(
            "SELECT made_from, transcript_id FROM released JOIN releases USING (number)"
            " WHERE version = ?",
            (version,),
        ).fetchall()
        self._db.executemany("UPDATE redacted SET made_from = ? WHERE transcript_id = ?", carried)

    def forget_release(self, version: str) -> None:
        """Let go of a release that was not made, or is no longer wanted."""
        self._db.execute("DELETE FROM releases WHERE version = ?", (version,))

    def carried(self) -> dict[str, tuple[Carried, ...]]:
        """Return what each finished release hides in the transcripts, the earliest first."""
        rows = self._db.execute(
            "SELECT transcript_id, version, made_from, places FROM released"
            " JOIN releases USING (number) WHERE digest IS NOT NULL ORDER BY number"
        )
        found: dict[str, list[Carried]] = {}
        for id_, version, key, places in rows:
            found.setdefault(id_, []).append(Carried(version=version, made_from=key, places=places))
        return {id_: tuple(carried) for id_, carried in found.items()}
