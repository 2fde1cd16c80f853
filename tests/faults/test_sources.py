"""Source files that come and go, grow and shrink, or are none."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.bench import Action, Bench, Done, Fault
from tests.faults.study import Reference, misspoken

INGEST = ("ingest", "../sources")


def _steps(bench: Bench, study: Path) -> tuple[str, ...]:
    """Return the steps of an undisturbed reading of the sources."""
    copy = Path(shutil.copytree(study.parent, study.parent.with_name("undisturbed")))
    fault = Fault(root=copy / "sources", reads=True)
    done = bench.run(copy / "study", *INGEST, fault=fault)
    assert done.code == 0, done.err
    return done.steps


@pytest.mark.parametrize("number", [errno.ESTALE, errno.EIO, errno.EACCES, errno.ENOENT])
def test_a_read_that_fails_stores_nothing(
    bench: Bench, study: Path, reference: Reference, number: int
) -> None:
    steps = _steps(bench, study)
    assert {step.split()[0] for step in steps} == {"list", "open", "read"}
    listed = bench.ok(study, "list")
    sources = study.parent / "sources"
    for at, step in enumerate(steps):
        fault = Fault(root=sources, reads=True, at=at, action=Action.ONCE, value=number)
        done = bench.run(study, *INGEST, fault=fault)
        assert not misspoken(done, {2 if number == errno.ENOENT else 3}), step
        assert "sources" in done.err
        assert bench.ok(study, "list") == listed
    assert not reference.complaint(study)


def _meanwhile(bench: Bench, study: Path, step: str, what: Callable[[Path], object]) -> Done:
    """Do something to the sources while an ingest is held at a step."""
    sources = study.parent / "sources"
    at = _steps(bench, study).index(step)
    stop = Fault(root=sources, reads=True, at=at, action=Action.SIGNAL, value=int(signal.SIGSTOP))
    running = bench.start(study, *INGEST, fault=stop)
    assert bench.wait(running) is None
    what(sources)
    os.kill(running.pid, signal.SIGCONT)
    return bench.end(running)


def _append(sources: Path) -> None:
    with (sources / "tom.txt").open("a") as file:
        file.write("\nInterviewer: Go on.\n")


CHANGES: dict[str, tuple[str, Callable[[Path], object], int, str]] = {
    "vanishes": ("open tom.txt", lambda s: (s / "tom.txt").unlink(), 2, "no such file"),
    "vanishes with its folder": ("open tom.txt", shutil.rmtree, 2, "no such file"),
    "grows": ("read tom.txt", _append, 3, "was written to while it was read"),
    "is cut": ("read tom.txt", lambda s: os.truncate(s / "tom.txt", 60), 3, "was written to"),
    "is emptied": ("read tom.txt", lambda s: os.truncate(s / "tom.txt", 0), 3, "was written to"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_file_that_changes_meanwhile_is_named_and_nothing_stored(
    bench: Bench, study: Path, reference: Reference, name: str
) -> None:
    step, change, code, message = CHANGES[name]
    listed = bench.ok(study, "list")
    done = _meanwhile(bench, study, step, change)
    assert not misspoken(done, {code})
    assert "tom.txt" in done.err
    assert message in done.err
    assert bench.ok(study, "list") == listed
    shutil.copytree(reference.before / "sources", study.parent / "sources", dirs_exist_ok=True)
    assert not reference.complaint(study)


def test_a_file_that_is_put_in_its_place_meanwhile_changes_nothing(
    bench: Bench, study: Path, reference: Reference
) -> None:
    def put(sources: Path) -> None:
        shutil.copy(sources / "tom.txt", sources / ".new")
        (sources / ".new").rename(sources / "tom.txt")

    assert _meanwhile(bench, study, "read tom.txt", put).code == 0
    assert not reference.complaint(study)


@pytest.mark.parametrize("path", ["../sources/pipe.txt", "../sources", "/dev/zero"])
def test_a_pipe_or_a_device_is_refused_at_once(
    bench: Bench, study: Path, reference: Reference, path: str
) -> None:
    os.mkfifo(study.parent / "sources" / "pipe.txt")
    done = bench.run(study, "ingest", path)
    assert not misspoken(done, {2})
    assert "is a pipe or a device" in done.err
    (study.parent / "sources" / "pipe.txt").unlink()
    assert not reference.complaint(study)


def test_a_file_that_may_not_be_read_is_left_out_on_request(bench: Bench, study: Path) -> None:
    at = _steps(bench, study).index("open tom.txt")
    fault = Fault(
        root=study.parent / "sources", reads=True, at=at, action=Action.ONCE, value=errno.EACCES
    )
    done = bench.run(study, *INGEST, "--on-error", "skip", fault=fault)
    assert done.code == 1
    assert "tom.txt" in done.err
    assert len(bench.ok(study, "list")) == 2
