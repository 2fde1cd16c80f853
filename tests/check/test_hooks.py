"""The hooks as pre-commit runs them: commits that pass, commits that are stopped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from corpus.cli import main
from tests.repositories import Repository, isolate

TREE = Path(__file__).parents[2]
MANIFEST = TREE / ".pre-commit-hooks.yaml"
CLEAN = "We talked about looms, and how long the warp takes.\n"
LEAK = "Mail me: ada.brook@kestrel-loom.com please\n"
FAILED = 3
"""How pre-commit ends where it could not build the environment."""
_STAGE = {"corpus-check": (), "corpus-check-deep": ("--hook-stage", "manual")}
UNREACHABLE = ("No matching distribution", "Could not find a version", "Connection", "timed out")


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.init(tmp_path / "repo")


def _hooks() -> dict[str, dict[str, Any]]:
    return {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text("utf-8"))}


def _pre_commit(repository: Repository, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=repository.top,
        capture_output=True,
        text=True,
        check=False,
    )


def _commit(repository: Repository) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "commit", "-m", "a step"],
        cwd=repository.top,
        capture_output=True,
        text=True,
        check=False,
    )


def _install(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the hook of the manifest, run by this interpreter: no environment is built."""
    hook = _hooks()["corpus-check"]
    del hook["additional_dependencies"]
    _, arguments = hook["entry"].split(" ", 1)
    hook |= {"entry": f"'{sys.executable}' -m corpus.cli {arguments}", "language": "system"}
    hook["verbose"] = True
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    repository.add(".pre-commit-config.yaml", yaml.safe_dump(config))
    repository.commit()
    monkeypatch.setenv("PYTHONPATH", str(TREE))
    assert _pre_commit(repository, "install").returncode == 0


def test_the_manifest_is_one(repository: Repository) -> None:
    done = _pre_commit(repository, "validate-manifest", str(MANIFEST))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    stages = {name: hook["stages"] for name, hook in _hooks().items()}
    assert stages == {"corpus-check": ["pre-commit"], "corpus-check-deep": ["pre-push", "manual"]}


def test_a_commit_is_stopped_by_what_is_staged_and_by_nothing_else(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(repository, monkeypatch)

    repository.add("a b/notes.md", CLEAN)
    repository.add("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    repository.write("a b/notes.md", LEAK)
    repository.write("untracked.md", LEAK)
    passed = _commit(repository)
    assert passed.returncode == 0, passed.stderr
    assert "checked 2 files" in passed.stderr

    repository.git("add", "a b/notes.md")
    repository.write("a b/notes.md", CLEAN)
    stopped = _commit(repository)
    assert stopped.returncode == 1
    assert "a b/notes.md:1:10: EMAIL_ADDRESS" in stopped.stderr
    assert "kestrel" not in stopped.stdout + stopped.stderr
    assert (repository.top / "a b/notes.md").read_text() == CLEAN
    assert repository.git("rev-list", "--count", "HEAD") == "2"


def test_two_lines_of_a_bare_hook_do_the_same(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(TREE))
    repository.hook(f"exec '{sys.executable}' -m corpus.cli check --staged")
    repository.add("notes.md", CLEAN)
    repository.write("notes.md", LEAK)
    assert _commit(repository).returncode == 0
    repository.git("add", "notes.md")
    repository.write("notes.md", CLEAN)
    stopped = _commit(repository)
    assert stopped.returncode == 1
    assert "notes.md:1:10: EMAIL_ADDRESS" in stopped.stdout + stopped.stderr


def test_the_entry_of_every_hook_is_a_command(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.top)
    repository.write("notes.md", LEAK)
    for hook in _hooks().values():
        program, *arguments = hook["entry"].split()
        assert program == "corpus"
        assert CliRunner().invoke(main, [*arguments, "notes.md"]).exit_code == 1


@pytest.mark.thorough
@pytest.mark.parametrize("hook", ["corpus-check", "corpus-check-deep"])
@pytest.mark.parametrize(("content", "code"), [(CLEAN, 0), (LEAK, 1)], ids=["clean", "leak"])
def test_the_hook_installs_itself_from_this_tree(
    repository: Repository, content: str, code: int, hook: str
) -> None:
    repository.add("notes.md", content)
    repository.write("notes.md", LEAK if content == CLEAN else CLEAN)
    done = _pre_commit(repository, "try-repo", str(TREE), hook, "--verbose", *_STAGE[hook])
    if done.returncode == FAILED and any(sign in done.stdout for sign in UNREACHABLE):
        pytest.skip("no package index to build the hook's environment from")
    assert done.returncode == code, done.stdout + done.stderr
    assert "checked 1 file (1 scanned" in done.stdout
    assert ("notes.md:1:10: EMAIL_ADDRESS" in done.stdout) is (code == 1)
    assert "kestrel" not in done.stdout + done.stderr
