"""Mentions that were recalled: what they are, so that no release ever shows them again."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpus.model import Label
from corpus.registry.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A text that is hidden wherever it stands in a transcript."""

    transcript_id: str
    text: str = field(repr=False)
    """Folded (see surfaces.key): all that folds alike is the same."""
    label: Label
    is_done: bool
    """Whether no release shows it any more."""


class Recalls(Database):
    """The part of the database that holds recalled mentions."""

    def recalls(self, transcript_id: str | None = None) -> tuple[Mention, ...]:
        """Return the mentions, of one transcript or of all."""
        rows = self._db.execute(
            "SELECT transcript_id, text, label, is_done FROM recalls"
            " WHERE ?1 IS NULL OR transcript_id = ?1 ORDER BY transcript_id, text",
            (transcript_id,),
        )
        return tuple(
            Mention(transcript_id=id_, text=text, label=label, is_done=bool(is_done))
            for id_, text, label, is_done in rows
        )

    def begin_recall(self, transcript_id: str, text: str, label: Label) -> None:
        """Note that a mention is being recalled, perhaps once more."""
        self._db.execute(
            "INSERT OR REPLACE INTO recalls VALUES (?, ?, ?, 0)", (transcript_id, text, label)
        )

    def finish_recall(self, transcript_id: str, text: str) -> None:
        """Note that no release shows the mention any more."""
        self._db.execute(
            "UPDATE recalls SET is_done = 1 WHERE transcript_id = ? AND text = ?",
            (transcript_id, text),
        )
