"""A workspace's transcripts redacted, where findings, decisions or policy have changed."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

from corpus import __version__, ids, renewal, settings
from corpus.detect import language
from corpus.errors import WorkspaceError
from corpus.model import Decision, Finding, Hidden, Transcript
from corpus.pipeline.propagation import propagate
from corpus.redact import redact as apply
from corpus.redact.policy import Policy
from corpus.registry import Registry
from corpus.registry.outcomes import Result
from corpus.registry.transcripts import Entry
from corpus.renewal import Progress, Renewed, silent
from corpus.review.decisions import decide
from corpus.workspace import Workspace

REDACT_VERSION = "7"
"""Raised when the redact stage makes something else of the same findings."""


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
    read = workspace.config.read
    with workspace.lock(), workspace.registry() as registry:
        propagate(workspace, progress=progress)
        carried = registry.carried()
        wanted = keys(registry, policy, read)
        made_from = registry.redacted_made_from()

        def load(entry: Entry) -> _Case:
            return _Case(
                transcript=registry.transcript(entry.transcript_id),
                findings=registry.findings(entry.transcript_id),
                decisions=registry.decisions(entry.transcript_id),
                elsewhere=registry.elsewhere(entry.transcript_id),
                is_read=entry.stamp in read,
                earlier=tuple(h for c in carried.get(entry.transcript_id, ()) for h in c.hidden),
            )

        def store(results: Sequence[Result]) -> None:
            for result in results:
                registry.put_result(wanted[result.outcome.transcript_id], result)

        return renewal.renew(
            "redact",
            registry,
            is_current=lambda entry: (
                made_from.get(entry.transcript_id) == wanted[entry.transcript_id]
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
    is_read: bool
    """Whether a person answers for what is not in English."""
    earlier: tuple[Hidden, ...] = field(repr=False)
    """What the releases that carried it hide, the earliest first."""


def keys(registry: Registry, policy: Policy, read: Collection[str]) -> dict[str, str]:
    """Return, by transcript, what its redaction is to be made from.

    What earlier releases hid counts as soon as anything else is not as it was in the last.
    """
    wanted = plain_keys(registry, policy, read)
    for id_, carried in registry.carried().items():
        if id_ in wanted and wanted[id_] != carried[-1].made_from:
            places = (hashlib.sha256(c.places).hexdigest() for c in carried)
            wanted[id_] = ids.digest([wanted[id_], *places])
    return wanted


def plain_keys(registry: Registry, policy: Policy, read: Collection[str]) -> dict[str, str]:
    """Return, by transcript, what its redaction is made from, earlier releases apart."""
    searched, spread = registry.findings_made_from(), registry.propagated_digests()
    decided: dict[str, list[Decision]] = {}
    for decision in registry.decisions():
        decided.setdefault(decision.transcript_id, []).append(decision)
    wanted = {}
    identifier = importlib.metadata.version("py3langid")
    for entry in registry.entries():
        id_ = entry.transcript_id
        if id_ not in searched:
            raise WorkspaceError(
                f"{id_} was not searched since it was ingested", remedy="run `corpus detect`"
            )
        verdicts = (f"{d.anchor} {d.verdict} {d.label} {d.matches}" for d in decided.get(id_, ()))
        wanted[id_] = ids.digest(
            [
                *(REDACT_VERSION, __version__, searched[id_], spread.get(id_, "")),
                *(policy.digest, identifier, str(entry.stamp in read), *verdicts),
            ]
        )
    return wanted


def _redact_task(policy: Policy, key: bytes) -> Callable[[Sequence[_Case]], list[Result]]:
    return lambda batch: [_redact_one(case, policy, key) for case in batch]


def _redact_one(case: _Case, policy: Policy, key: bytes) -> Result:
    decided = decide(case.transcript, case.findings, case.decisions, key)
    passages = () if case.is_read else language.passages(case.transcript)
    done = apply(
        case.transcript,
        decided.findings,
        policy,
        case.elsewhere,
        passages,
        earlier=case.earlier,
    )
    return Result(outcome=done.outcome, stale=len(decided.stale), hidden=done.hidden)
