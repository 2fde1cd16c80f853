"""What can happen to a workspace's own files: found at once, said plainly, nothing made worse."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import corpus
from corpus.backup import backup
from corpus.registry import database
from corpus.workspace import Workspace
from tests.conftest import without_model
from tests.studies import call, copied, fill, ok, released

COMMANDS = ("status", "ingest", "detect", "redact", "release", "propagate", "list", "backup")
PAGE = 4096


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("faults")
    workspace = without_model(folder / "study")
    fill(workspace, folder / "sources")
    ok(workspace.root, "detect")
    ok(workspace.root, "redact")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(finished.root.parent / "sources", tmp_path / "sources")
    return copied(finished, tmp_path)


def _command(name: str, sources: Path) -> list[str]:
    more = {
        "ingest": [str(sources)],
        "release": ["1.0.0"],
        "backup": [str(sources.parent / "made.backup")],
    }
    return [name, *more.get(name, [])]


def _content(root: Path) -> dict[str, bytes]:
    """Return all that is in a workspace but SQLite's own helpers."""
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and not p.name.endswith("-shm") and p.name != "lock"
    }


def _pages(path: Path) -> int:
    return path.stat().st_size // PAGE


def _spoil(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xa5" * PAGE)


@pytest.mark.parametrize(
    "each", [len(COMMANDS), pytest.param(1, marks=pytest.mark.thorough)], ids=["some", "all"]
)
@pytest.mark.parametrize("name", COMMANDS)
def test_any_page_that_is_spoilt_stops_every_command(
    study: Workspace, tmp_path: Path, name: str, each: int
) -> None:
    """Each page is spoilt for one of the commands, and in the thorough walk for all."""
    whole = study.private / "workspace.db"
    assert _pages(whole) > 10
    for page in range(1 + COMMANDS.index(name) % each, _pages(whole) + 1, each):
        root = tmp_path / f"page{page}"
        shutil.copytree(study.root, root)
        _spoil(root / "private" / "workspace.db", page)
        before = _content(root)
        result = call(root, *_command(name, tmp_path / "sources"))
        assert result.exit_code == 2, (page, result.output)
        assert "corpus restore FILE" in result.stderr
        assert {k: v for k, v in _content(root).items() if not k.endswith("-wal")} == before
        assert not (tmp_path / "made.backup").exists()


def test_a_database_that_is_cut_off_is_damaged(study: Workspace) -> None:
    path = study.private / "workspace.db"
    with path.open("r+b") as file:
        file.truncate(_pages(path) * PAGE // 2)
    assert "damaged" in call(study.root, "status").stderr


def test_a_content_that_is_no_longer_what_was_stored_is_found_when_it_is_read(
    study: Workspace,
) -> None:
    with closing(sqlite3.connect(study.private / "workspace.db")) as db, db:
        db.execute("UPDATE transcripts SET content = x'789c00' WHERE transcript_id = 'work_0002'")
    result = call(study.root, "show", "work_0002")
    assert result.exit_code == 2
    assert "corpus restore FILE" in result.stderr


def test_a_text_that_is_no_text_is_damage(study: Workspace) -> None:
    with closing(sqlite3.connect(study.private / "workspace.db")) as db, db:
        db.execute("UPDATE transcripts SET fingerprint = CAST(x'ff' AS TEXT)")
    result = call(study.root, "list")
    assert result.exit_code == 2
    assert "damaged" in result.stderr


def test_after_damage_a_backup_brings_back_the_same_release(
    study: Workspace, tmp_path: Path
) -> None:
    backup(study, tmp_path / "b")
    digest = released(study.root, "1.0.0")
    _spoil(study.private / "workspace.db", 2)
    assert call(study.root, "status").exit_code == 2
    ok(study.root, "restore", tmp_path / "b", "--replace")
    shutil.rmtree(study.releases)
    assert released(study.root, "1.0.0") == digest


KILLED = """
import os, signal, sys
from pathlib import Path
from corpus import workspace
from corpus.model import Decision
study = workspace.open_at(Path(sys.argv[1]))
with study.registry() as registry:
    for number in range(40):
        with registry.transaction():
            registry.put_decisions([
                Decision(transcript_id="work_0001", anchor=f"f{number}", verdict="keep",
                         label=None, matches=1, note="n" * 500)
            ])
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def unfinished(study: Workspace) -> Workspace:
    """Leave a log of forty commits behind, as a process does that is killed."""
    done = subprocess.run([sys.executable, "-c", KILLED, study.root], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (study.private / "workspace.db-wal").stat().st_size > 40 * PAGE
    return study


def test_what_was_committed_before_a_kill_is_there(unfinished: Workspace) -> None:
    with unfinished.registry() as registry:
        assert len(registry.decisions()) == 40


@pytest.mark.parametrize("share", [0.0, 0.001, 0.55, 0.999])
@pytest.mark.parametrize("how", ["cut", "spoilt"])
def test_a_log_that_is_cut_or_spoilt_leaves_the_last_commit_before_it(
    unfinished: Workspace, tmp_path: Path, share: float, how: str
) -> None:
    whole = released(_copy(unfinished.root, tmp_path / "whole"), "1.0.0")
    log = unfinished.private / "workspace.db-wal"
    at = int(log.stat().st_size * share)
    if how == "cut":
        os.truncate(log, at)
    else:
        with log.open("r+b") as file:
            file.seek(at)
            file.write(os.urandom(log.stat().st_size - at))
    with unfinished.registry() as registry:
        anchors = {decision.anchor for decision in registry.decisions()}
    assert anchors == {f"f{number}" for number in range(len(anchors))}
    assert (len(anchors) > 0) == (share >= 0.3)
    assert len(anchors) < 40
    assert released(unfinished.root, "1.0.0") == whole


def _copy(root: Path, target: Path) -> Path:
    shutil.copytree(root, target)
    return target


@pytest.mark.parametrize("name", ["status", "ingest", "detect", "release", "backup"])
def test_a_database_that_another_program_holds_says_so(
    study: Workspace, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0.05)
    path = study.private / "workspace.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        result = call(study.root, *_command(name, tmp_path / "sources"))
        other.rollback()
    assert result.exit_code == 3, result.output
    assert "another program holds" in result.stderr
    assert "run the same command again" in result.stderr


def test_a_writer_that_another_program_keeps_waiting_stores_nothing(
    study: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0.05)
    (tmp_path / "sources" / "9.md").write_text("Assistant: Hello\n\nUser: Hi there\n")
    with closing(sqlite3.connect(study.private / "workspace.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        result = call(study.root, "ingest", tmp_path / "sources")
        other.rollback()
    assert result.exit_code == 3, result.output
    assert "another program holds" in result.stderr
    with study.registry() as registry:
        assert len(registry.entries()) == 3


@pytest.mark.parametrize("name", ["status", "ingest", "detect", "release", "backup"])
def test_a_workspace_of_a_newer_version_is_left_alone(
    study: Workspace, tmp_path: Path, name: str
) -> None:
    with closing(sqlite3.connect(study.private / "workspace.db")) as db:
        db.execute("PRAGMA user_version = 99")
    before = _content(study.root)
    result = call(study.root, *_command(name, tmp_path / "sources"))
    assert result.exit_code == 2
    assert "of version 99" in result.stderr
    assert _content(study.root) == before


def test_a_workspace_may_move(study: Workspace, tmp_path: Path) -> None:
    first = released(study.root, "1.0.0")
    moved = tmp_path / "far away" / "stüdy"
    moved.parent.mkdir()
    files = _content(study.releases)
    shutil.rmtree(study.releases)
    study.root.rename(moved)
    ok(moved, "release", "1.0.0", "--parent", "none")
    assert corpus.load(moved / "releases" / "1.0.0").digest == first
    assert _content(moved / "releases") == files


@pytest.mark.parametrize("name", COMMANDS)
def test_a_vanished_key_is_not_made_anew(study: Workspace, tmp_path: Path, name: str) -> None:
    (study.private / "key").unlink()
    before = _content(study.root)
    result = call(study.root, *_command(name, tmp_path / "sources"))
    assert result.exit_code == 2
    assert "corpus restore FILE" in result.stderr
    assert call(study.root, "init", study.root).exit_code == 2
    assert _content(study.root) == before


@pytest.fixture
def readable() -> Iterator[Path]:
    """Make a workspace whose private/ may be read and not written, by a user who is not root."""
    nobody = 65534
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        study = without_model(Path(folder) / "study")
        fill(study, Path(folder) / "sources")
        ok(study.root, "status")
        if os.geteuid() == 0:
            for path in (study.root, *study.root.rglob("*")):
                os.chown(path, nobody, nobody)
        study.private.chmod(0o500)
        euid = os.geteuid()
        if euid == 0:
            os.seteuid(nobody)
        try:
            yield study.root
        finally:
            os.seteuid(euid)
            study.private.chmod(0o700)


@pytest.mark.parametrize("name", ["status", "ingest", "detect", "release"])
def test_a_private_folder_that_cannot_be_written_is_named(readable: Path, name: str) -> None:
    before = _content(readable)
    result = call(readable, *_command(name, readable.parent / "sources"))
    assert result.exit_code == 3, result.output
    assert "private" in result.stderr
    assert "writable" in result.stderr
    assert _content(readable) == before
