"""A workspace's transcripts searched, where what they are searched with has changed."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Sequence
from functools import partial

from corpus import __version__, ids, renewal, settings
from corpus.detect import Detector
from corpus.detect import detect as find
from corpus.errors import DetectorError
from corpus.model import Finding, Transcript
from corpus.pipeline.propagation import propagate
from corpus.renewal import Progress, Renewed, silent
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
    wanted = key(loaded)
    with workspace.lock(), workspace.registry() as registry:
        made_from = registry.findings_made_from()

        def store(results: Sequence[tuple[str, tuple[Finding, ...]]]) -> None:
            for transcript_id, findings in results:
                registry.put_findings(transcript_id, wanted, findings)

        renewed = renewal.renew(
            "detect",
            registry,
            is_current=lambda entry: made_from.get(entry.transcript_id) == wanted,
            load=lambda entry: registry.transcript(entry.transcript_id),
            task=partial(_detect_task, settings.maker(workspace), loaded.digest),
            store=store,
            workers=workers or workspace.config.workers,
            progress=progress,
        )
        propagate(workspace, progress=progress)
    return renewed


def key(loaded: Detector) -> str:
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
