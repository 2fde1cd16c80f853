"""A workspace brought up to date and written as a release."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from corpus import rules, settings
from corpus.errors import WorkspaceError
from corpus.model import Redacted
from corpus.pipeline.detection import detect
from corpus.pipeline.redaction import redact
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
    workers: int | None = None,
    progress: Progress = silent,
) -> Released:
    """Bring findings and redactions up to date and write releases/<version>.

    Raises:
        ReleaseError: the version is there already or is no semantic version.
        InputError: rules, roster or policy do not hold.
        MachineError: the disk is full, or another process works here.
    """
    folder = writing.place(workspace.releases, version)
    settings.policy(workspace)
    with workspace.lock(), workspace.registry() as registry:
        if not registry.entries():
            raise WorkspaceError(
                "the workspace holds no transcripts", remedy="run `corpus ingest PATH…`"
            )
        detect(workspace, workers=workers, progress=progress)
        redact(workspace, workers=workers, progress=progress)
        summary = summarise(registry, workspace.key)
        progress("release", 0, 1)
        writing.write(
            workspace.releases,
            version,
            redacted=(r.outcome for r in registry.results() if isinstance(r.outcome, Redacted)),
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
        findings=summary.findings,
    )
