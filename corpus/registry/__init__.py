"""The workspace's database: who has which ID, and what each stage made of it.

A stage's result carries the key of what it was made from, so that a later run knows
what is out of date.
"""

from __future__ import annotations

from corpus.registry.decisions import Decisions
from corpus.registry.findings import Findings
from corpus.registry.outcomes import Outcomes
from corpus.registry.participants import Participants
from corpus.registry.recalls import Recalls
from corpus.registry.releases import Releases
from corpus.registry.transcripts import Transcripts
from corpus.registry.withdrawn import Withdrawn


class Registry(
    Transcripts, Findings, Decisions, Outcomes, Participants, Releases, Recalls, Withdrawn
):
    """The open database; close it, or use it as a context manager."""
