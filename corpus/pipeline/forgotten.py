"""What was withdrawn or recalled and the database does not know: it was restored from before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from corpus.registry import Registry
from corpus.release.withdrawals import Why, again, taken_back_from
from corpus.release.wording import counted
from corpus.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What has to be done again."""

    transcript_id: str
    why: Why
    mentions: int
    """How many were recalled in it, as far as releases tell; 0 for a withdrawal."""

    @property
    def told(self) -> str:
        """What happened."""
        if self.why == "withdrawal":
            return f"{self.transcript_id} was withdrawn"
        return f"{counted(self.mentions, 'mention')} in {self.transcript_id} had to be recalled"

    @property
    def remedy(self) -> str:
        """What to run."""
        return again(self.why, self.transcript_id)


def forgotten(workspace: Workspace, registry: Registry) -> tuple[Forgotten, ...]:
    """Return what releases/withdrawals.json tells of transcripts that the database still has.

    Raises:
        ReleaseError: the list does not hold.
        MachineError: it cannot be read.
    """
    book = taken_back_from(workspace.releases)
    there = {entry.transcript_id for entry in registry.entries()}
    withdrawn = there.intersection(book.withdrawn)
    found = [Forgotten(transcript_id=id_, why="withdrawal", mentions=0) for id_ in withdrawn]
    for id_ in there - withdrawn:
        recalled = book.because("recall", id_)
        is_stale = not recalled.keys().isdisjoint(registry.releases().values())
        if recalled and (is_stale or not registry.recalls(id_)):
            mentions = max(Counter(r.version for r in recalled.values()).values())
            found.append(Forgotten(transcript_id=id_, why="recall", mentions=mentions))
    return tuple(sorted(found, key=lambda one: one.transcript_id))
