"""Gold in, figures out: what the detector and a policy would hide in bare transcripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from corpus import executors, ingest, score, settings
from corpus.detect import Detector, detect
from corpus.ingest import Roles
from corpus.model import Finding, Transcript
from corpus.redact import hidden
from corpus.redact.policy import Policy
from corpus.score import Hidden
from corpus.workspace import Workspace

_BATCH = 8


def evaluate(
    gold: Path, *, workspace: Workspace | None = None, workers: int | None = None
) -> tuple[score.Scores, dict[str, tuple[Hidden, ...]]]:
    """Return the figures and the predictions for a gold file.

    Args:
        gold: a line per transcript, {"id", "text", "spans": [[start, end, label, mask]]}.
        workspace: whose rules, roster and policy to use; the package's own without one.
        workers: processes; every core without it.

    Raises:
        InputError: the gold does not hold, or a text is no transcript.
        DetectorError: a recognizer could not do its work.
    """
    texts = score.read_gold(gold)
    predicted = predict({id_: g.text for id_, g in texts.items()}, workspace, workers=workers)
    return score.score(texts, predicted), predicted


def predict(
    texts: dict[str, str], workspace: Workspace | None = None, *, workers: int | None = None
) -> dict[str, tuple[Hidden, ...]]:
    """Return what would be hidden in each text, with offsets into the text as given."""
    task = partial(
        _task,
        settings.maker(workspace),
        settings.policy(workspace),
        settings.roles(workspace),
    )
    worthwhile = 1 + sum(map(len, texts.values())) // 200_000
    batches = _batches(sorted(texts.items()))
    count = workers or min(executors.available(), worthwhile)
    return {
        id_: hidden
        for results in executors.run(task, batches, workers=count)
        for id_, hidden in results
    }


def _batches(items: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def hide(
    id_: str,
    text: str,
    find: Callable[[Transcript], Sequence[Finding]],
    policy: Policy,
    roles: Roles,
) -> tuple[Hidden, ...]:
    """Return what a policy hides of what `find` finds in one text, with offsets into it."""
    draft = ingest.bare(text, roles=roles, path=id_)
    transcript = Transcript(transcript_id=id_, cohort="", source=draft.source, turns=draft.turns)
    return in_source(transcript, hidden(transcript, find(transcript), policy))


def in_source(transcript: Transcript, findings: Iterable[Finding]) -> tuple[Hidden, ...]:
    """Return what findings cover, in characters of the text as it was read."""
    return tuple((*transcript.turns[f.span.turn].in_source(f.span), f.label) for f in findings)


def _task(
    make: Callable[[], Detector], policy: Policy, roles: Roles
) -> Callable[[Sequence[tuple[str, str]]], list[tuple[str, tuple[Hidden, ...]]]]:
    find = partial(detect, detector=make())
    return lambda batch: [(id_, hide(id_, text, find, policy, roles)) for id_, text in batch]


def write_predictions(path: Path, predicted: dict[str, tuple[Hidden, ...]]) -> None:
    """Write a line per transcript, {"id", "spans": [[start, end, label]]}."""
    lines = (json.dumps({"id": id_, "spans": spans}) for id_, spans in predicted.items())
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
