"""Whatever happens at whichever write of release, withdraw and recall: the next call ends it.

Until then no version loads that still has what is to go, or is half written; afterwards what was
taken out is in no byte of the workspace.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import corpus
from tests.faults.bench import Action, Bench, Fault
from tests.faults.reissue import COMMANDS, SLIPPED, SOURCES, Subject, subject
from tests.faults.study import misspoken
from tests.faults.test_each_write import FAULTS, READ_FAULTS
from tests.studies import copied_folder

Subjects = Callable[[str], Subject]


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


@pytest.mark.parametrize("command", COMMANDS)
def test_some_writes_meet_each_fault_in_turn(
    subjects: Subjects, tmp_path: Path, command: str
) -> None:
    of = subjects(command)
    every = len(of.steps) // len(FAULTS) + 1
    for number, name in enumerate(FAULTS):
        assert walk(of, tmp_path / "at", name, [number * every + number]) == []


LASTING = ("rename releases/", "rename private/")


@pytest.mark.parametrize("command", ["withdraw", "withdraw the only one", "recall"])
def test_a_kill_before_each_rename(subjects: Subjects, tmp_path: Path, command: str) -> None:
    of = subjects(command)
    steps = [n for n, step in enumerate(of.steps) if step.startswith("rename ")]
    assert len(steps) > 2
    assert walk(of, tmp_path / "at", "kill -9", steps) == []


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
    study = copied_folder(of.before, tmp_path / "all")
    steps = of.bench.run(study, *of.command.args, fault=Fault(reads=True)).steps
    for at, step in enumerate(steps):
        if step.startswith(("read ", "list ")):
            fault = Fault(at=at, reads=True, action=Action.ONCE, value=number)
            assert of.disturbed(tmp_path / "at", fault, READ_FAULTS[number]) == "", (at, step)
