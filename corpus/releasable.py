"""What of a workspace a release of a day may carry, and why not the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from corpus.consent import Access, Gate
from corpus.model import Redacted, Withheld
from corpus.registry import Registry
from corpus.workspace import Workspace


def gate(workspace: Workspace, registry: Registry, day: dt.date, access: Access = "open") -> Gate:
    """Return what holds transcripts back on the day.

    Consent is required as soon as it is known of any transcript, or where corpus.toml says so.
    """
    terms = registry.terms()
    is_required = bool(terms) or workspace.config.require_consent
    return Gate(day=day, access=access, is_required=is_required, terms=terms)


def outcomes(registry: Registry, gate: Gate) -> Iterator[Redacted | Withheld]:
    """Yield what becomes of each transcript that is redacted, or held back in any case.

    Where both the gate and redaction withhold, it is the gate's reason that counts.
    """
    pairs = ((e.transcript_id, e.cohort) for e in registry.entries())
    barred = {w.transcript_id: w for w in gate.withheld(pairs)}
    for result in registry.results():
        if result.outcome.transcript_id not in barred:
            yield result.outcome
    yield from barred.values()
