"""A folder takes another's place whole, or the old one stands; leftovers of a kill go."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from corpus.errors import MachineError
from corpus.release import folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a folder with one release."""
    folder.put(tmp_path / "1.0.0" / "file", b"old")
    return tmp_path


def held(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_the_new_one_takes_its_place(root: Path) -> None:
    with folder.swapped(root / "1.0.0") as build:
        folder.put(build / "file", b"new")
    assert held(root) == {"1.0.0/file": b"new"}


@pytest.mark.parametrize("failing", [".new-1.0.0", "1.0.0"])
def test_the_old_one_stands_where_a_rename_fails(
    root: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    rename = Path.rename

    def failed(self: Path, target: Path) -> Path:
        if self.name == failing and target.name in ("1.0.0", ".old-1.0.0"):
            raise OSError(errno.EIO, "no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failed)
    with (
        pytest.raises(MachineError, match="could not be replaced"),
        folder.swapped(root / "1.0.0") as build,
    ):
        folder.put(build / "file", b"new")
    monkeypatch.undo()
    folder.recover(root)
    assert held(root) == {"1.0.0/file": b"old"}


def test_it_stands_before_anything_recovers(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def failed(self: Path, target: Path) -> Path:
        if self.name == ".new-1.0.0":
            raise OSError(errno.EIO, "no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failed)
    with pytest.raises(MachineError), folder.swapped(root / "1.0.0") as build:
        folder.put(build / "file", b"new")
    assert held(root) == {"1.0.0/file": b"old"}


@pytest.mark.parametrize(
    ("left", "after"),
    [
        ({".old-1.0.0": b"old"}, {"1.0.0/file": b"old"}),
        ({".old-1.0.0": b"old", ".new-1.0.0": b"new"}, {"1.0.0/file": b"old"}),
        ({".old-1.0.0": b"old", "1.0.0": b"new"}, {"1.0.0/file": b"new"}),
        ({"1.0.0": b"old", ".new-1.0.0": b"new"}, {"1.0.0/file": b"old"}),
        ({"1.0.0": b"old", ".tmp-.new-1.0.0-77": b"half"}, {"1.0.0/file": b"old"}),
        ({"1.0.0": b"old", ".tmp-1.1.0-77": b"half"}, {"1.0.0/file": b"old"}),
        ({".gone-1.0.0": b"old"}, {}),
        (
            {"1.0.0": b"old", "1.0.0.bak": b"mine"},
            {"1.0.0/file": b"old", "1.0.0.bak/file": b"mine"},
        ),
    ],
    ids=",".join,
)
def test_what_a_kill_left_is_tidied_up(
    tmp_path: Path, left: dict[str, bytes], after: dict[str, bytes]
) -> None:
    for name, data in left.items():
        folder.put(tmp_path / name / "file", data)
    folder.recover(tmp_path)
    assert held(tmp_path) == after


def test_there_need_be_no_folder(tmp_path: Path) -> None:
    folder.recover(tmp_path / "releases")
