"""Work that is out of date is redone in batches, each kept as soon as it is done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

import pytest

from corpus.errors import DetectorError
from corpus.registry import Registry
from corpus.registry.transcripts import Entry
from corpus.renewal import Renewed, renew
from corpus.workspace import Workspace
from tests.conftest import Build

IDS = ("work_0001", "work_0002", "work_0003")
MANY = 10_000
"""Words of a transcript that is a batch by itself."""

Made = tuple[str, int]


def made_here() -> Callable[[Sequence[str]], list[Made]]:
    """Say which process worked on a transcript."""
    return lambda batch: [(id_, os.getpid()) for id_ in batch]


@pytest.fixture
def registry(workspace: Workspace) -> Iterator[Registry]:
    with workspace.registry() as opened:
        yield opened


def _fill(registry: Registry, build: Build, words: int) -> None:
    with registry.transaction():
        for id_ in IDS:
            entry = Entry(
                transcript_id=id_,
                cohort="work",
                source_key=None,
                fingerprint=id_,
                placeholders=0,
                words=words,
                turns=1,
            )
            registry.put(entry, source="P: a", turns=build("P: a", id_).turns, prints=())


def _renew(
    registry: Registry,
    *,
    task: Callable[[], Callable[[Sequence[str]], list[Made]]] = made_here,
    store: Callable[[Sequence[Made]], None] | None = None,
    workers: int = 1,
    told: list[tuple[str, int, int]] | None = None,
) -> Renewed:
    made_from = registry.findings_made_from()

    def keep(results: Sequence[Made]) -> None:
        for id_, process in results:
            registry.put_findings(id_, str(process), ())

    def progress(stage: str, done: int, total: int) -> None:
        if told is not None:
            told.append((stage, done, total))

    return renew(
        "detect",
        registry,
        is_current=lambda entry: entry.transcript_id in made_from,
        load=lambda entry: entry.transcript_id,
        task=task,
        store=store or keep,
        workers=workers,
        progress=progress,
    )


def test_workers_that_were_asked_for_are_other_processes_even_for_little_work(
    registry: Registry, transcript: Build
) -> None:
    _fill(registry, transcript, words=1)
    _renew(registry, workers=2)
    processes = registry.findings_made_from()
    assert set(processes) == set(IDS)
    assert str(os.getpid()) not in processes.values()


@pytest.mark.parametrize("workers", [0, 1])
def test_little_work_is_done_in_this_process(
    registry: Registry, transcript: Build, workers: int
) -> None:
    _fill(registry, transcript, words=1)
    _renew(registry, workers=workers)
    assert set(registry.findings_made_from().values()) == {str(os.getpid())}


def test_progress_begins_at_what_is_current_and_reaches_the_total(
    registry: Registry, transcript: Build
) -> None:
    _fill(registry, transcript, words=MANY)
    with registry.transaction():
        registry.put_findings(IDS[1], "earlier", ())
    told: list[tuple[str, int, int]] = []
    assert _renew(registry, told=told) == Renewed(done=2, current=1)
    assert told == [("detect", 1, 3), ("detect", 2, 3), ("detect", 3, 3)]


def test_what_is_current_is_not_done_again(registry: Registry, transcript: Build) -> None:
    _fill(registry, transcript, words=MANY)
    with registry.transaction():
        registry.put_findings(IDS[0], "earlier", ())
    _renew(registry)
    assert registry.findings_made_from()[IDS[0]] == "earlier"
    told: list[tuple[str, int, int]] = []
    assert _renew(registry, told=told) == Renewed(done=0, current=3)
    assert told == [("detect", 3, 3)]


def test_an_error_keeps_the_batches_before_it_and_the_next_call_goes_on(
    registry: Registry, transcript: Build
) -> None:
    def failing() -> Callable[[Sequence[str]], list[Made]]:
        def task(batch: Sequence[str]) -> list[Made]:
            if IDS[1] in batch:
                raise DetectorError("a rule took too long")
            return [(id_, 0) for id_ in batch]

        return task

    _fill(registry, transcript, words=MANY)
    with pytest.raises(DetectorError):
        _renew(registry, task=failing)
    assert registry.findings_made_from() == {IDS[0]: "0"}
    assert _renew(registry) == Renewed(done=2, current=1)
    assert set(registry.findings_made_from()) == set(IDS)


def test_a_batch_is_kept_whole_or_not_at_all(registry: Registry, transcript: Build) -> None:
    def store(results: Sequence[Made]) -> None:
        registry.put_findings(results[0][0], "half", ())
        raise RuntimeError("interrupted")

    _fill(registry, transcript, words=1)
    with pytest.raises(RuntimeError):
        _renew(registry, store=store)
    assert registry.findings_made_from() == {}


def test_transcripts_are_batched_by_their_words(registry: Registry, transcript: Build) -> None:
    sizes: list[int] = []

    def counting() -> Callable[[Sequence[str]], list[Made]]:
        def task(batch: Sequence[str]) -> list[Made]:
            sizes.append(len(batch))
            return [(id_, 0) for id_ in batch]

        return task

    _fill(registry, transcript, words=MANY // 2)
    _renew(registry, task=counting)
    assert sizes == [2, 1]
