"""The stages in order over a workspace; the only module that knows them all.

    ingest(workspace, paths)        files -> transcripts with IDs
    detect(workspace)               transcripts -> findings
    redact(workspace)               findings, decisions, policy -> redacted or withheld
    release(workspace, "1.0.0")     redacted -> releases/1.0.0
    run(workspace, paths, "1.0.0")  all of it

Each stage redoes only what is out of date, commits as it goes, and may be killed
at any moment: the next run goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar

from corpus import executors, ids, numbering, rules
from corpus import ingest as reading
from corpus.detect import Detector
from corpus.detect import detect as find
from corpus.errors import CorpusError, WorkspaceError
from corpus.model import Decision, Draft, Finding, Redacted, Transcript
from corpus.numbering import Numbered
from corpus.redact import policy as policies
from corpus.redact import redact as apply
from corpus.redact.policy import Policy
from corpus.registry import Entry, Registry, Result
from corpus.release import write as writing
from corpus.release.manifest import About
from corpus.release.read import load
from corpus.review import table
from corpus.review.decisions import decide
from corpus.summary import Summary, summarise
from corpus.workspace import Workspace

OnError = Literal["stop", "skip"]

Progress = Callable[[str, int, int], None]
"""Told (stage, done, total) as the work goes on."""

REDACT_VERSION = "1"
"""Raised when the redact stage makes something else of the same findings."""

_BATCH = 10_000
"""Words per unit of work: bounds memory, and what a kill costs."""

_WORTH_A_PROCESS = 30_000
"""Words below which starting one more process costs more than it saves."""

Item = TypeVar("Item")
Made = TypeVar("Made")


def silent(_stage: str, _done: int, _total: int) -> None:
    """Ignore progress."""


@contextmanager
def _opened(workspace: Workspace) -> Iterator[Registry]:
    with workspace.lock(), workspace.registry() as registry:
        yield registry


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
        stdin: what "-" reads.
        progress: told how many files are read.

    Raises:
        SourceError: a file is no transcript, or two claim one ID (on_error="stop").
        MachineError: a file cannot be read, the disk is full, another process works here.
    """
    with _opened(workspace) as registry:
        return _ingest(
            workspace,
            registry,
            paths,
            cohort=cohort,
            source_format=source_format,
            on_error=on_error,
            stdin=stdin,
            progress=progress,
        )


def _ingest(
    workspace: Workspace,
    registry: Registry,
    paths: Sequence[str],
    *,
    cohort: str | None,
    source_format: str | None,
    on_error: OnError,
    stdin: BinaryIO | None,
    progress: Progress,
) -> Ingested:
    skipped: list[CorpusError] = []

    def refuse(error: CorpusError) -> None:
        if on_error == "stop":
            raise error
        skipped.append(error)

    prefix = _cohort(cohort or workspace.config.cohort)
    drafts: list[Draft] = []
    files = reading.expand(paths)
    for done, path in enumerate(files, start=1):
        try:
            drafts += reading.read_file(
                path, roles=roles(workspace), format=source_format, stdin=stdin
            )
        except CorpusError as error:
            refuse(error)
        progress("ingest", done, len(files))
    numbered = numbering.number(drafts, registry, key=workspace.key, cohort=prefix, refuse=refuse)
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


def roles(workspace: Workspace | None) -> reading.Roles:
    """Return which speaker labels mean which role; the usual ones without a workspace."""
    if workspace is None:
        return reading.Roles.default()
    config = workspace.config
    return reading.Roles.from_mapping(
        {
            "interviewer": config.interviewer,
            "participant": config.participant,
            "other": config.other,
        }
    )


# -- detect ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """What a stage that redoes only what is out of date did."""

    done: int
    """Transcripts it worked on now."""
    current: int
    """Transcripts that were up to date already."""


def rule_folders(workspace: Workspace | None) -> tuple[Path, ...]:
    """Return the folders that rules come from: built-in first, then the steward's."""
    own = workspace.rules if workspace else None
    return (rules.builtin_folder(), *((own,) if own else ()))


def detector(workspace: Workspace | None) -> Detector:
    """Load the detector of a workspace; that of the package alone without one.

    Raises:
        RuleError: a rule, keep list or the roster does not hold.
    """
    return Detector.load(rule_folders(workspace), workspace.roster if workspace else None)


def detect(
    workspace: Workspace, *, workers: int | None = None, progress: Progress = silent
) -> Progressed:
    """Search every transcript whose findings are missing or out of date.

    Raises:
        RuleError: a rule, keep list or the roster does not hold.
        DetectorError: a recognizer could not do its work.
        MachineError: the disk is full, or another process works here.
    """
    with _opened(workspace) as registry:
        return _detect(workspace, registry, workers, progress)


def _detect(
    workspace: Workspace, registry: Registry, workers: int | None, progress: Progress
) -> Progressed:
    digest = detector(workspace).digest
    made_from = registry.findings_made_from()
    entries = registry.entries()
    todo = [entry for entry in entries if made_from.get(entry.transcript_id) != digest]

    def store(results: Sequence[tuple[str, tuple[Finding, ...]]]) -> None:
        for transcript_id, findings in results:
            registry.put_findings(transcript_id, digest, findings)

    return _stage(
        "detect",
        registry,
        todo,
        total=len(entries),
        task=partial(_detect_task, rule_folders(workspace), workspace.roster),
        load=lambda entry: registry.transcript(entry.transcript_id),
        store=store,
        workers=_workers(workspace, workers),
        progress=progress,
    )


def _detect_task(
    folders: tuple[Path, ...], roster: Path | None
) -> Callable[[Sequence[Transcript]], list[tuple[str, tuple[Finding, ...]]]]:
    loaded = Detector.load(folders, roster)
    return lambda batch: [(t.transcript_id, find(t, loaded)) for t in batch]


# -- decide ---------------------------------------------------------------------------------


def export_findings(workspace: Workspace, path: Path) -> int:
    """Write every finding, with its context and standing verdict, as CSV; return the rows.

    The file quotes transcripts. It is replaced whole or not at all.

    Raises:
        MachineError: another process works here, or the disk is full.
    """
    with _opened(workspace) as registry:
        rows = list(_rows(workspace, registry))
    partial = path.with_name(f".{path.name}.new")
    try:
        partial.touch(mode=0o600)
        partial.write_bytes(table.export(rows))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return len(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedOn:
    """What an import of verdicts did."""

    decided: int
    """Findings that have a verdict now."""
    taken_back: int
    """Earlier verdicts whose row is empty now."""


def import_findings(workspace: Workspace, path: Path) -> DecidedOn:
    """Take the verdicts of a CSV file that `export_findings` wrote, all or none.

    Raises:
        DecisionError: the file does not fit the findings; it names the row.
        MachineError: the file cannot be read, or another process works here.
    """
    with _opened(workspace) as registry:
        verdicts = table.read(path, _rows(workspace, registry))
        standing = {(d.transcript_id, d.anchor) for d in registry.decisions()}
        taken_back = [mention for mention in verdicts.undecided if mention in standing]
        with registry.transaction():
            registry.drop_decisions(taken_back)
            registry.put_decisions(verdicts.decisions)
    return DecidedOn(decided=len(verdicts.decisions), taken_back=len(taken_back))


def _rows(workspace: Workspace, registry: Registry) -> Iterator[table.Row]:
    for entry in registry.entries():
        id_ = entry.transcript_id
        yield from table.rows(
            registry.transcript(id_),
            registry.findings(id_),
            registry.decisions(id_),
            workspace.key,
        )


# -- redact ---------------------------------------------------------------------------------


def load_policy(workspace: Workspace | None, name: str | None = None) -> Policy:
    """Load the policy of this name or path; the workspace's own by default.

    Raises:
        PolicyError: there is none, or it does not hold.
    """
    own = (workspace.root,) if workspace else ()
    folders = (*own, *(folder / "policies" for folder in rule_folders(workspace)))
    return policies.load(name or (workspace.config.policy if workspace else "default"), folders)


def redact(
    workspace: Workspace, *, workers: int | None = None, progress: Progress = silent
) -> Progressed:
    """Redact every transcript whose findings, decisions or policy changed.

    Raises:
        PolicyError: the policy does not hold.
        WorkspaceError: a transcript was not searched yet.
        MachineError: the disk is full, or another process works here.
    """
    with _opened(workspace) as registry:
        return _redact(workspace, registry, workers, progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    transcript: Transcript
    placeholders: int
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]


def _redact(
    workspace: Workspace, registry: Registry, workers: int | None, progress: Progress
) -> Progressed:
    policy = load_policy(workspace)
    keys = _redaction_keys(registry, policy)
    made_from = registry.redacted_made_from()
    entries = registry.entries()
    todo = [e for e in entries if made_from.get(e.transcript_id) != keys[e.transcript_id]]

    def load(entry: Entry) -> _Case:
        return _Case(
            transcript=registry.transcript(entry.transcript_id),
            placeholders=entry.placeholders,
            findings=registry.findings(entry.transcript_id),
            decisions=registry.decisions(entry.transcript_id),
        )

    def store(results: Sequence[Result]) -> None:
        for result in results:
            registry.put_result(keys[result.outcome.transcript_id], result)

    return _stage(
        "redact",
        registry,
        todo,
        total=len(entries),
        task=partial(_redact_task, policy, workspace.key),
        load=load,
        store=store,
        workers=_workers(workspace, workers),
        progress=progress,
    )


def _redaction_keys(registry: Registry, policy: Policy) -> dict[str, str]:
    """Return, by transcript, what its redaction is to be made from."""
    searched = registry.findings_made_from()
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
        keys[id_] = ids.digest([REDACT_VERSION, searched[id_], policy.digest, *verdicts])
    return keys


def _redact_task(policy: Policy, key: bytes) -> Callable[[Sequence[_Case]], list[Result]]:
    return lambda batch: [_redact_one(case, policy, key) for case in batch]


def _redact_one(case: _Case, policy: Policy, key: bytes) -> Result:
    decided = decide(case.transcript, case.findings, case.decisions, key)
    outcome = apply(case.transcript, decided.findings, policy)
    return Result(outcome=outcome, stale=len(decided.stale))


# -- the machinery that detect and redact share -----------------------------------------------


def _workers(workspace: Workspace, asked: int | None) -> int:
    return asked or workspace.config.workers or executors.available()


def _stage(
    name: str,
    registry: Registry,
    todo: Sequence[Entry],
    *,
    total: int,
    task: Callable[[], Callable[[Sequence[Item]], Sequence[Made]]],
    load: Callable[[Entry], Item],
    store: Callable[[Sequence[Made]], None],
    workers: int,
    progress: Progress,
) -> Progressed:
    current = total - len(todo)
    done = current
    progress(name, done, total)
    if not todo:
        return Progressed(done=0, current=current)
    batches = ([load(entry) for entry in batch] for batch in _batches(todo))
    worthwhile = 1 + sum(entry.words for entry in todo) // _WORTH_A_PROCESS
    for results in executors.run(task, batches, workers=min(workers, worthwhile)):
        with registry.transaction():
            store(results)
        done += len(results)
        progress(name, done, total)
    return Progressed(done=len(todo), current=current)


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    words = 0
    for entry in entries:
        batch.append(entry)
        words += entry.words
        if words >= _BATCH:
            yield batch
            batch, words = [], 0
    if batch:
        yield batch


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
    with _opened(workspace) as registry:
        return _release(workspace, registry, version, date=date, workers=workers, progress=progress)


def _release(
    workspace: Workspace,
    registry: Registry,
    version: str,
    *,
    date: dt.date | None,
    workers: int | None,
    progress: Progress,
) -> Released:
    folder = writing.place(workspace.releases, version)
    if not registry.entries():
        raise WorkspaceError(
            "the workspace holds no transcripts", remedy="run `corpus ingest PATH…`"
        )
    _detect(workspace, registry, workers, progress)
    _redact(workspace, registry, workers, progress)
    summary = summarise(registry)
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
    policy = load_policy(workspace)
    return About(
        name=config.name,
        licence=config.licence,
        description=config.description,
        rules=rules.load(rule_folders(workspace)).digest,
        detector=detector(workspace).digest,
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
    stdin: BinaryIO | None = None,
    date: dt.date | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> tuple[Ingested, Released]:
    """Ingest the paths and release everything that the workspace holds.

    Raises:
        CorpusError: as `ingest` and `release`; what was finished until then is kept.
    """
    with _opened(workspace) as registry:
        writing.place(workspace.releases, version)
        ingested = _ingest(
            workspace,
            registry,
            paths,
            cohort=cohort,
            source_format=source_format,
            on_error=on_error,
            stdin=stdin,
            progress=progress,
        )
        return ingested, _release(
            workspace, registry, version, date=date, workers=workers, progress=progress
        )
