"""Redoes what is out of date, batch by batch, each batch a transaction.

Killed at any moment, the next call goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from corpus import executors
from corpus.registry import Registry
from corpus.registry.transcripts import Entry

Progress = Callable[[str, int, int], None]
"""Told (stage, done, total) as the work goes on."""

_BATCH = 10_000
"""Words per unit of work: bounds memory, and what a kill costs."""

_WORTH_A_PROCESS = 30_000
"""Words below which starting one more process costs more than it saves."""

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What a call did."""

    done: int
    """Transcripts it worked on now."""
    current: int
    """Transcripts that were up to date already."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Ignore progress."""


def renew(
    stage: str,
    registry: Registry,
    *,
    is_current: Callable[[Entry], bool],
    load: Callable[[Entry], Item],
    task: Callable[[], Callable[[Sequence[Item]], Sequence[Made]]],
    store: Callable[[Sequence[Made]], None],
    workers: int = 0,
    progress: Progress = silent,
) -> Renewed:
    """Run the task over every transcript that is not current.

    Args:
        stage: what progress is told.
        registry: whose transcripts, and where the results go.
        is_current: whether a transcript's result is up to date.
        load: what the task needs of a transcript.
        task: makes the task, once per process.
        store: keeps a batch's results, inside a transaction.
        workers: processes; 0 takes as many cores as the work is worth.
        progress: told how many transcripts are up to date.
    """
    entries = registry.entries()
    todo = [entry for entry in entries if not is_current(entry)]
    done = current = len(entries) - len(todo)
    progress(stage, done, len(entries))
    batches = ([load(entry) for entry in batch] for batch in _batches(todo))
    worthwhile = 1 + sum(entry.words for entry in todo) // _WORTH_A_PROCESS
    count = workers or min(executors.available(), worthwhile)
    if todo:
        for results in executors.run(task, batches, workers=count):
            with registry.transaction():
                store(results)
            done += len(results)
            progress(stage, done, len(entries))
    return Renewed(done=len(todo), current=current)


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
