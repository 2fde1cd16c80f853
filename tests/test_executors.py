from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import executors
from corpus.errors import MachineError, SourceError
from corpus.workspace import Workspace


def square() -> Callable[[int], int]:
    return lambda number: number * number


def pid() -> Callable[[int], int]:
    return lambda _: os.getpid()


def die() -> Callable[[int], int]:
    def task(number: int) -> int:
        if number == 3:
            os._exit(9)
        return number

    return task


def refuse() -> Callable[[int], int]:
    def task(number: int) -> int:
        raise SourceError("no transcript", path=f"{number}.txt", remedy="mend it")

    return task


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_batches(workers: int) -> None:
    assert list(executors.run(square, range(20), workers=workers)) == [n * n for n in range(20)]


def test_work_is_pulled_only_as_fast_as_it_is_done() -> None:
    pulled = []

    def batches() -> object:
        for number in range(50):
            pulled.append(number)
            yield number

    results = executors.run(square, batches(), workers=2)  # type: ignore[arg-type]
    next(results)
    assert len(pulled) < 10


def test_several_workers_are_other_processes() -> None:
    assert os.getpid() not in set(executors.run(pid, range(8), workers=2))


def test_a_worker_that_dies_is_an_error_not_a_missing_result() -> None:
    with pytest.raises(MachineError, match="worker process died"):
        list(executors.run(die, range(6), workers=2))


def test_an_error_comes_back_from_a_worker_as_it_was_raised() -> None:
    with pytest.raises(SourceError, match=r"0\.txt: no transcript - mend it"):
        list(executors.run(refuse, range(2), workers=2))


def test_workers_end_when_their_parent_is_killed() -> None:
    code = (
        "import os, signal, time\n"
        "from corpus import executors\n"
        "from tests.test_executors import pid\n"
        "if __name__ == '__main__':\n"
        "    for child in executors.run(pid, range(50), workers=2):\n"
        "        print(child, flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    child = int(done.stdout.split()[0])
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        subprocess.run(["sleep", "0.05"], check=True)
    pytest.fail("a worker outlived its parent")


SLOW = """
import multiprocessing, os, time

def say(state):
    os.write(1, f"{state} {os.getpid()}\\n".encode())  # one write: lines of two workers stay whole

if multiprocessing.current_process().name != "MainProcess":
    say("loading")
    time.sleep(1)

def setup():
    return work

def work(number):
    say("working")
    time.sleep(0.5)
    return number
"""

COMMAND = """
import slow
import corpus.cli, corpus.pipeline
from corpus import executors

def detect(*_, **__):
    list(executors.run(slow.setup, range(40), workers=2))

corpus.pipeline.detect = detect
corpus.cli.main(["detect"])
"""


@pytest.mark.parametrize("state", ["loading", "working"])
def test_ctrl_c_for_the_whole_group_ends_quietly_with_130(
    workspace: Workspace, tmp_path: Path, state: str
) -> None:
    (workspace.root / "slow.py").write_text(SLOW)
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND],
        cwd=workspace.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        said: set[str] = set()
        while sum(line.startswith(state) for line in said) < 2:
            line = running.stdout.readline()
            assert line, "it ended before both workers were there"
            said.add(line)
        os.killpg(running.pid, signal.SIGINT)
        _, stderr = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted" in stderr
    assert "Traceback" not in stderr
    assert "KeyboardInterrupt" not in stderr
