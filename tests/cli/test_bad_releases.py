"""A folder of releases that is not as it was made: said so, and nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import corpus
from corpus.errors import ReleaseError
from corpus.registry import database
from corpus.workspace import Workspace
from tests.cli.test_canary import stored
from tests.cli.test_recall import RECALL, TEXT
from tests.cli.test_withdraw import WITHDRAW, take
from tests.conftest import without_model
from tests.damage import claim, manifest_of
from tests.studies import call, copied, ok

RELEASE = ("release", "1.1.0")
COMMANDS = {"release": RELEASE, "withdraw": WITHDRAW, "recall": RECALL}
OTHER = "INT: Where?\n\nP2: At bo@home.example.\n"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace with two releases of two transcripts."""
    folder = tmp_path_factory.mktemp("bad")
    workspace = without_model(folder / "study")
    take(workspace, folder, work_0001=TEXT, work_0002=OTHER)
    ok(workspace.root, "release", "1.0.0")
    ok(workspace.root, "release", "1.0.1")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


@pytest.fixture(scope="module")
def foreign(finished: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a release of another workspace, with the same IDs and versions."""
    folder = tmp_path_factory.mktemp("foreign")
    workspace = without_model(folder / "study")
    take(workspace, folder, work_0001=TEXT.replace("well", "badly"), work_0002=OTHER)
    ok(workspace.root, "release", "1.0.0")
    ok(workspace.root, "release", "1.0.1")
    return workspace.releases


def state_of(folder: Path) -> dict[str, object]:
    """Return what lies in a folder, the database apart."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path)] = path.readlink()
        elif path.is_file() and not path.name.startswith("workspace.db"):
            with path.open("rb") as file:
                found[str(path)] = path.stat().st_size, file.read(1 << 20)
    return found


def refused(workspace: Workspace, *args: str) -> str:
    """Call what must be refused, changing nothing, and return what it says."""
    before = state_of(workspace.root)
    result = call(workspace.root, *args)
    assert result.exit_code == 2, result.output
    assert len(result.stderr.strip().splitlines()) == 1
    assert state_of(workspace.root) == before
    with workspace.registry() as registry:
        assert len(registry.entries()) == 2
        assert registry.tombstones() == {}
    return result.stderr


def told(workspace: Workspace, command: str) -> str:
    """Call what must name 1.0.1, and return what it says.

    A release is refused; a withdrawal or a recall goes around it, and lets it load no more.
    """
    if command == "release":
        return refused(workspace, *RELEASE)
    result = call(workspace.root, *COMMANDS[command])
    assert result.exit_code == 2, result.output
    assert len(result.stderr.strip().splitlines()) == 1
    assert b"zqloomqz" not in b"".join(stored(workspace.releases / "1.0.0")).lower()
    corpus.load(workspace.releases / "1.0.0").verify()
    with pytest.raises(ReleaseError):
        corpus.load(workspace.releases / "1.0.1", verify=False)
    return result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_release_that_was_replaced_is_refused(
    study: Workspace, foreign: Path, command: str
) -> None:
    shutil.rmtree(study.releases / "1.0.1")
    shutil.copytree(foreign / "1.0.1", study.releases / "1.0.1")
    said = refused(study, *COMMANDS[command])
    assert "1.0.1: it is not the release that this workspace made" in said
    shutil.rmtree(study.releases / "1.0.1")
    if command == "release":
        ok(study.root, *RELEASE, "--parent", "1.0.0")
    else:
        ok(study.root, *COMMANDS[command])


@pytest.mark.parametrize("command", ["withdraw", "recall"])
def test_an_earlier_release_that_was_replaced_is_refused(
    study: Workspace, foreign: Path, command: str
) -> None:
    shutil.rmtree(study.releases / "1.0.0")
    shutil.copytree(foreign / "1.0.0", study.releases / "1.0.0")
    assert "1.0.0: it is not the release that" in refused(study, *COMMANDS[command])


@pytest.mark.parametrize("command", COMMANDS)
def test_a_release_without_a_manifest_is_not_passed_over(study: Workspace, command: str) -> None:
    (study.releases / "1.0.1" / "manifest.json").unlink()
    assert "there is no release here" in told(study, command)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_release_whose_files_changed_is_named(study: Workspace, command: str) -> None:
    path = study.releases / "1.0.1" / "README.md"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b".")
    assert "its size in bytes differs" in told(study, command)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["../../private/key", "/etc/hostname"])
def test_a_manifest_that_reaches_outside_is_named(
    study: Workspace, command: str, name: str
) -> None:
    folder = study.releases / "1.0.1"
    manifest = manifest_of(folder)
    manifest["files"][name] = manifest["files"]["README.md"]
    claim(folder, manifest)
    assert "the key is not of the right form" in told(study, command)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_manifest_of_ten_gigabytes_is_not_read(study: Workspace, command: str) -> None:
    path = study.releases / "1.0.1" / "manifest.json"
    path.chmod(0o644)
    os.truncate(path, 10 << 30)
    assert "too large: a manifest has" in told(study, command)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_manifest_that_claims_ten_gigabytes_is_refused(study: Workspace, command: str) -> None:
    manifest = manifest_of(study.releases / "1.0.1")
    manifest["files"]["README.md"]["bytes"] = 10 << 30
    claim(study.releases / "1.0.1", manifest)
    said = refused(study, *COMMANDS[command])
    assert "it is not the release that this workspace made" in said or "README.md" in said


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["LATEST", "withdrawals.json", "1.0.1"])
@pytest.mark.parametrize("target", ["missing", "folder"])
def test_a_planted_link_is_neither_followed_nor_replaced(
    study: Workspace, tmp_path: Path, command: str, name: str, target: str
) -> None:
    (tmp_path / "folder").mkdir()
    path = study.releases / name
    if path.is_dir():
        shutil.copytree(path, tmp_path / "folder", dirs_exist_ok=True)
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.symlink_to(tmp_path / target)
    kept = state_of(tmp_path / "folder")
    assert f"{name}: it is " in refused(study, *COMMANDS[command])
    assert state_of(tmp_path / "folder") == kept


@pytest.mark.parametrize("all_of_them", [False, True])
def test_a_version_whose_folder_is_gone_is_withdrawn_from_all_the_same(
    study: Workspace, tmp_path: Path, all_of_them: bool
) -> None:
    """A copy of it that is put back, out of a backup say, does not load."""
    moved = [study.releases / "1.0.1"] if not all_of_them else list(study.releases.glob("1.*"))
    for path in moved:
        shutil.move(path, tmp_path / path.name)
    if all_of_them:
        shutil.rmtree(study.releases)
    facts = json.loads(ok(study.root, *WITHDRAW[:-1], "--dry-run", "--json"))
    assert sorted(v["version"] for v in facts["versions"]) == ["1.0.0", "1.0.1"]
    ok(study.root, *WITHDRAW)
    for path in moved:
        shutil.move(tmp_path / path.name, path)
        with pytest.raises(ReleaseError, match="a participant has withdrawn since"):
            corpus.load(path)
    result = call(study.root, *RELEASE)
    assert result.exit_code == 2
    assert "does not know this release" in result.stderr or "no longer counts" in result.stderr


def test_a_link_where_the_next_release_will_be_is_refused(study: Workspace, tmp_path: Path) -> None:
    (study.releases / "1.1.0").symlink_to(tmp_path / "elsewhere")
    assert "1.1.0: this version exists already" in refused(study, *RELEASE)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("release", ".tmp-1.1.0-7"),
        ("withdraw", ".gone-1.0.1"),
        ("withdraw", ".old-1.0.1"),
        ("recall", ".new-1.0.1"),
    ],
)
def test_a_planted_link_with_the_name_of_a_leftover_is_not_followed(
    study: Workspace, tmp_path: Path, command: str, name: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "notes").write_text("mine")
    (study.releases / name).symlink_to(tmp_path / "elsewhere")
    ok(study.root, *COMMANDS[command])
    assert (tmp_path / "elsewhere" / "notes").read_text() == "mine"


def test_releases_may_lie_on_another_disk(study: Workspace, tmp_path: Path) -> None:
    """The folder of releases is the steward's own to link."""
    study.releases.rename(tmp_path / "disk")
    study.releases.symlink_to(tmp_path / "disk")
    for args in COMMANDS.values():
        if args != WITHDRAW:
            ok(study.root, *args)
    ok(study.root, *WITHDRAW)
    assert b"zqloomqz" not in b"".join(stored(tmp_path / "disk")).lower()
    assert study.releases.is_symlink()
    ok(study.root, "verify", "--all")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_list_of_withdrawals_that_does_not_hold_is_refused(
    study: Workspace, command: str
) -> None:
    (study.releases / "withdrawals.json").write_text("{}")
    assert "withdrawals.json: it is not as it was written" in refused(study, *COMMANDS[command])


def test_a_reader_that_holds_the_old_pages_stops_a_withdrawal(
    study: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was erased still lies in the file then, so that it is not called done."""
    monkeypatch.setattr(database, "_PATIENCE", 0.1)
    with closing(sqlite3.connect(study.private / "workspace.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM transcripts").fetchall()
        result = call(study.root, *WITHDRAW)
        assert result.exit_code == 3
        assert "another program holds" in result.stderr
        reader.execute("ROLLBACK")
    ok(study.root, *WITHDRAW)
    assert b"zqloomqz" not in b"".join(stored(study.root)).lower()
