"""What a folder stands for: links that lead out of it are named, pipes never wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import SourceError
from corpus.ingest import Roles, expand, read_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of interviews beside what nobody meant to hand over."""
    for name in ("mine/a.txt", "mine/deep/b.txt", "others/c.txt", "others/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"INT: Who?\n\nMK: Me, {name}.\n")
    return tmp_path / "mine"


def expanded(path: Path) -> tuple[list[str], list[str]]:
    left: list[str] = []
    return expand([str(path)], leave=left.append), left


def test_links_that_lead_out_are_named_and_not_followed(folder: Path) -> None:
    (folder / "file.txt").symlink_to("../others/c.txt")
    (folder / "deep" / "folder").symlink_to(folder.parent / "others")
    (folder / "deep" / "up").symlink_to("../..")
    own = [str(folder / "a.txt"), str(folder / "deep" / "b.txt")]
    out = [str(folder / name) for name in ("file.txt", "deep/folder", "deep/up")]
    assert expanded(folder) == (own, out)
    files, left = expanded(folder / "**" / "*.txt")
    assert files == own
    assert str(folder / "file.txt") in left
    assert not any("others" in os.path.realpath(file) for file in files)


def test_links_within_the_folder_lead_to_files_that_are_read_once(folder: Path) -> None:
    (folder / "again.txt").symlink_to("a.txt")
    (folder / "deep" / "loop").symlink_to("..")
    assert expanded(folder) == ([str(folder / "a.txt"), str(folder / "deep" / "b.txt")], [])


def test_a_link_or_a_linked_folder_that_is_named_itself_is_read(folder: Path) -> None:
    (folder / "file.txt").symlink_to("../others/c.txt")
    (folder.parent / "linked").symlink_to("mine/deep")
    assert expanded(folder / "file.txt") == ([str(folder / "file.txt")], [])
    linked = folder.parent / "linked"
    assert expanded(linked) == ([str(linked / "b.txt")], [])


def test_a_folder_of_nothing_but_such_links_says_so(folder: Path) -> None:
    (folder / "deep" / "b.txt").unlink()
    (folder / "deep" / "c.txt").symlink_to("../../others/c.txt")
    with pytest.raises(SourceError, match="holds no file - name what its links lead to"):
        expand([str(folder / "deep")])


@pytest.mark.parametrize("named", [True, False], ids=["itself", "by its folder"])
def test_a_pipe_is_refused_and_never_waited_for(folder: Path, named: bool) -> None:
    pipe = folder / "pipe.txt"
    os.mkfifo(pipe)
    paths = expand([str(pipe if named else folder)])
    assert str(pipe) in paths
    with pytest.raises(SourceError, match=r"pipe\.txt: is a pipe or a device - name"):
        read_file(str(pipe), roles=Roles.default())


def test_a_device_is_refused() -> None:
    with pytest.raises(SourceError, match="/dev/zero: is a pipe or a device"):
        read_file(*expand(["/dev/zero"]), roles=Roles.default())


def corpus(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "corpus.cli", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_an_ingest_names_the_links_it_left(folder: Path) -> None:
    (folder / "file.txt").symlink_to("../others/c.txt")
    assert corpus(folder.parent, "init", "study").returncode == 0
    done = corpus(folder.parent / "study", "ingest", "../mine", "--json")
    facts = json.loads(done.stdout)
    assert done.returncode == 0
    assert "not followed, leads out of the folder: ../mine/file.txt" in done.stderr
    assert facts["links"] == ["../mine/file.txt"]
    assert {t["path"] for t in facts["transcripts"]} == {"../mine/a.txt", "../mine/deep/b.txt"}
