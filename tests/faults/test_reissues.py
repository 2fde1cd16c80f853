"""Whatever happens at whichever write of release, withdraw and recall: the next call ends it.

Until then no version loads that still has what is to go, or is half written; afterwards what was
taken out is in no byte of the workspace.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.faults.bench import ROOT, Action, Bench, Fault
from tests.faults.reissue import COMMANDS, RECALL, WITHDRAW, Subject, loading, subject
from tests.faults.study import misspoken
from tests.faults.test_each_write import FAULTS, READ_FAULTS

Subjects = Callable[[str], Subject]


def _by_default(*names: str, of: Iterable[str]) -> list[ParameterSet]:
    """Return the commands, all but some of which wait for a thorough run."""
    later = pytest.mark.thorough
    return [pytest.param(name, marks=() if name in names else later) for name in of]


@pytest.fixture(scope="module")
def subjects(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Subjects:
    """Return what makes a command's subject, once."""
    made: dict[str, Subject] = {}

    def get(name: str) -> Subject:
        if name not in made:
            made[name] = subject(bench, tmp_path_factory.mktemp("subject"), name)
        return made[name]

    return get


def walk(of: Subject, place: Path, name: str, steps: Iterable[int]) -> list[str]:
    """Return what went wrong, for each step at which something did."""
    fault, codes = FAULTS[name]
    wrong = []
    for step in steps:
        problem = of.disturbed(place, replace(fault, at=step), codes)
        if problem:
            wrong.append(f"{name} at {step}, {of.steps[step]}: {problem}")
    return wrong


@pytest.mark.parametrize("command", _by_default("recall", of=COMMANDS))
def test_some_writes_meet_each_fault_in_turn(
    subjects: Subjects, tmp_path: Path, command: str
) -> None:
    of = subjects(command)
    every = len(of.steps) // len(FAULTS) + 1
    for number, name in enumerate(FAULTS):
        assert walk(of, tmp_path / "at", name, [number * every + number]) == []


@pytest.mark.parametrize(
    "command", _by_default("withdraw", of=["withdraw", "withdraw the only one", "recall"])
)
def test_a_kill_before_each_rename(subjects: Subjects, tmp_path: Path, command: str) -> None:
    of = subjects(command)
    steps = [n for n, step in enumerate(of.steps) if step.startswith("rename ")]
    assert [s for n in steps if (s := of.steps[n]).startswith("rename releases/.new-")] or (
        command == "withdraw the only one"
    )
    assert walk(of, tmp_path / "at", "kill -9", steps) == []


@pytest.mark.thorough
@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_counts_the_writes_about_right(subjects: Subjects, command: str) -> None:
    """They differ a little with SQLite's version."""
    page = (ROOT / "docs" / "faults.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+?) \| (\d+) \| [\d,]+ \| ", page, re.MULTILINE)
    assert abs(int(dict(rows)[command]) - len(subjects(command).steps)) < 20


@pytest.mark.thorough
@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_each_write_meets_each_fault(
    subjects: Subjects, tmp_path: Path, command: str, name: str
) -> None:
    of = subjects(command)
    assert walk(of, tmp_path / "at", name, range(len(of.steps))) == []


@pytest.mark.thorough
@pytest.mark.parametrize("number", READ_FAULTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_whatever_cannot_be_read(
    subjects: Subjects, tmp_path: Path, command: str, number: int
) -> None:
    of = subjects(command)
    study = Path(shutil.copytree(of.before, tmp_path / "all"))
    steps = of.bench.run(study, *of.command.args, fault=Fault(reads=True)).steps
    for at, step in enumerate(steps):
        if step.startswith(("read ", "list ")):
            fault = Fault(at=at, reads=True, action=Action.ONCE, value=number)
            assert of.disturbed(tmp_path / "at", fault, READ_FAULTS[number]) == "", (at, step)


OTHERS = {
    "release": ("release", "1.0.2", "--workers", "1"),
    "withdraw": WITHDRAW,
    "recall": RECALL,
    "recall another": ("recall", "work_0002", "--text", "night", "--yes"),
}
"""What a second process might want meanwhile."""


@pytest.mark.parametrize(
    ("command", "moment"),
    [
        ("second release", "rename releases/1.0.0"),
        ("withdraw", "rename releases/.old-1.0.0"),
        ("recall", "rename releases/1.0.0"),
    ],
)
def test_who_comes_second_is_told_and_changes_nothing(
    subjects: Subjects, tmp_path: Path, command: str, moment: str
) -> None:
    of = subjects(command)
    study = Path(shutil.copytree(of.before, tmp_path / "at"))
    held = Fault(at=of.steps.index(moment), action=Action.SIGNAL, value=int(signal.SIGSTOP))
    running = of.bench.start(study, *of.command.args, fault=held)
    assert of.bench.wait(running) is None
    for args in (of.command.args, *OTHERS.values()):
        done = of.bench.run(study, *args)
        assert misspoken(done, {2, 3}) == ""
        assert "another corpus process is working in" in done.err or "exists already" in done.err
    os.kill(running.pid, signal.SIGCONT)
    assert of.bench.end(running).code == 0
    assert of.unlike(study) == ""


@pytest.mark.parametrize(
    "command", _by_default("withdraw", of=["second release", "withdraw", "recall"])
)
def test_of_two_at_once_each_is_done_or_told(
    subjects: Subjects, tmp_path: Path, command: str
) -> None:
    of = subjects(command)
    for name, args in {"the same": of.command.args, **OTHERS}.items():
        study = Path(shutil.copytree(of.before, tmp_path / name))
        both = [of.bench.start(study, *wanted) for wanted in (of.command.args, args)]
        ended = [of.bench.end(running) for running in both]
        assert 0 in {done.code for done in ended}
        for done, wanted in zip(ended, (of.command.args, args), strict=True):
            assert misspoken(done, {0, 2, 3}) == "", name
            if done.code == 3:
                assert "another corpus process is working in" in done.err
                assert misspoken(of.bench.run(study, *wanted), {0, 2}) == "", name
        assert of.bench.ok(study, "list")
        assert of.bench.run(study, "verify", "--all").code == 0
        assert not [p.name for p in study.rglob(".*") if p.name != ".gitignore"]
        if name == "the same":
            assert of.unlike(study) == ""


@pytest.mark.parametrize("command", _by_default("recall", of=["withdraw", "recall"]))
def test_what_was_not_finished_stops_all_else(
    subjects: Subjects, tmp_path: Path, command: str
) -> None:
    of = subjects(command)
    tried = [n for n, s in enumerate(of.steps) if s.startswith(("rename", "rmdir"))]
    assert len(tried) > 8
    for step in tried[::5]:
        study = Path(shutil.copytree(of.before, tmp_path / str(step)))
        of.bench.run(study, *of.command.args, fault=Fault(at=step, action=Action.KILL))
        loaded = {p.name for p in loading(study / "releases")}
        for args in OTHERS.values():
            if args != of.command.args:
                done = of.bench.run(study, *args)
                assert misspoken(done, {2}) == ""
                assert "was not finished" in done.err, of.steps[step]
        assert {p.name for p in loading(study / "releases")} <= loaded
        assert of.complaint(study) == ""
