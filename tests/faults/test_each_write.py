"""Whatever happens at whichever write: nothing is lost, and the next run ends as if nothing had.

Each write meets one of the faults in turn; the tests marked slow let each meet all of them.
"""

from __future__ import annotations

import errno
import shutil
import signal
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from tests.faults.bench import Action, Bench, Fault
from tests.faults.study import RUN, Reference, complaint, disturbed, misspoken, names

FAULTS: dict[str, tuple[Fault, set[int]]] = {
    "kill -9": (Fault(action=Action.KILL), {-signal.SIGKILL}),
    "kill -9, write torn": (Fault(action=Action.TEAR), {-signal.SIGKILL}),
    "Ctrl-C": (Fault(action=Action.SIGNAL, value=signal.SIGINT), {130, 0}),
    "disk full once": (Fault(action=Action.ONCE, value=errno.ENOSPC), {3, 0}),
    "disk full for good": (Fault(action=Action.FULL, value=errno.ENOSPC), {3, 0}),
    "permission denied": (Fault(action=Action.ONCE, value=errno.EACCES), {3, 0}),
    "I/O error": (Fault(action=Action.ONCE, value=errno.EIO), {3, 0}),
    "stale handle": (Fault(action=Action.ONCE, value=errno.ESTALE), {3, 0}),
    "read-only from there on": (Fault(action=Action.STAY, value=errno.EROFS), {3, 0}),
}
"""What is put in, and the exit codes that may follow; 0 where nothing hangs on the call."""


def walk(
    bench: Bench, place: Path, before: Path, reference: Reference, name: str, steps: Iterable[int]
) -> list[str]:
    """Return what went wrong, for each step at which something did."""
    fault, codes = FAULTS[name]
    wrong = []
    for step in steps:
        problem = disturbed(bench, place, before, reference, replace(fault, at=step), codes)
        if problem:
            wrong.append(f"{name} at {step}, {reference.steps[step]}: {problem}")
        shutil.rmtree(place)
    return wrong


def test_a_run_writes_to_all_that_the_manual_names(reference: Reference) -> None:
    touched = {step.split("/")[0].split()[-1] for step in reference.steps}
    assert touched == {"private", "releases"}
    assert len(reference.steps) > 100


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=list(FAULTS))
def test_each_write_meets_one_fault(
    bench: Bench, before: Path, reference: Reference, tmp_path: Path, number: int
) -> None:
    steps = range(number, len(reference.steps), len(FAULTS))
    name = list(FAULTS)[number]
    assert walk(bench, tmp_path / "at", before, reference, name, steps) == []


def test_a_kill_where_something_is_made_to_last(
    bench: Bench, before: Path, reference: Reference, tmp_path: Path
) -> None:
    lasting = ("sync releases", "rename", "sync private/workspace.db", "truncate")
    steps = [n for n, step in enumerate(reference.steps) if step.startswith(lasting)]
    assert len(steps) > 20
    assert walk(bench, tmp_path / "at", before, reference, "kill -9", steps) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_each_write_meets_each_fault(
    bench: Bench, before: Path, reference: Reference, tmp_path: Path, name: str
) -> None:
    steps = range(len(reference.steps))
    assert walk(bench, tmp_path / "at", before, reference, name, steps) == []


def test_memory_runs_out_at_any_file(
    bench: Bench, before: Path, reference: Reference, tmp_path: Path
) -> None:
    met = 0
    for file in count(step=11):
        study = Path(shutil.copytree(before, tmp_path / str(file))) / "study"
        done = bench.run(study, *RUN, fault=Fault(memory_at=file))
        assert not misspoken(done, {3, 0})
        assert not complaint(bench, study, before, reference)
        if done.code == 0:
            break
        met += 1
        assert "out of memory" in done.err
    assert met > 3


READ_FAULTS: dict[int, set[int]] = {
    errno.ESTALE: {3, 0},
    errno.EIO: {3, 2, 0},  # SQLite takes a disk that cannot give a page back for a damaged one
}


def _walk_reads(
    bench: Bench, place: Path, before: Path, reference: Reference, number: int, every: int
) -> None:
    study = Path(shutil.copytree(before, place)) / "study"
    steps = bench.run(study, *RUN, fault=Fault(reads=True)).steps
    shutil.rmtree(place)
    reads = [at for at, step in enumerate(steps) if step.startswith(("read ", "list "))]
    assert len(reads) > 100
    for at in reads[::every]:
        fault = Fault(at=at, reads=True, action=Action.ONCE, value=number)
        codes = READ_FAULTS[number]
        assert not disturbed(bench, place, before, reference, fault, codes), (at, steps[at])
        shutil.rmtree(place)


@pytest.mark.parametrize("number", READ_FAULTS)
def test_what_cannot_be_read_back(
    bench: Bench, before: Path, reference: Reference, tmp_path: Path, number: int
) -> None:
    _walk_reads(bench, tmp_path / "at", before, reference, number, every=9)


@pytest.mark.slow
@pytest.mark.parametrize("number", READ_FAULTS)
def test_whatever_cannot_be_read_back(
    bench: Bench, before: Path, reference: Reference, tmp_path: Path, number: int
) -> None:
    _walk_reads(bench, tmp_path / "at", before, reference, number, every=1)


INIT_FAULTS = ("kill -9", "kill -9, write torn", "disk full once", "read-only from there on")


def _inits(bench: Bench, folder: Path) -> tuple[str, ...]:
    done = bench.run(folder / "undisturbed", "init", folder / "undisturbed")
    assert done.code == 0
    return done.steps


@pytest.mark.parametrize("number", range(len(INIT_FAULTS)), ids=INIT_FAULTS)
def test_a_workspace_is_made_whole_or_by_the_next_init(
    bench: Bench, tmp_path: Path, number: int
) -> None:
    steps = _inits(bench, tmp_path)
    fault, codes = FAULTS[INIT_FAULTS[number]]
    for step in range(number, len(steps), len(INIT_FAULTS)):
        study = tmp_path / str(step)
        done = bench.run(study, "init", study, fault=replace(fault, at=step))
        assert not misspoken(done, codes), steps[step]
        bench.ok(study, "init", study)
        assert names(study) == names(tmp_path / "undisturbed"), steps[step]
        assert bench.ok(study, "list") == []
