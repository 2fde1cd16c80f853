"""A workspace brought up to date and written as a release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpus import releasable, rules, settings
from corpus.consent import Access
from corpus.errors import ReleaseError, WorkspaceError
from corpus.model import Redacted, Span
from corpus.pipeline import less, redaction
from corpus.pipeline import parent as parents
from corpus.pipeline.detection import detect
from corpus.pipeline.sweeping import sweeper
from corpus.redact.guarantee import places
from corpus.registry import Registry
from corpus.release import dates, step
from corpus.release import write as writing
from corpus.release.claims import About, contents
from corpus.release.read import Release, load
from corpus.release.step import Change
from corpus.release.wording import counted
from corpus.renewal import Progress, silent
from corpus.summary import Summary, summarise
from corpus.workspace import Workspace

_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What a release holds, and how the workspace stood when it was written."""

    path: Path
    version: str
    digest: str
    parent: str | None
    """The version before."""
    summary: Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the next release would be called."""

    version: str
    parent: str | None
    """The version before."""
    change: Change | None
    """What is other than in it."""


def release(
    workspace: Workspace,
    version: str,
    *,
    parent: str | None = None,
    allow_less: bool = False,
    date: dt.date | None = None,
    access: Access = "open",
    workers: int | None = None,
    progress: Progress = silent,
) -> Released:
    """Bring findings and redactions up to date and write releases/<version>.

    Args:
        workspace: what to release.
        version: a semantic version later than the parent's, and raised by as much as changes.
        parent: the version that it comes after, or "none"; by default the latest.
        allow_less: let stand what the releases before hide; the manifest says in how many places.
        date: to state; else that of SOURCE_DATE_EPOCH, else none. Embargoes are compared with
            it, or with today's in UTC where none is stated.
        access: "restricted" also takes transcripts that an open release must not carry.
        workers: processes to use; as corpus.toml says without it.
        progress: told how far each stage is.

    Raises:
        ReleaseError: the version is there already, is no semantic version or too small a step;
            what the parent hides would stand; or the parent is not as it was made.
        InputError: rules, roster or policy do not hold.
        MachineError: the disk is full, or another process works here.
    """
    writing.place(workspace.releases, version)
    if parent == parents.NONE:
        parents.check_anew(workspace, version, allow_less=allow_less)
    with prepared(
        workspace, parent=parent, date=date, access=access, workers=workers, progress=progress
    ) as ready:
        registry = ready.registry
        bared = less.bared(workspace, registry, ready.redacted, ready.parent)
        if bared and not allow_less:
            raise _would_stand(bared, ready.parent)
        progress("release", 0, 1)
        policy, read = settings.policy(workspace), workspace.config.read
        keys = redaction.plain_keys(registry, policy, read)

        def begin(release: Release) -> None:
            """Let the database know of it, as soon as nothing can refuse it any more."""
            _refuse_leaks(workspace, release)
            with registry.transaction():
                registry.begin_release(
                    version, {id_: keys[id_] for id_ in release.manifest["transcripts"]}
                )

        folder = writing.write(
            workspace.releases,
            version,
            redacted=ready.redacted,
            withheld=ready.summary.withheld,
            about=about(workspace, ready.summary, len(bared)),
            parent=ready.parent,
            date=date,
            inspect=begin,
        )
        digest = load(folder, verify=False).digest
        with registry.transaction():
            registry.finish_release(version, digest)
            registry.hold_redactions(version)
            if parent is not None:
                parents.forget_gone(workspace, registry)
        parents.name_latest(workspace)
    progress("release", 1, 1)
    return Released(
        path=folder,
        version=version,
        digest=digest,
        parent=ready.parent.version if ready.parent else None,
        summary=ready.summary,
    )


def propose(
    workspace: Workspace,
    *,
    parent: str | None = None,
    date: dt.date | None = None,
    access: Access = "open",
    workers: int | None = None,
    progress: Progress = silent,
) -> Proposal:
    """Bring findings and redactions up to date and say which version they call for.

    Arguments and errors are those of `release`.
    """
    with prepared(
        workspace, parent=parent, date=date, access=access, workers=workers, progress=progress
    ) as ready:
        if ready.parent is None:
            return Proposal(version=str(parents.anew(workspace)), parent=None, change=None)
        settled = writing.settled_before(workspace.releases, ready.parent.manifest)
        bared = less.bared(workspace, ready.registry, ready.redacted, ready.parent)
        change = step.between(settled, contents(ready.redacted), access=access, bared=len(bared))
        version = step.proposed(ready.parent.manifest, settled, change)
        return Proposal(version=str(version), parent=ready.parent.version, change=change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A workspace that is up to date, held until its release is written."""

    registry: Registry
    parent: Release | None
    summary: Summary
    redacted: list[Redacted]
    """What the release would carry, by ID."""


@contextmanager
def prepared(
    workspace: Workspace,
    *,
    parent: str | None,
    date: dt.date | None,
    access: Access,
    workers: int | None,
    progress: Progress,
) -> Iterator[Ready]:
    """Bring a workspace up to date and hold it; arguments and errors are those of `release`."""
    day = dates.judged(date)
    settings.policy(workspace)
    with workspace.lock(), workspace.registry() as registry:
        if not registry.entries():
            raise WorkspaceError(
                "the workspace holds no transcripts", remedy="run `corpus ingest PATH…`"
            )
        parents.check_whole(workspace.releases)
        parents.settle(workspace, registry)
        before = parents.find(workspace, registry, parent)
        detect(workspace, workers=workers, progress=progress)
        redaction.redact(workspace, workers=workers, progress=progress)
        gate = releasable.gate(workspace, registry, day, access)
        redacted = [o for o in releasable.outcomes(registry, gate) if isinstance(o, Redacted)]
        yield Ready(
            registry=registry,
            parent=before,
            summary=summarise(registry, workspace.key, gate),
            redacted=sorted(redacted, key=lambda t: t.transcript_id),
        )


def _refuse_leaks(workspace: Workspace, release: Release) -> None:
    """Refuse a release that shows what the workspace hides, whatever led to that.

    Raises:
        ReleaseError: it does.
    """
    with sweeper(workspace) as sweep:
        leaks = sweep(release)
    if leaks:
        shown = [f"{leak.file}, {leak.place}: {leak.label}" for leak in leaks[:_SHOWN]]
        raise ReleaseError(
            f"{counted(len(leaks), 'place')} would show what the workspace hides,"
            " so nothing was released",
            place="; ".join(shown),
            remedy="hide them there too, or keep them by verdict (`corpus findings export`)",
        )


def _would_stand(bared: list[tuple[str, Span]], parent: Release | None) -> ReleaseError:
    by_transcript: dict[str, list[Span]] = {}
    for id_, span in bared:
        by_transcript.setdefault(id_, []).append(span)
    shown = [f"{id_}: {places(spans)}" for id_, spans in islice(by_transcript.items(), _SHOWN)]
    if len(by_transcript) > _SHOWN:
        more = counted(len(by_transcript) - _SHOWN, "transcript")
        shown.append(f"and {more} more")
    version = parent.version if parent else "an earlier release"
    return ReleaseError(
        f"{counted(len(bared), 'place stands', 'places stand')} that {version} hides",
        place=", ".join(shown),
        remedy="hide them again, keep them by verdict (`corpus findings export`), or release"
        " a major version with --allow-less",
    )


def about(workspace: Workspace, summary: Summary, bared: int) -> About:
    """Return what a release of the workspace says of itself."""
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
        thresholds=policy.thresholds,
        roster=workspace.roster is not None,
        consent_required=summary.consent_required,
        access=summary.access,
        findings=summary.findings,
        bared=bared,
    )
