"""Two processes in one workspace: one works, the others are told or look on."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.faults.bench import Action, Bench, Fault
from tests.faults.study import RUN, Reference, misspoken, names

STOP = int(signal.SIGSTOP)
MOMENTS = ("utime private/workspace.db", "write private/workspace.db-wal", "rename releases/1.0.0")


def _held(at: int) -> Fault:
    return Fault(at=at, action=Action.SIGNAL, value=STOP)


@pytest.mark.parametrize("moment", MOMENTS)
def test_who_comes_second_is_told_and_who_looks_on_sees_a_whole_state(
    bench: Bench, study: Path, reference: Reference, moment: str
) -> None:
    running = bench.start(study, *RUN, fault=_held(reference.steps.index(moment)))
    assert bench.wait(running) is None
    for command in (RUN, ("ingest", "../sources"), ("detect",), ("redact",), ("release", "2.0.0")):
        done = bench.run(study, *command)
        assert not misspoken(done, {3})
        assert "another corpus process is working in" in done.err
        assert "wait until it is done" in done.err
    assert len(bench.ok(study, "list")) in (1, 3)
    assert bench.ok(study, "status")["transcripts"] in (1, 3)
    os.kill(running.pid, signal.SIGCONT)
    assert bench.end(running).code == 0
    assert not reference.complaint(study)


def test_two_runs_at_once(bench: Bench, study: Path, reference: Reference) -> None:
    both = [bench.start(study, *RUN), bench.start(study, *RUN)]
    ended = [bench.end(running) for running in both]
    assert 0 in {done.code for done in ended}
    for done in ended:
        if done.code:
            assert "another corpus process" in done.err or "exists already" in done.err
    assert not reference.complaint(study)


def test_who_looks_on_at_a_search_sees_it_grow(
    bench: Bench, study: Path, reference: Reference
) -> None:
    bench.ok(study, "ingest", "../sources")
    searching = bench.start(study, "detect", "--workers", "1")
    for _ in range(5):
        assert len(bench.ok(study, "list")) == 3
        assert bench.ok(study, "status")["transcripts"] == 3
    assert bench.end(searching).code == 0
    assert not reference.complaint(study)


def test_two_inits_of_one_folder_give_one_workspace(bench: Bench, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    steps = bench.run(alone, "init", alone).steps
    for at in range(0, len(steps), 4):
        study = tmp_path / str(at)
        first = bench.start(study, "init", study, fault=_held(at))
        assert bench.wait(first) is None
        second = bench.start(study, "init", study)
        time.sleep(0.1)
        key = study / "private" / "key"
        seen = key.read_text() if key.exists() else ""
        os.kill(first.pid, signal.SIGCONT)
        assert [bench.end(first).code, bench.end(second).code] == [0, 0], steps[at]
        assert key.read_text() == seen or not seen, steps[at]
        assert names(study) == names(alone)
        assert bench.ok(study, "list") == []
        shutil.rmtree(study)
