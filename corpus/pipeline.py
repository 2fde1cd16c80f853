"""The stages in order over a workspace; the only module that knows them all.

    ingest(workspace, paths)        files -> transcripts with IDs
    detect(workspace)               transcripts -> findings
    propagate(workspace)            findings of one transcript -> findings in others
    redact(workspace)               findings, decisions, policy -> redacted or withheld
    release(workspace, "1.0.0")     redacted -> releases/1.0.0
    run(workspace, paths, "1.0.0")  all of it

Each stage redoes only what is out of date, commits as it goes, and may be killed
at any moment: the next run goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

from corpus import __version__, ids, numbering, renewal, rules, settings
from corpus import ingest as reading
from corpus import propagate as spreading
from corpus.detect import Detector
from corpus.detect import detect as find
from corpus.errors import (
    CorpusError,
    DetectorError,
    MachineError,
    SourceError,
    WorkspaceError,
)
from corpus.model import Decision, Draft, Finding, Redacted, Transcript
from corpus.numbering import Numbered
from corpus.propagate import Means, Propagated
from corpus.redact import redact as apply
from corpus.redact.policy import Policy
from corpus.registry import Registry
from corpus.registry.outcomes import Result
from corpus.registry.transcripts import Entry
from corpus.release import write as writing
from corpus.release.manifest import About
from corpus.release.read import load
from corpus.renewal import Progress, Renewed, silent
from corpus.review.decisions import decide
from corpus.summary import Summary, summarise
from corpus.workspace import Workspace

OnError = Literal["stop", "skip"]

REDACT_VERSION = "2"
"""Raised when the redact stage makes something else of the same findings."""

# -- ingest ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What an ingest did."""

    numbered: tuple[Numbered, ...]
    """Every transcript that was taken, by ID."""
    skipped: tuple[CorpusError, ...]
    """What was left out under on_error="skip"; each names its file."""


def ingest(
    workspace: Workspace,
    paths: Sequence[str],
    *,
    cohort: str | None = None,
    source_format: str | None = None,
    on_error: OnError = "stop",
    replace: bool = False,
    stdin: BinaryIO | None = None,
    progress: Progress = silent,
) -> Ingested:
    """Read files, folders, globs or "-" and store their transcripts, all or none.

    Args:
        workspace: where to store them.
        paths: what to read.
        cohort: prefix for transcripts without a stable ID; the workspace's by default.
        source_format: read every file as this format instead of looking at it.
        on_error: "skip" leaves out what cannot be read and names it in the result.
        replace: let a text take the ID that it claims from one that it hardly resembles.
        stdin: what "-" reads.
        progress: told how many files are read.

    Raises:
        SourceError: a file is no transcript, or two claim one ID (on_error="stop").
        MachineError: a file cannot be read, the disk is full, another process works here.
    """
    skipped: list[CorpusError] = []

    def refuse(error: CorpusError) -> None:
        if on_error == "stop":
            raise error
        skipped.append(error)

    prefix = _cohort(workspace.config.cohort if cohort is None else cohort)
    drafts: list[Draft] = []
    files = reading.expand(paths)
    with workspace.lock(), workspace.registry() as registry:
        for done, path in enumerate(files, start=1):
            try:
                drafts += reading.read_file(
                    path, roles=settings.roles(workspace), format=source_format, stdin=stdin
                )
            except (SourceError, MachineError) as error:
                refuse(error)
            progress("ingest", done, len(files))
        numbered = numbering.number(
            drafts, registry, key=workspace.key, cohort=prefix, refuse=refuse, replace=replace
        )
        with registry.transaction():
            for item in numbered:
                registry.put(
                    item.entry, source=item.draft.source, turns=item.draft.turns, prints=item.prints
                )
    return Ingested(numbered=tuple(numbered), skipped=tuple(skipped))


def _cohort(name: str) -> str:
    if not ids.is_stable(ids.join(name, 1)):
        raise WorkspaceError(
            "not usable as a cohort",
            place=f"cohort {name!r}",
            remedy="use lower-case letters, digits and hyphens, a letter first",
        )
    return name


# -- detect ---------------------------------------------------------------------------------


def detect(
    workspace: Workspace, *, workers: int | None = None, progress: Progress = silent
) -> Renewed:
    """Search every transcript whose findings are missing or out of date, and propagate.

    Raises:
        RuleError: a rule, keep list or the roster does not hold.
        PolicyError: the policy does not hold.
        DetectorError: a recognizer could not do its work.
        MachineError: the disk is full, or another process works here.
    """
    loaded = settings.detector(workspace)
    key = _detection_key(loaded)
    with workspace.lock(), workspace.registry() as registry:
        made_from = registry.findings_made_from()

        def store(results: Sequence[tuple[str, tuple[Finding, ...]]]) -> None:
            for transcript_id, findings in results:
                registry.put_findings(transcript_id, key, findings)

        renewed = renewal.renew(
            "detect",
            registry,
            is_current=lambda entry: made_from.get(entry.transcript_id) == key,
            load=lambda entry: registry.transcript(entry.transcript_id),
            task=partial(_detect_task, settings.maker(workspace), loaded.digest),
            store=store,
            workers=workers or workspace.config.workers,
            progress=progress,
        )
        propagate(workspace, progress=progress)
    return renewed


def _detection_key(loaded: Detector) -> str:
    """Return what findings are made from besides the transcript; libraries count as well."""
    libraries = (
        "presidio-analyzer",
        "phonenumbers",
        "rapidfuzz",
        "regex",
        "onnxruntime",
        "tokenizers",
    )
    return ids.digest([__version__, loaded.digest, *map(importlib.metadata.version, libraries)])


def _detect_task(
    make: Callable[[], Detector], digest: str
) -> Callable[[Sequence[Transcript]], list[tuple[str, tuple[Finding, ...]]]]:
    loaded = make()
    if loaded.digest != digest:
        raise DetectorError("the rules or the roster changed meanwhile - run the command again")
    return lambda batch: [(t.transcript_id, _searched(t, loaded)) for t in batch]


def _searched(transcript: Transcript, loaded: Detector) -> tuple[Finding, ...]:
    try:
        return find(transcript, loaded)
    except DetectorError as error:
        raise DetectorError(f"{transcript.transcript_id}: {error}") from error


# -- propagate ------------------------------------------------------------------------------


def propagate(workspace: Workspace, *, progress: Progress = silent) -> Propagated:
    """Bring what one transcript confirms to the others, taken over or proposed.

    Costs nothing where findings, decisions and policy are as they were. `detect` and `redact`
    do it by themselves.

    Raises:
        InputError: rules, roster or policy do not hold, or a transcript was not searched yet.
        MachineError: the disk is full, or another process works here.
    """
    means = Means(
        detector=settings.detector(workspace),
        policy=settings.policy(workspace),
        lists=spreading.lists(rules.load(settings.rule_folders(workspace))),
        key=workspace.key,
    )
    with workspace.lock(), workspace.registry() as registry:
        return spreading.propagate(registry, means, progress)


# -- redact ---------------------------------------------------------------------------------


def redact(
    workspace: Workspace, *, workers: int | None = None, progress: Progress = silent
) -> Renewed:
    """Redact every transcript whose findings, decisions or policy changed.

    Raises:
        PolicyError: the policy does not hold.
        WorkspaceError: a transcript was not searched yet.
        MachineError: the disk is full, or another process works here.
    """
    policy = settings.policy(workspace)
    with workspace.lock(), workspace.registry() as registry:
        propagate(workspace, progress=progress)
        keys = _redaction_keys(registry, policy)
        made_from = registry.redacted_made_from()

        def load(entry: Entry) -> _Case:
            return _Case(
                transcript=registry.transcript(entry.transcript_id),
                findings=registry.findings(entry.transcript_id),
                decisions=registry.decisions(entry.transcript_id),
                elsewhere=registry.elsewhere(entry.transcript_id),
            )

        def store(results: Sequence[Result]) -> None:
            for result in results:
                registry.put_result(keys[result.outcome.transcript_id], result)

        return renewal.renew(
            "redact",
            registry,
            is_current=lambda entry: (
                made_from.get(entry.transcript_id) == keys[entry.transcript_id]
            ),
            load=load,
            task=partial(_redact_task, policy, workspace.key),
            store=store,
            workers=workers or workspace.config.workers,
            progress=progress,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    transcript: Transcript
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    elsewhere: frozenset[str] = field(repr=False)


def _redaction_keys(registry: Registry, policy: Policy) -> dict[str, str]:
    """Return, by transcript, what its redaction is to be made from."""
    searched, spread = registry.findings_made_from(), registry.propagated_digests()
    decided: dict[str, list[Decision]] = {}
    for decision in registry.decisions():
        decided.setdefault(decision.transcript_id, []).append(decision)
    keys = {}
    for entry in registry.entries():
        id_ = entry.transcript_id
        if id_ not in searched:
            raise WorkspaceError(
                f"{id_} was not searched since it was ingested", remedy="run `corpus detect`"
            )
        verdicts = (f"{d.anchor} {d.verdict} {d.label} {d.matches}" for d in decided.get(id_, ()))
        keys[id_] = ids.digest(
            [
                *(REDACT_VERSION, __version__, searched[id_], spread.get(id_, "")),
                *(policy.digest, *verdicts),
            ]
        )
    return keys


def _redact_task(policy: Policy, key: bytes) -> Callable[[Sequence[_Case]], list[Result]]:
    return lambda batch: [_redact_one(case, policy, key) for case in batch]


def _redact_one(case: _Case, policy: Policy, key: bytes) -> Result:
    decided = decide(case.transcript, case.findings, case.decisions, key)
    outcome = apply(case.transcript, decided.findings, policy, case.elsewhere)
    return Result(outcome=outcome, stale=len(decided.stale))


def outdated(workspace: Workspace) -> tuple[int, int]:
    """Return how many transcripts are to be searched, and redacted, again or for the first time.

    Raises:
        InputError: rules, roster or policy do not hold.
    """
    key, policy = _detection_key(settings.detector(workspace)), settings.policy(workspace)
    with workspace.registry() as registry:
        searched = registry.findings_made_from()
        old = [e for e in registry.entries() if searched.get(e.transcript_id) != key]
        if old:
            return len(old), len(old)
        keys, redacted = _redaction_keys(registry, policy), registry.redacted_made_from()
    return 0, sum(redacted.get(id_) != wanted for id_, wanted in keys.items())


# -- release --------------------------------------------------------------------------------


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


# -- all of it ------------------------------------------------------------------------------


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
        released = release(workspace, version, date=date, workers=workers, progress=progress)
    return ingested, released
