"""A workspace brought up to date and written as a release."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from corpus import releasable, rules, settings
from corpus.consent import Access
from corpus.errors import WorkspaceError
from corpus.model import Redacted
from corpus.pipeline.detection import detect
from corpus.pipeline.redaction import redact
from corpus.release import dates
from corpus.release import write as writing
from corpus.release.manifest import About
from corpus.release.read import load
from corpus.renewal import Progress, silent
from corpus.summary import Summary, summarise
from corpus.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What a release holds, and how the workspace stood when it was written."""

    path: Path
    version: str
    digest: str
    summary: Summary


def release(
    workspace: Workspace,
    version: str,
    *,
    date: dt.date | None = None,
    access: Access = "open",
    workers: int | None = None,
    progress: Progress = silent,
) -> Released:
    """Bring findings and redactions up to date and write releases/<version>.

    Args:
        workspace: what to release.
        version: a semantic version that is not there yet.
        date: to state; else that of SOURCE_DATE_EPOCH, else none. Embargoes are compared with
            it, or with today's in UTC where none is stated.
        access: "restricted" also takes transcripts that an open release must not carry.
        workers: processes to use; as corpus.toml says without it.
        progress: told how far each stage is.

    Raises:
        ReleaseError: the version is there already or is no semantic version.
        InputError: rules, roster or policy do not hold.
        MachineError: the disk is full, or another process works here.
    """
    folder = writing.place(workspace.releases, version)
    day = dates.judged(date)
    settings.policy(workspace)
    with workspace.lock(), workspace.registry() as registry:
        if not registry.entries():
            raise WorkspaceError(
                "the workspace holds no transcripts", remedy="run `corpus ingest PATH…`"
            )
        detect(workspace, workers=workers, progress=progress)
        redact(workspace, workers=workers, progress=progress)
        gate = releasable.gate(workspace, registry, day, access)
        summary = summarise(registry, workspace.key, gate)
        progress("release", 0, 1)
        writing.write(
            workspace.releases,
            version,
            redacted=(o for o in releasable.outcomes(registry, gate) if isinstance(o, Redacted)),
            withheld=summary.withheld,
            about=_about(workspace, summary),
            date=date,
        )
    progress("release", 1, 1)
    digest = load(folder, verify=False).digest
    return Released(path=folder, version=version, digest=digest, summary=summary)


def _about(workspace: Workspace, summary: Summary) -> About:
    config = workspace.config
    policy, detector = settings.policy(workspace), settings.detector(workspace)
    return About(
        name=config.name,
        licence=config.licence,
        description=config.description,
        rules=rules.load(settings.rule_folders(workspace)).digest,
        detector=detector.digest,
        model=detector.model,
        policy=policy.id,
        policy_digest=policy.digest,
        roster=workspace.roster is not None,
        consent_required=summary.consent_required,
        access=summary.access,
        findings=summary.findings,
    )
