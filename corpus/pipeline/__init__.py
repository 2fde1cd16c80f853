"""The stages in order over a workspace; the only package that knows them all.

    ingest(workspace, paths)        files -> transcripts with IDs
    detect(workspace)               transcripts -> findings
    propagate(workspace)            findings of one transcript -> findings in others
    redact(workspace)               findings, decisions, policy -> redacted or withheld
    propose(workspace)              which version a release calls for
    release(workspace, "1.0.0")     redacted -> releases/1.0.0
    run(workspace, paths, "1.0.0")  all of it
    withdraw(workspace, "work_0580", reason="…")  a transcript out of all of it

Each stage redoes only what is out of date, commits as it goes, and may be killed
at any moment: the next run goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import BinaryIO

from corpus import settings
from corpus.consent import Access
from corpus.pipeline import detection, redaction
from corpus.pipeline.detection import detect
from corpus.pipeline.ingestion import Ingested, OnError, ingest
from corpus.pipeline.propagation import propagate
from corpus.pipeline.recall import recall
from corpus.pipeline.redaction import redact
from corpus.pipeline.releasing import Released, propose, release
from corpus.pipeline.withdrawal import withdraw
from corpus.release import write as writing
from corpus.renewal import Progress, silent
from corpus.workspace import Workspace

__all__ = [
    "detect",
    "ingest",
    "outdated",
    "propagate",
    "propose",
    "recall",
    "redact",
    "release",
    "run",
    "withdraw",
]


def run(
    workspace: Workspace,
    paths: Sequence[str],
    version: str,
    *,
    cohort: str | None = None,
    source_format: str | None = None,
    on_error: OnError = "stop",
    replace: bool = False,
    stdin: BinaryIO | None = None,
    date: dt.date | None = None,
    access: Access = "open",
    workers: int | None = None,
    progress: Progress = silent,
) -> tuple[Ingested, Released]:
    """Ingest the paths and release everything that the workspace holds.

    Raises:
        CorpusError: as `ingest` and `release`; what was finished until then is kept.
    """
    writing.place(workspace.releases, version)
    settings.detector(workspace)
    settings.policy(workspace)
    with workspace.lock():
        ingested = ingest(
            workspace,
            paths,
            cohort=cohort,
            source_format=source_format,
            on_error=on_error,
            replace=replace,
            stdin=stdin,
            progress=progress,
        )
        released = release(
            workspace, version, date=date, access=access, workers=workers, progress=progress
        )
    return ingested, released


def outdated(workspace: Workspace) -> tuple[int, int]:
    """Return how many transcripts are to be searched, and redacted, again or for the first time.

    Raises:
        InputError: rules, roster or policy do not hold.
    """
    loaded, policy = settings.detector(workspace), settings.policy(workspace)
    with workspace.registry() as registry:
        searched = registry.findings_made_from()
        sought = detection.keys(registry, loaded)
        old = [id_ for id_, key in sought.items() if searched.get(id_) != key]
        if old:
            return len(old), len(old)
        keys, redacted = (
            redaction.keys(registry, policy, workspace.config.read),
            registry.redacted_made_from(),
        )
    return 0, sum(redacted.get(id_) != wanted for id_, wanted in keys.items())
