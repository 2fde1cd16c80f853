"""A table of participants into a workspace, and out of it.

The columns are `participant_id, transcript_id, cohort, consent, embargo_until, access`;
a row says on what terms one transcript was given.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from corpus import files, releasable
from corpus.consent import REASONS
from corpus.participants import table
from corpus.participants.table import COLUMNS, LARGEST
from corpus.registry import Registry
from corpus.workspace import Workspace

__all__ = ["COLUMNS", "LARGEST", "Taken", "export", "rows", "take"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an import did, and how the workspace stands after it."""

    new: int
    """Transcripts of which nothing was known before."""
    changed: int
    unchanged: int
    nameless: int
    """Rows without a participant_id."""
    releasable: int
    """Transcripts of the workspace that an open release may carry as far as consent goes."""
    withheld: dict[str, int]
    """Those that it may not, by reason."""


def take(
    workspace: Workspace, data: bytes, name: str, *, day: dt.date, ignore_extra: bool = False
) -> Taken:
    """Take the rows of a table, all or none; what is known of other transcripts stays.

    Args:
        workspace: where its transcripts are.
        data: the table, as CSV in UTF-8.
        name: the file's, for messages.
        day: what embargoes are compared with to count who is withheld.
        ignore_extra: pass over further columns instead of refusing the table.

    Raises:
        ParticipantError: the table does not hold; it names up to twenty places.
        MachineError: the disk is full, or another process works here.
    """
    with workspace.lock(), workspace.registry() as registry:
        cohorts = {e.transcript_id: e.cohort for e in registry.entries()}
        terms = table.read(data, name, cohorts, ignore_extra=ignore_extra)
        before = registry.terms()
        with registry.transaction():
            registry.put_terms(terms)
        gate = releasable.gate(workspace, registry, day)
        reasons = [w.reason for w in gate.withheld(cohorts.items())]
    new = sum(t.transcript_id not in before for t in terms)
    unchanged = sum(before.get(t.transcript_id) == t for t in terms)
    return Taken(
        new=new,
        changed=len(terms) - new - unchanged,
        unchanged=unchanged,
        nameless=sum(not t.participant_id for t in terms),
        releasable=len(cohorts) - len(reasons),
        withheld={reason: reasons.count(reason) for reason in REASONS},
    )


def rows(registry: Registry) -> list[dict[str, str]]:
    """Return what is known, a row a transcript; cells are empty where nothing is."""
    known = registry.terms()
    found = []
    for entry in registry.entries():
        terms = known.get(entry.transcript_id)
        found.append(
            {
                "participant_id": terms.participant_id if terms else "",
                "transcript_id": entry.transcript_id,
                "cohort": entry.cohort,
                "consent": terms.consent if terms else "",
                "embargo_until": str(terms.embargo_until or "") if terms else "",
                "access": terms.access if terms else "",
            }
        )
    return found


def export(workspace: Workspace, path: Path) -> int:
    """Write a table that `take` reads, a row a transcript, and return the rows.

    Raises:
        MachineError: another process works here, or the disk is full.
    """
    with workspace.lock(), workspace.registry() as registry:
        found = rows(registry)
    files.replace(path, table.write(found))
    return len(found)
