"""Runs a task over batches of work, in this process or in several.

Results come back in the order of the batches, whatever the number of workers.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

from corpus.errors import MachineError

Batch = TypeVar("Batch")
Result = TypeVar("Result")

_AHEAD = 2
"""Batches in flight per worker: enough to keep it busy, few enough to bound memory."""

_task: Callable[[Any], Any] | None = None


def available() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    setup: Callable[[], Callable[[Batch], Result]],
    batches: Iterable[Batch],
    *,
    workers: int,
) -> Iterator[Result]:
    """Yield what the task makes of each batch, in order.

    Args:
        setup: makes the task, once per process; must pickle where workers > 1.
        batches: the work; pulled only as fast as it is done.
        workers: number of processes; 1 works in this one.

    Raises:
        MachineError: a worker process died.
    """
    if workers <= 1:
        yield from map(setup(), batches)
        return
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(setup,),
    )
    try:
        waiting: deque[Future[Result]] = deque()
        for batch in batches:
            with _interrupts_held_back():
                waiting.append(pool.submit(_work, batch))
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise MachineError(
            "a worker process died (out of memory?) - what was done so far is kept;"
            " run the same command again, perhaps with --workers 1"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Start processes that never see Ctrl-C; this one sees it afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(setup: Callable[[], Callable[[Any], Any]]) -> None:
    global _task  # noqa: PLW0603, a worker process has one task for its life
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _task = setup()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(batch: Any) -> Any:
    if _task is None:
        raise RuntimeError("the worker was not set up")
    return _task(batch)
