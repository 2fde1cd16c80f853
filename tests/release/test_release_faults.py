"""A fault at any moment leaves no version or the whole one."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import MachineError, ReleaseError
from corpus.model import Redacted, Withheld
from corpus.release import folder
from corpus.release.read import load
from corpus.release.write import place

Made = Callable[..., Path]

STEPS = ("open", "fdopen", "fsync", "mkdir", "rename")
"""Every call by which a release reaches the disk."""


class Faults:
    """Makes the disk fail at one step after the other."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._left = -1
        self._error: BaseException = OSError()
        for name in STEPS:
            monkeypatch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **options: Any) -> Any:
            self._left -= 1
            if self._left == -1:
                raise self._error
            return call(*args, **options)

        return step

    def each(self, error: BaseException) -> Iterator[int]:
        """Yield the numbers of all steps, each time with the fault set at that step."""
        for number in count():
            self._left, self._error = number, error
            yield number
            if self._left >= 0:
                return
            self._left = -1


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    return Faults(monkeypatch)


def visible(root: Path) -> list[str]:
    return sorted(p.name for p in root.iterdir()) if root.exists() else []


def test_a_full_disk_at_any_step_leaves_nothing_or_the_whole(
    made: Made, faults: Faults, tmp_path: Path
) -> None:
    nothing, raised = 0, 0
    for step in faults.each(OSError(errno.ENOSPC, "No space left on device")):
        root = tmp_path / str(step)
        try:
            made(root)
        except MachineError as error:
            assert "1.0.0: it could not be written (No space left on device)" in str(error)  # noqa: PT017 - whether it is raised depends on the step
            raised += 1
        if visible(root):
            load(root / "1.0.0").verify()
            assert visible(root) == ["1.0.0"]
        else:
            nothing += 1
    assert nothing > 20
    assert raised - nothing == 2, "only the sync after the rename comes too late to undo"


def test_a_kill_at_any_step_is_cleared_up_by_the_next_write(
    made: Made, faults: Faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill is an end without cleaning up."""
    killed = 0
    for step in faults.each(KeyboardInterrupt()):
        root = tmp_path / str(step)
        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            patch.setattr(shutil, "rmtree", lambda *_, **__: None)
            made(root)
        if (root / "1.0.0").exists():
            load(root / "1.0.0").verify()
            continue
        killed += 1
        made(root)
        assert visible(root) == ["1.0.0"]
    assert killed > 20


SCRIPT = """
import os, signal, sys
from pathlib import Path
from corpus.release.folder import put, staged

os.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with staged(Path(sys.argv[1])) as build:
    put(build / "data" / "part", b"half a release")
"""


def test_a_killed_process_leaves_no_version(made: Made, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, tmp_path / "1.0.0"], check=False)
    assert done.returncode == -signal.SIGKILL
    (leftover,) = visible(tmp_path)
    assert leftover.startswith(".tmp-1.0.0-")
    made(tmp_path)
    assert visible(tmp_path) == ["1.0.0"]


def test_what_is_no_leftover_of_ours_is_left_alone(made: Made, tmp_path: Path) -> None:
    (tmp_path / ".tmp-notes").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".tmp-1.0.0-7").symlink_to(tmp_path / "elsewhere")
    made(tmp_path)
    assert visible(tmp_path) == [".tmp-1.0.0-7", ".tmp-notes", "1.0.0", "elsewhere"]


def test_a_disk_that_gives_back_other_bytes_is_a_fault_of_the_machine(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = folder.put

    def put(path: Path, data: bytes) -> None:
        whole(path, data[:-1] + b"?" if path.suffix == ".parquet" else data)

    monkeypatch.setattr(folder, "put", put)
    with pytest.raises(MachineError, match="what the disk gave back") as caught:
        made(tmp_path)
    assert caught.value.exit_code == 3
    assert visible(tmp_path) == []


def test_an_existing_version_is_not_overwritten(made: Made, tmp_path: Path) -> None:
    path = made(tmp_path)
    before = {p: p.read_bytes() for p in path.rglob("*") if p.is_file()}
    with pytest.raises(ReleaseError, match="exists already - a release never changes") as caught:
        made(tmp_path, redacted=[])
    assert caught.value.exit_code == 2
    assert {p: p.read_bytes() for p in path.rglob("*") if p.is_file()} == before


def test_the_files_of_a_release_are_read_only(made: Made, tmp_path: Path) -> None:
    modes = {p.stat().st_mode & 0o777 for p in made(tmp_path).rglob("*") if p.is_file()}
    assert modes == {0o444}


@pytest.mark.parametrize("version", ["1.0.0", "0.1.0", "10.20.30", "1.0.0-rc.1", "1.0.0-0a"])
def test_a_semantic_version_has_a_place(version: str, tmp_path: Path) -> None:
    assert place(tmp_path, version) == tmp_path / version


@pytest.mark.parametrize(
    "version",
    ["", "1.0", "v1.0.0", "01.0.0", "1.0.0+build", "1.0.0-01", "1.0.0\n", "../1.0.0", "1.0.0/x"],
)
def test_anything_else_has_none(version: str, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="is no semantic version - write three numbers"):
        place(tmp_path, version)


def test_a_transcript_given_twice_is_refused(
    made: Made, redacted: tuple[Redacted, ...], tmp_path: Path
) -> None:
    with pytest.raises(ReleaseError, match="work_0001: it is there twice"):
        made(tmp_path, redacted=[*redacted, redacted[1]])


def test_a_transcript_cannot_be_released_and_withheld(
    made: Made, withheld: tuple[Withheld, ...], tmp_path: Path
) -> None:
    both = replace(withheld[0], transcript_id="work_0001")
    with pytest.raises(ReleaseError, match="work_0001: it is there twice"):
        made(tmp_path, withheld=[both])


def test_a_release_of_nothing_is_refused(made: Made, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no transcript to release"):
        made(tmp_path, redacted=[])


def test_a_date_in_the_environment_that_is_none_is_refused(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ReleaseError, match="SOURCE_DATE_EPOCH is no time - set it"):
        made(tmp_path)


def test_every_file_and_folder_reaches_the_disk_before_the_name(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    fsync, rename = os.fsync, Path.rename

    def syncing(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    def renaming(build: Path, target: Path) -> Path:
        assert {p.stat().st_ino for p in [build, *build.rglob("*")]} <= synced
        return rename(build, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "rename", renaming)
    assert made(tmp_path / "releases").is_dir()
    assert (tmp_path / "releases").stat().st_ino in synced
