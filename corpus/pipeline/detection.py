"""A workspace's transcripts searched, where what they are searched with has changed."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from corpus import __version__, ids, renewal, settings
from corpus.detect import Detector, grow
from corpus.errors import DetectorError
from corpus.model import RECALL, Finding, Transcript
from corpus.pipeline.propagation import propagate
from corpus.registry import Registry
from corpus.registry.recalls import Mention
from corpus.renewal import Progress, Renewed, silent
from corpus.surfaces import Concordance
from corpus.workspace import Workspace


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
    with workspace.lock(), workspace.registry() as registry:
        wanted = keys(registry, loaded)
        made_from = registry.findings_made_from()

        def store(results: Sequence[tuple[str, tuple[Finding, ...]]]) -> None:
            for transcript_id, findings in results:
                registry.put_findings(transcript_id, wanted[transcript_id], findings)

        renewed = renewal.renew(
            "detect",
            registry,
            is_current=lambda entry: (
                made_from.get(entry.transcript_id) == wanted[entry.transcript_id]
            ),
            load=lambda entry: _Case(
                transcript=registry.transcript(entry.transcript_id),
                recalled=registry.recalls(entry.transcript_id),
            ),
            task=partial(_detect_task, settings.maker(workspace), loaded.digest),
            store=store,
            workers=workers or workspace.config.workers,
            progress=progress,
        )
        propagate(workspace, progress=progress)
    return renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    transcript: Transcript
    recalled: tuple[Mention, ...]


def keys(registry: Registry, loaded: Detector) -> dict[str, str]:
    """Return, by transcript, what its findings are to be made from; libraries count as well."""
    key = _key(loaded)
    wanted = {entry.transcript_id: key for entry in registry.entries()}
    for mention in registry.recalls():
        id_ = mention.transcript_id
        wanted[id_] = ids.digest([wanted[id_], mention.text, mention.label])
    return wanted


def _key(loaded: Detector) -> str:
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
) -> Callable[[Sequence[_Case]], list[tuple[str, tuple[Finding, ...]]]]:
    loaded = make()
    if loaded.digest != digest:
        raise DetectorError("the rules or the roster changed meanwhile - run the command again")
    return lambda batch: [(c.transcript.transcript_id, _searched(c, loaded)) for c in batch]


def _searched(case: _Case, loaded: Detector) -> tuple[Finding, ...]:
    transcript, concordance = case.transcript, Concordance.of(case.transcript)
    recalled = tuple(_recalled(case.recalled, concordance))
    try:
        found = [
            finding
            for finding in loaded.recognize(transcript)
            if finding.mask != "none" or not any(finding.span.overlaps(r.span) for r in recalled)
        ]
        return grow(transcript, (*found, *recalled), loaded, concordance)
    except DetectorError as error:
        raise DetectorError(f"{transcript.transcript_id}: {error}") from error


def _recalled(mentions: Sequence[Mention], concordance: Concordance) -> Iterator[Finding]:
    """Yield what hides the mentions, with the power of what the steward knows beforehand."""
    for mention in mentions:
        for span in concordance.occurrences(mention.text):
            yield Finding(
                span=span,
                label=mention.label,
                mask="direct",
                score=1.0,
                rule=RECALL,
                recognizer="roster",
                reason="recalled from a release",
            )
