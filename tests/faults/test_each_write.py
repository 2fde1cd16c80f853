"""Whatever happens at whichever write: nothing is lost, and the next run ends as if nothing had.

Each write meets one of the faults in turn; the tests marked thorough let each meet all of them.
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
from tests.faults.study import (
    RUN,
    Reference,
    contents,
    misspoken,
    names,
)

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


def walk(reference: Reference, place: Path, name: str, steps: Iterable[int]) -> list[str]:
    """Return what went wrong, for each step at which something did."""
    fault, codes = FAULTS[name]
    wrong = []
    for step in steps:
        problem = reference.disturbed(place, replace(fault, at=step), codes)
        if problem:
            wrong.append(f"{name} at {step}, {reference.steps[step]}: {problem}")
    return wrong


def test_a_run_writes_to_all_that_the_manual_names(reference: Reference) -> None:
    touched = {step.split("/")[0].split()[-1] for step in reference.steps}
    assert touched == {"private", "releases"}
    assert len(reference.steps) > 100


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=list(FAULTS))
def test_some_writes_meet_a_fault(reference: Reference, tmp_path: Path, number: int) -> None:
    steps = range(number, len(reference.steps), 18 * len(FAULTS))
    name = list(FAULTS)[number]
    assert walk(reference, tmp_path / "at", name, steps) == []


def test_a_kill_where_something_is_made_to_last(reference: Reference, tmp_path: Path) -> None:
    lasting = ("sync releases", "rename", "sync private/workspace.db", "truncate")
    steps = [n for n, step in enumerate(reference.steps) if step.startswith(lasting)][::10]
    assert len(steps) > 2
    assert walk(reference, tmp_path / "at", "kill -9", steps) == []


@pytest.mark.thorough
@pytest.mark.parametrize("name", FAULTS)
def test_each_write_meets_each_fault(reference: Reference, tmp_path: Path, name: str) -> None:
    steps = range(len(reference.steps))
    assert walk(reference, tmp_path / "at", name, steps) == []


def test_memory_runs_out_at_any_file(bench: Bench, reference: Reference, tmp_path: Path) -> None:
    met = 0
    for file in count(step=46):
        study = Path(shutil.copytree(reference.before, tmp_path / str(file))) / "study"
        done = bench.run(study, *RUN, fault=Fault(memory_at=file))
        assert not misspoken(done, {3, 0})
        assert not reference.complaint(study)
        if done.code == 0:
            break
        met += 1
        assert "out of memory" in done.err
    assert met > 1


READ_FAULTS: dict[int, set[int]] = {
    # SQLite takes a disk that cannot give a page back for a damaged one.
    errno.ESTALE: {3, 2, 0},
    errno.EIO: {3, 2, 0},
}


def _walk_reads(reference: Reference, place: Path, number: int, every: int) -> None:
    study = Path(shutil.copytree(reference.before, place)) / "study"
    steps = reference.bench.run(study, *RUN, fault=Fault(reads=True)).steps
    shutil.rmtree(place)
    reads = [at for at, step in enumerate(steps) if step.startswith(("read ", "list "))]
    assert len(reads) > 100
    for at in reads[::every]:
        fault = Fault(at=at, reads=True, action=Action.ONCE, value=number)
        assert not reference.disturbed(place, fault, READ_FAULTS[number]), (at, steps[at])


@pytest.mark.parametrize("number", READ_FAULTS)
def test_what_cannot_be_read_back(reference: Reference, tmp_path: Path, number: int) -> None:
    _walk_reads(reference, tmp_path / "at", number, every=97)


@pytest.mark.thorough
@pytest.mark.parametrize("number", READ_FAULTS)
def test_whatever_cannot_be_read_back(reference: Reference, tmp_path: Path, number: int) -> None:
    _walk_reads(reference, tmp_path / "at", number, every=1)


@pytest.mark.thorough
def test_a_kill_while_the_model_reads(bench: Bench, study: Path, tmp_path: Path) -> None:
    settings = study / "corpus.toml"
    settings.write_text(settings.read_text().replace("model = false", "model = true"))
    undisturbed = Path(shutil.copytree(study.parent, tmp_path / "undisturbed")) / "study"
    steps = bench.run(undisturbed, *RUN).steps
    written = [at for at, step in enumerate(steps) if step == "write private/workspace.db-wal"]
    kill = Fault(at=written[len(written) // 2], action=Action.KILL)
    assert bench.run(study, *RUN, fault=kill).code == -signal.SIGKILL
    assert bench.run(study, *RUN).code == 0
    assert contents(study / "releases/1.0.0") == contents(undisturbed / "releases/1.0.0")


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
    for step in range(number, len(steps), 2 * len(INIT_FAULTS)):
        study = tmp_path / str(step)
        done = bench.run(study, "init", study, fault=replace(fault, at=step))
        assert not misspoken(done, codes), steps[step]
        bench.ok(study, "init", study)
        assert names(study) == names(tmp_path / "undisturbed"), steps[step]
        assert bench.ok(study, "list") == []
