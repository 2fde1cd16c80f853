"""`corpus check` on the command line: what it asks for, and what it says where it cannot begin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus.check.guard import file, key
from corpus.check.guard.names import Names
from corpus.check.guard.sources import Sources
from corpus.cli import main
from tests.studies import git_directory

KEY = bytes(range(32))
TALK = "".join(
    f"{speaker}: and so I went there and you said that it was {number} of them\n"
    for number in range(12)
    for speaker in ("Ann", "Ben")
)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(key.VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    git_directory(tmp_path)
    (tmp_path / "notes.md").write_text("Nothing to see.\n")
    return tmp_path


def _guard(folder: Path) -> Path:
    contents = file.Contents(
        guarded=(),
        releases={},
        recalled={},
        sources=Sources.of([], KEY),
        names=Names.of((), KEY),
    )
    path = folder / file.NAME
    path.write_bytes(file.render(contents, KEY))
    return path


def _check(*args: str) -> Result:
    return CliRunner().invoke(main, ["check", *args])


def test_without_files_it_does_not_pass(repository: Path) -> None:
    done = _check("--fast")
    assert done.exit_code == 2
    assert "--staged" in done.stderr
    assert _check("--require-files").exit_code == 3


def test_a_guard_can_be_asked_for(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = _check("notes.md", "--require-guard")
    assert done.exit_code == 3
    assert "git checkout HEAD -- corpus-guard.json" in done.stderr
    _guard(repository)
    monkeypatch.setenv(key.VARIABLE, KEY.hex())
    done = _check("notes.md", "--require-guard")
    assert done.exit_code == 0, done.output
    assert "no guard" not in done.stderr


def test_where_there_is_no_guard_the_counts_say_so(repository: Path) -> None:
    assert _check("notes.md").stderr.rstrip().endswith(", no guard")


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_a_check_that_cannot_begin_says_so_in_its_form(repository: Path, form: str) -> None:
    _guard(repository)
    done = _check("notes.md", "--format", form)
    assert done.exit_code == 3
    assert "corpus guard install" in done.stderr
    assert "corpus guard install" in done.stdout
    if form == "sarif":
        (run,) = json.loads(done.stdout)["runs"]
        assert run["results"] == []
        (told,) = run["invocations"]
        assert not told["executionSuccessful"]
    elif form == "json":
        assert json.loads(done.stdout)["files"] == []
    else:
        assert done.stdout.startswith("::error ")


def test_an_explanation_tells_what_was_followed_and_what_a_file_looked_like(
    repository: Path,
) -> None:
    (repository / "pyproject.toml").write_text('[tool.corpus.check]\nguarded = ["raw"]\n')
    (repository / "raw").mkdir()
    (repository / "raw" / "talk.txt").write_text(TALK)
    said = _check("--fast", "--explain", "raw/talk.txt").stdout
    assert f"settings: {repository / 'pyproject.toml'}" in said
    assert "guard: none" in said
    assert "lies under a guarded path" in said
    assert "looks like a transcript" in said
    assert "every rule was an error" in said


def test_what_no_baseline_accepts_is_named(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(key.VARIABLE, KEY.hex())
    (repository / "keys.txt").write_text(f"it is {KEY.hex()}\n")
    done = _check("--fast", "--write-baseline", "--reason", "invented", "keys.txt")
    assert done.exit_code == 1
    assert "keys.txt:1:7: TRANSCRIPT guard-key" in done.stderr
    assert KEY.hex() not in done.output
