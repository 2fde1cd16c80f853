"""Names that are given: each file once, nothing waited for, nothing passed over in silence."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.check import targets
from corpus.check.types import Item, Target, Unread
from corpus.cli import main
from corpus.errors import InputError
from tests.repositories import Repository, isolate
from tests.studies import at

LEAK = "Mail me: ada.brook@kestrel-loom.com please\n"
NOBODY = 65534


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    monkeypatch.chdir(tmp_path)


def _named(*paths: str | Path, root: Path | None = None) -> list[Target]:
    given = [Path(path) for path in paths]
    return list(targets.named(given, root=root or Path.cwd(), most=1000))


def _why(path: str | Path) -> str:
    (target,) = _named(path)
    assert isinstance(target, Unread), target
    assert target.path == str(path)
    assert target.fails == "always"
    return target.why


def _everything(root: Path) -> dict[str, bytes | Path | str]:
    found = targets.everything(root, most=1000)
    return {t.name: t.source if isinstance(t, Item) else t.fails for t in found}


def test_a_file_keeps_the_path_it_was_given_and_has_its_name_below_the_root(
    tmp_path: Path,
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.md").write_text("text")
    for path in ("a/b.md", "./a/../a/b.md", tmp_path / "a" / "b.md"):
        (item,) = _named(path)
        assert isinstance(item, Item)
        assert (item.path, item.name, item.size) == (str(Path(path)), "a/b.md", 4)
    (outside,) = _named("a/b.md", root=tmp_path / "elsewhere")
    assert outside.name == (tmp_path / "a" / "b.md").as_posix()


def test_a_file_named_twice_is_checked_once(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("text")
    (tmp_path / "alias").symlink_to(tmp_path)
    found = _named("a.md", "b.md", "./a.md", tmp_path / "b.md", "alias/a.md", "gone.md", "gone.md")
    assert [target.name for target in found] == ["a.md", "b.md", "gone.md"]
    (below,) = _named("a.md", root=tmp_path / "alias")
    assert below.name == "a.md"


@pytest.mark.parametrize("name", ["a\nb", 'q"', "-dash", os.fsdecode(b"latin-\xe9")])
def test_odd_names_are_files_as_any(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("text")
    (item,) = _named(tmp_path / name)
    assert (type(item), item.name) == (Item, name)


def test_a_folder_is_bad_input_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    with pytest.raises(InputError, match=r"below: is a folder - name its files, or use --all"):
        targets.named([Path("gone.md"), Path("below")], root=tmp_path, most=1000)


def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo("pipe")
    (tmp_path / "to-pipe").symlink_to("pipe")
    assert _why("pipe") == "is a pipe, not a file"
    assert _why("to-pipe") == "is a pipe, not a file"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert _why("socket") == "is a socket, not a file"
    assert _why("/dev/zero") == "is a device, not a file"


def test_a_name_that_leads_to_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("gone")
    (tmp_path / "cycle").symlink_to("cycle")
    (tmp_path / "file").touch()
    assert _why("gone") == "cannot be read: No such file or directory"
    assert _why("dangling") == "cannot be read: No such file or directory"
    assert _why("file/below") == "cannot be read: Not a directory"
    assert "symbolic links" in _why("cycle")
    assert _why("n" * 5000) == "cannot be read: File name too long"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    (tmp_path / "file").touch(mode=0o000)
    (tmp_path / "folder").mkdir(mode=0o000)
    os.seteuid(NOBODY)
    try:
        whys = {_why("file"), _why("folder/below")}
        everything = _everything(tmp_path)
    finally:
        os.seteuid(0)
    assert whys == {"cannot be read: Permission denied"}
    assert everything == {"file": "always", "folder": "always"}


def test_a_link_is_followed_within_the_root_alone(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "a" / "b.md").write_text("inside")
    (tmp_path / "private.md").write_text("outside")
    (root / "in").symlink_to("a/b.md")
    (root / "out").symlink_to("../private.md")
    inside, outside, direct = _named("root/in", "root/out", "private.md", root=root)
    assert isinstance(inside, Item)
    assert (inside.name, inside.size) == ("in", 6)
    assert isinstance(outside, Unread)
    assert outside.why == "is a link to what lies elsewhere"
    assert isinstance(direct, Item)


def test_outside_of_git_all_are_the_files_below_without_following_links(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "b" / "c").mkdir(parents=True)
    (root / ".git" / "objects").mkdir(parents=True)
    (root / ".git" / "config").touch()
    (root / "b" / "c" / "d.md").touch()
    (root / "a.md").touch()
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe")
    assert _everything(root) == {
        "a.md": root / "a.md",
        "b/c/d.md": root / "b" / "c" / "d.md",
        "loop": os.fsencode(root),
        "pipe": "never",
    }


def test_folders_may_be_nested_deeper_than_calls_may(tmp_path: Path) -> None:
    depth = 1100
    os.chdir(tmp_path)
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    Path("a.md").touch()
    os.chdir(tmp_path)
    try:
        assert list(_everything(tmp_path)) == ["d/" * depth + "a.md"]
    finally:
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)


@pytest.mark.parametrize(
    ("name", "below", "data", "size"),
    [
        ("", "-", b"123456789", 9),
        ("raw/../b/a.md", "b/a.md", b"", 0),
        ("b/a.md", "b/a.md", b"1234567890", None),
    ],
)
def test_standard_input_is_read_once_and_takes_a_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    below: str,
    data: bytes,
    size: int | None,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    twice = [targets.STDIN, targets.STDIN]
    (target,) = targets.named(twice, root=tmp_path, most=9, stdin_name=name)
    assert (target.path, target.name) == (name or "-", below)
    assert (target.size if isinstance(target, Item) else None) == size


def test_the_command_reads_standard_input_under_the_name_given() -> None:
    done = CliRunner().invoke(main, ["check", "-", "--stdin-name", "raw/a.md"], input=LEAK)
    assert done.exit_code == 1
    assert done.stdout.startswith("raw/a.md:1:10: EMAIL_ADDRESS")


def test_standard_input_does_not_take_the_place_of_a_file_of_its_name() -> None:
    Path("bad.md").write_text(LEAK)
    done = CliRunner().invoke(
        main, ["check", "-", "bad.md", "--stdin-name", "bad.md"], input="Fine.\n"
    )
    assert done.exit_code == 1
    assert done.stdout == "bad.md:1:10: EMAIL_ADDRESS email (26 characters)\n"


def test_the_command_tells_folders_from_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(LEAK)
    os.mkfifo("pipe")
    assert CliRunner().invoke(main, ["check", "."]).exit_code == 2
    done = CliRunner().invoke(main, ["check", "pipe", "a.md"])
    assert done.exit_code == 3
    assert "pipe: not checked: is a pipe, not a file" in done.stderr
    assert "a.md:1:10" in done.stdout


def test_in_a_repository_names_are_below_its_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository.init(tmp_path / "repo")
    repository.add("below/a.md", LEAK)
    repository.write("below/untracked.md", LEAK)
    assert list(_everything(repository.top / "below")) == ["below/a.md"]


def test_a_named_file_that_may_not_be_read_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading it tells, with the counts, and not the command line before."""
    path = tmp_path / "shut.txt"
    path.write_text("The weather was fine.\n")

    def refuse(name: str, *args: int, **kwargs: int) -> int:
        if os.fspath(name) == str(path):
            raise PermissionError(13, "Permission denied")
        return opened(name, *args, **kwargs)

    opened = os.open
    with monkeypatch.context() as patch:
        patch.setattr("os.access", lambda *_: False)
        patch.setattr("os.open", refuse)
        done = at(tmp_path, "check", "--fast", path)
    assert done.exit_code == 3, done.output
    assert "1 unreadable" in done.output
