"""What is staged is what is read, whatever else lies about in the working tree."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner, Result

from corpus.check import git, index, targets
from corpus.check.blobs import Blobs, TooLarge
from corpus.check.types import Item, Target, Unread
from corpus.cli import main
from corpus.errors import MachineError
from tests.repositories import Repository, isolate

TREE = Path(__file__).parents[2]
MOST = 10_000
LEAK = "Mail me: ada.brook@kestrel-loom.com please\n"


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.init(tmp_path / "repo")


def _content(target: Target) -> str:
    assert isinstance(target, Item), target
    source = target.source
    data = source if isinstance(source, bytes) else source.read_bytes()
    assert len(data) == target.size
    return data.decode("utf-8", "surrogateescape")


def _staged(repository: Repository, most: int = MOST) -> dict[str, str]:
    found = list(index.staged(repository.top, most=most))
    assert len({target.name for target in found}) == len(found)
    return {target.name: _content(target) for target in found}


def _tracked(repository: Repository) -> dict[str, str]:
    return {t.name: _content(t) for t in targets.everything(repository.top, most=MOST)}


def _only(found: Iterable[Target]) -> Unread:
    (target,) = found
    assert isinstance(target, Unread)
    return target


def _cli(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


# What is staged


def test_the_staged_version_is_read_and_not_the_working_tree(repository: Repository) -> None:
    repository.add("notes.md", "staged\n")
    repository.write("notes.md", "not yet staged\n")
    repository.write("untracked.md", "no part of it\n")
    assert _staged(repository) == {"notes.md": "staged\n"}


def test_without_a_commit_all_of_the_index_is_new(repository: Repository) -> None:
    assert _staged(repository) == {}
    repository.add("a.md", "a")
    repository.add("b/c.md", "c")
    assert _staged(repository) == {"a.md": "a", "b/c.md": "c"}


def test_after_a_commit_only_what_differs_is_read(repository: Repository) -> None:
    for name in ("same", "changed", "gone", "moved", "linked", "mode"):
        repository.add(name, f"{name} at first, long enough to be told apart\n")
    repository.commit()
    repository.add("changed", "anew")
    repository.add("added", "more")
    repository.git("rm", "-q", "gone")
    repository.git("mv", "moved", "there")
    (repository.top / "linked").unlink()
    (repository.top / "linked").symlink_to("../ada/brook")
    (repository.top / "mode").chmod(0o755)
    repository.git("add", "linked", "mode")
    assert _staged(repository) == {
        "added": "more",
        "changed": "anew",
        "linked": "../ada/brook",
        "mode": "mode at first, long enough to be told apart\n",
        "there": "moved at first, long enough to be told apart\n",
    }


@pytest.mark.parametrize("quotes", ["true", "false"])
def test_odd_names_are_told_apart(repository: Repository, quotes: str) -> None:
    names = ["a\nb", 'q"uote', "t\tab", " lead", "-dash", "\u00e9", ":colon", "back\\slash"]
    names.append(os.fsdecode(b"latin-\xe9"))
    repository.git("config", "core.quotepath", quotes)
    for commits in (False, True):
        for name in names:
            repository.add(f"./{name}", f"{name!r} {commits}")
        assert _staged(repository) == {name: f"{name!r} {commits}" for name in names}
        repository.commit()
    assert sorted(_tracked(repository)) == sorted(names)


def test_a_submodule_is_counted_and_left_to_its_own_repository(repository: Repository) -> None:
    inner = Repository.init(repository.top / "inner")
    inner.commit()
    head = inner.git("rev-parse", "HEAD")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{head},inner")
    for found in (
        index.staged(repository.top, most=MOST),
        targets.everything(inner.top.parent, most=MOST),
    ):
        target = _only(found)
        assert (target.name, target.fails) == ("inner", "never")
    assert git.root(inner.top) == inner.top


def test_what_is_only_meant_to_be_added_is_no_part_of_the_commit(repository: Repository) -> None:
    repository.commit()
    repository.write("later.md", LEAK)
    repository.git("add", "--intent-to-add", "later.md")
    assert _staged(repository) == {}
    assert _tracked(repository) == {"later.md": LEAK}


def test_settings_are_those_of_the_index(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.top)
    repository.add("notes.md", LEAK)
    repository.add("a b/corpus.toml", '[check]\nignore = ["*.txt"]\n')
    repository.write("a b/corpus.toml", '[check]\nignore = ["*"]\n')
    monkeypatch.chdir(repository.top / "a b")
    assert _cli("--staged", "--fast").exit_code == 1
    assert _cli("../notes.md", "--fast").exit_code == 0
    repository.git("add", "-A")
    assert _cli("--staged", "--fast").exit_code == 0


def test_an_unresolved_conflict_is_never_taken_for_clean(repository: Repository) -> None:
    repository.add("a.md", "first\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "other")
    repository.add("a.md", "theirs\n")
    repository.commit()
    repository.git("checkout", "-q", "-")
    repository.add("a.md", "ours\n")
    repository.commit()
    subprocess.run(
        ["git", "merge", "-q", "other"], cwd=repository.top, capture_output=True, check=False
    )
    target = _only(index.staged(repository.top, most=MOST))
    assert (target.name, target.fails) == ("a.md", "always")
    assert "conflicts" in target.why
    assert list(_tracked(repository)) == ["a.md"]
    assert "<<<<<<<" in _tracked(repository)["a.md"]


@pytest.mark.parametrize(
    ("command", "read"),
    [
        (["commit", "-qam", "x"], "a.md b.md"),
        (["commit", "-qm", "x", "a.md"], "a.md"),
    ],
    ids=["all", "one file"],
)
def test_in_a_hook_the_index_of_the_commit_to_come_is_read(
    repository: Repository, tmp_path: Path, command: list[str], read: str
) -> None:
    repository.add("a.md", "a")
    repository.commit()
    told = tmp_path / "told"
    code = (
        "from pathlib import Path; from corpus.check import git, index;"
        "print(*(t.name for t in index.staged(git.root(Path.cwd()), most=99)))"
    )
    repository.hook(f"cd sub; PYTHONPATH='{TREE}' '{sys.executable}' -c '{code}' > '{told}'")
    repository.add("b.md", "b")
    repository.write("a.md", "a anew")
    (repository.top / "sub").mkdir()
    repository.git(*command)
    assert told.read_text().strip() == read


@pytest.mark.parametrize("format_", ["sha1", "sha256"])
def test_blobs_come_through_one_process_whatever_their_size(
    tmp_path: Path, format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository.init(tmp_path / "repo", f"--object-format={format_}")
    large = os.urandom(3_000_000)
    for number in range(20):
        repository.write(f"{number:02}.bin", large if number == 7 else bytes([number]) * number * 9)
    repository.git("add", ".")
    started = mock.Mock(wraps=subprocess.Popen)
    monkeypatch.setattr(subprocess, "Popen", started)
    found = list(index.staged(repository.top, most=200))
    assert sum("cat-file" in call.args[0] for call in started.mock_calls if call.args) == 1
    assert [t.name for t in found] == [f"{n:02}.bin" for n in range(20)]
    passed = found.pop(7)
    assert isinstance(passed, Unread)
    assert (passed.fails, passed.sha256) == ("guarded", hashlib.sha256(large).hexdigest())
    assert "3,000,000 bytes" in passed.why
    assert [_content(t) for t in found] == [chr(n) * n * 9 for n in range(20) if n != 7]


@pytest.mark.parametrize(
    ("name", "piece", "code"),
    [
        ("long.md", b"Nothing here.\n", 3),
        ("rows.csv.gz", b"\x1f\x8b\x08\0", 3),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\1\2\3\4\5\6\7", 0),
    ],
)
def test_what_is_staged_and_too_large_to_be_read_is_never_taken_for_clean(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, name: str, piece: bytes, code: int
) -> None:
    monkeypatch.chdir(repository.top)
    repository.write("corpus.toml", "[check]\nlargest = 1\n")
    repository.add(name, piece * (1 + (1 << 20) // len(piece)))
    done = _cli("--staged", "--fast")
    assert done.exit_code == code, done.output
    assert ("too large" in done.stderr) == bool(code)


def test_a_blob_that_git_lost_is_told_and_the_others_are_read(repository: Repository) -> None:
    for name in "abcd":
        repository.add(f"{name}.md", name)
    lost, broken = (repository.git("hash-object", f"{n}.md") for n in "bc")
    place = repository.top / ".git" / "objects"
    (place / lost[:2] / lost[2:]).unlink()
    (place / broken[:2] / broken[2:]).chmod(0o644)
    (place / broken[:2] / broken[2:]).write_bytes(b"no zlib")
    a, b, c, d = index.staged(repository.top, most=MOST)
    assert (_content(a), _content(d)) == ("a", "d")
    for target in (b, c):
        assert isinstance(target, Unread)
        assert (target.fails, target.why) == ("always", "cannot be had from git: git fsck says why")


def test_blobs_end_their_process_in_the_middle_of_one(repository: Repository) -> None:
    repository.add("a", b"a" * 5_000_000)
    with Blobs(repository.top, most=10) as blobs:
        assert isinstance(blobs.read(repository.git("hash-object", "a")), TooLarge)
        assert blobs.read("0" * 40) is None


# All that is tracked


def test_all_is_the_working_tree_of_what_is_tracked(repository: Repository) -> None:
    repository.add("a.md", "staged")
    repository.write("a.md", "written since")
    repository.write("untracked.md", "-")
    (repository.top / "link").symlink_to("nowhere")
    repository.git("add", "link")
    assert _tracked(repository) == {"a.md": "written since", "link": "nowhere"}


def test_what_is_tracked_and_does_not_lie_there_is_read_from_the_index(
    repository: Repository,
) -> None:
    repository.add("here/a.md", "a")
    repository.add("there/b.md", "b")
    repository.add("c.md", "c")
    repository.add("d/e.md", "e")
    repository.commit()
    repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "here", "d")
    (repository.top / "c.md").unlink()
    shutil.rmtree(repository.top / "d")
    repository.write("d", "a file now")
    assert not (repository.top / "there").exists()
    assert _tracked(repository) == {"c.md": "c", "d/e.md": "e", "here/a.md": "a", "there/b.md": "b"}
    repository.add("here/a.md", "anew")
    assert _staged(repository) == {"here/a.md": "anew"}


def test_a_pipe_in_the_place_of_a_tracked_file_is_not_waited_for(repository: Repository) -> None:
    path = repository.add("a.md", "a")
    path.unlink()
    os.mkfifo(path)
    target = _only(targets.everything(repository.top, most=MOST))
    assert (target.why, target.fails) == ("is a pipe, not a file", "always")


def test_nothing_is_fetched_for_what_a_partial_clone_left_out(
    repository: Repository, tmp_path: Path
) -> None:
    for number in range(30):
        repository.add(f"{number}.md", str(number))
    repository.commit()
    repository.git("config", "uploadpack.allowFilter", "true")
    source = f"file://{repository.top}"
    repository.git(
        "clone", "-q", "--filter=blob:none", "--no-checkout", source, str(tmp_path / "p")
    )
    clone = Repository(tmp_path / "p")
    clone.git("read-tree", "HEAD")
    clone.add("1-local.md", "here").unlink()
    found = {target.name: target for target in targets.everything(clone.top, most=MOST)}
    assert _content(found.pop("1-local.md")) == "here"
    assert len(found) == 30
    assert {isinstance(t, Unread) and t.fails for t in found.values()} == {"guarded"}


# Git LFS


def _pointer(content: str) -> bytes:
    oid = hashlib.sha256(content.encode()).hexdigest()
    first = "version https://git-lfs.github.com/spec/v1"
    return f"{first}\noid sha256:{oid}\nsize {len(content)}\n".encode()


def _store(repository: Repository, content: str) -> None:
    oid = hashlib.sha256(content.encode()).hexdigest()
    repository.write(f".git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}", content)


def test_of_lfs_the_content_is_read_where_it_is_here(repository: Repository) -> None:
    _store(repository, LEAK)
    repository.add("a.bin", _pointer(LEAK))
    assert _staged(repository) == {"a.bin": LEAK}
    assert _tracked(repository) == {"a.bin": LEAK}
    tree = repository.top.parent / "linked"
    repository.commit()
    repository.git("worktree", "add", "-q", str(tree))
    assert _tracked(Repository(tree)) == {"a.bin": LEAK}


def test_a_pointer_may_say_what_the_content_was_made_by(repository: Repository) -> None:
    _store(repository, LEAK)
    first, oid, size = _pointer(LEAK).splitlines(keepends=True)
    made_by = [b"ext-%d-tool-%d sha256:%s\n" % (n, n, b"ab" * 32) for n in range(3)]
    repository.add("a.bin", b"".join([first, made_by[0], made_by[1], oid, made_by[2], size]))
    assert _staged(repository) == {"a.bin": LEAK}


def test_of_lfs_content_that_is_elsewhere_the_digest_is_known(repository: Repository) -> None:
    repository.add("a.bin", _pointer(LEAK))
    for stored in ("nothing", "a part"):
        if stored == "a part":
            _store(repository, LEAK)
            (path,) = repository.top.glob(".git/lfs/objects/*/*/*")
            path.write_text("cut")
        target = _only(index.staged(repository.top, most=MOST))
        assert target.sha256 == hashlib.sha256(LEAK.encode()).hexdigest()
        assert target.fails == "guarded"
        assert "Git LFS" in target.why


@pytest.mark.parametrize("more", [LEAK.encode(), b"\n", b"x" * 2000])
def test_what_only_begins_like_a_pointer_is_text(repository: Repository, more: bytes) -> None:
    repository.add("a.bin", _pointer("x") + more)
    assert _staged(repository) == {"a.bin": (_pointer("x") + more).decode()}


# Where the repository lies


def _asked(folder: Path, *arguments: str) -> Path:
    done = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip())


def test_the_top_and_the_common_directory_are_those_that_git_names(
    repository: Repository, tmp_path: Path
) -> None:
    repository.add("below/a.md", "a")
    repository.commit()
    repository.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    outer = Repository.init(tmp_path / "outer")
    outer.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(repository.top), "sub"
    )
    (tmp_path / "alias").symlink_to(repository.top)
    folders = [
        repository.top,
        repository.top / "below",
        tmp_path / "linked",
        tmp_path / "linked" / "below",
    ]
    folders += [outer.top, outer.top / "sub" / "below", tmp_path / "alias" / "below"]
    for folder in folders:
        assert git.root(folder) == _asked(folder, "--show-toplevel"), folder
        assert git.common_dir(folder) == _asked(folder, "--git-common-dir"), folder


def test_a_bare_repository_has_no_working_tree(tmp_path: Path, repository: Repository) -> None:
    bare = Repository.init(tmp_path / "bare", "--bare").top
    assert git.root(bare) is None
    assert git.common_dir(bare) == bare
    assert git.root(repository.top / ".git" / "objects") is None
    assert git.common_dir(repository.top / ".git" / "objects") == repository.top / ".git"


def test_outside_of_git_there_is_neither(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / ".git").write_bytes(b"\xff" * 9000)
    assert (git.root(tmp_path / "x"), git.common_dir(tmp_path / "x")) == (None, None)


def test_the_environment_says_where_the_repository_lies(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.add("a.md", "a")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_DIR", "repo/.git")
    assert git.root(elsewhere) == elsewhere
    assert git.root(repository.top) == repository.top
    assert git.common_dir(elsewhere) == repository.top / ".git"
    assert _staged(Repository(elsewhere)) == {"a.md": "a"}
    monkeypatch.setenv("GIT_WORK_TREE", "elsewhere")
    assert git.root(repository.top) == elsewhere
    assert _staged(Repository(elsewhere)) == {"a.md": "a"}


def test_a_linked_working_tree_is_read_by_its_own_index(
    repository: Repository, tmp_path: Path
) -> None:
    repository.add("a.md", "a")
    repository.commit()
    repository.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    linked = Repository(tmp_path / "linked")
    linked.add("b.md", "b")
    assert (_staged(linked), _staged(repository)) == ({"b.md": "b"}, {})
    code = (
        "from pathlib import Path; from corpus.check import git, index;"
        "top = git.root(Path.cwd()); print(top, *(t.name for t in index.staged(top, most=99)))"
    )
    told = tmp_path / "told"
    repository.hook(f"PYTHONPATH='{TREE}' '{sys.executable}' -c '{code}' > '{told}'")
    linked.commit()
    assert told.read_text().split() == [str(linked.top), "b.md"]


# What can go wrong


def test_neither_hooks_nor_filters_of_the_repository_are_run(
    repository: Repository, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    script = repository.write("trap.sh", f"#!/bin/sh\ntouch '{trap}'\ncat\n")
    script.chmod(0o755)
    repository.add("a.txt", "a")
    repository.add(".gitattributes", "*.txt filter=trap diff=trap\n")
    repository.commit()
    for name in (
        "core.fsmonitor",
        "filter.trap.clean",
        "filter.trap.smudge",
        "diff.trap.textconv",
        "diff.external",
    ):
        repository.git("config", name, str(script))
    for name in ("post-index-change", "fsmonitor-watchman"):
        shutil.copy(script, repository.write(f".git/hooks/{name}", ""))
    repository.write("a.txt", "b")
    assert _staged(repository) == {}
    assert _tracked(repository)["a.txt"] == "b"
    assert not trap.exists()


def test_the_index_is_not_written(repository: Repository) -> None:
    path = repository.add("a.md", "a")
    before = (repository.top / ".git" / "index").stat()
    os.utime(path, ns=(1, 1))
    _staged(repository)
    _tracked(repository)
    after = (repository.top / ".git" / "index").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_without_git_the_command_says_so_and_exits_3(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.top)
    monkeypatch.setenv("PATH", "")
    for option in ("--staged", "--all"):
        done = _cli(option)
        assert done.exit_code == 3
        assert len(done.stderr.splitlines()) == 1
        assert "git is not installed" in done.stderr


def test_a_broken_index_is_a_failure_in_one_line(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.add("a.md", "a")
    repository.commit()
    repository.write(".git/index", "no index")
    monkeypatch.chdir(repository.top)
    done = _cli("--staged")
    assert (done.exit_code, len(done.stderr.splitlines())) == (3, 1)
    assert "git failed: " in done.stderr


def test_a_head_that_leads_nowhere_makes_all_of_the_index_new(repository: Repository) -> None:
    repository.add("a.md", "a")
    repository.commit()
    branch = repository.git("symbolic-ref", "HEAD")
    repository.write(f".git/{branch}", "no commit\n")
    assert _staged(repository) == {"a.md": "a"}


def test_a_lost_commit_is_a_failure(repository: Repository) -> None:
    repository.add("a.md", "a")
    repository.commit()
    branch = repository.git("symbolic-ref", "HEAD")
    repository.write(f".git/{branch}", "1" * 40 + "\n")
    with pytest.raises(MachineError, match="git failed"):
        _staged(repository)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_somebody_else_is_a_failure_with_its_remedy(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.add("a.md", "a")
    os.chown(repository.top, 12345, 12345)
    os.chown(repository.top / ".git", 12345, 12345)
    with pytest.raises(MachineError, match=r"another user - git config --global --add safe\."):
        _staged(repository)


def test_from_a_folder_below_paths_lead_from_there_and_names_from_the_top(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.add("a.md", "a")
    repository.add("below/b.md", "b")
    monkeypatch.chdir(repository.top / "below")
    top = git.root(Path.cwd())
    assert top == repository.top
    found = list(index.staged(top, most=MOST))
    assert [(t.path, t.name) for t in found] == [("../a.md", "a.md"), ("b.md", "below/b.md")]


def test_the_command_checks_what_is_staged(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.add("below/a.md", LEAK)
    repository.write("below/a.md", "clean\n")
    monkeypatch.chdir(repository.top / "below")
    done = _cli("--staged")
    assert done.exit_code == 1
    assert done.stdout.startswith("a.md:1:10: EMAIL_ADDRESS")
    assert "kestrel" not in done.output
    assert _cli("--all").exit_code == 0


def test_what_is_asked_for_in_vain_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = _cli("--staged")
    assert (done.exit_code, "no git repository" in done.stderr) == (2, True)
    assert _cli("--staged", "--all").exit_code == 2
    assert _cli("--all", "a.md").exit_code == 2
