"""Disks that are really full, or really read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.bench import ROOT, Bench, Fault
from tests.faults.study import RUN, Reference, misspoken


@pytest.mark.parametrize("limit", [200, 1000, 5000, 12_000, 20_000, 30_000])
def test_no_file_may_grow_beyond_a_size(
    bench: Bench, study: Path, reference: Reference, limit: int
) -> None:
    done = bench.run(study, *RUN, fault=Fault(file_limit=limit))
    assert not misspoken(done, {3})
    assert "full" in done.err or "File too large" in done.err
    assert not reference.complaint(study)


@pytest.fixture
def disk(tmp_path: Path, before: Path) -> Iterator[Path]:
    """Mount a small disk and put the workspace on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a disk can be mounted by root alone")
    try:
        shutil.copytree(before, folder / "at")
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _remount(disk: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", disk], check=True)


@pytest.mark.parametrize("left", [0, 8, 24, 48, 64, 80])
def test_a_disk_with_little_room(bench: Bench, disk: Path, reference: Reference, left: int) -> None:
    study = disk / "at" / "study"
    used = sum(p.stat().st_blocks * 512 for p in disk.rglob("*") if p.is_file()) // 1024
    _remount(disk, f"size={used + left}k")
    done = bench.run(study, *RUN)
    assert not misspoken(done, {3})
    assert "disk is full" in done.err or "No space left" in done.err
    _remount(disk, "size=16m")
    assert not reference.complaint(study)


def test_a_disk_that_is_read_only(bench: Bench, disk: Path, reference: Reference) -> None:
    study = disk / "at" / "study"
    _remount(disk, "ro")
    done = bench.run(study, *RUN)
    assert not misspoken(done, {3})
    assert "Read-only file system" in done.err
    assert bench.run(study, "verify", "releases/0.9.0").code == 0
    _remount(disk, "rw")
    assert not reference.complaint(study)


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_what_is_printed_to_a_full_disk(study: Path, options: list[str]) -> None:
    command = [sys.executable, "-m", "corpus.cli", "list", *options]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command,
            cwd=study,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr == "corpus: the disk is full - make room and run the same command again\n"


def test_an_export_into_a_pipe_leaves_it_one(bench: Bench, study: Path) -> None:
    """So does one into /dev/stdout, which must not become a file."""
    pipe = study / "pipe"
    os.mkfifo(pipe)
    with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:  # noqa: PTH123, a descriptor
        done = bench.run(study, "findings", "export", "pipe")
        assert done.code == 0, done.err
        assert b"verdict" in reader.read()
    assert pipe.is_fifo()
