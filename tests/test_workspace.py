from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus import config
from corpus import workspace as workspaces
from corpus.errors import ConfigError, MachineError, WorkspaceError
from corpus.registry.transcripts import Entry
from corpus.workspace import Workspace
from tests.conftest import Build


def test_private_is_for_its_owner_only_and_ignored_by_git(workspace: Workspace) -> None:
    assert stat.S_IMODE(workspace.private.stat().st_mode) == 0o700
    assert stat.S_IMODE((workspace.private / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE((workspace.private / "workspace.db").stat().st_mode) == 0o600
    assert (workspace.private / ".gitignore").read_text().splitlines()[-1] == "*"


def test_init_again_keeps_key_and_settings(workspace: Workspace) -> None:
    (workspace.root / "corpus.toml").write_text('[corpus]\nname = "mine"\n')
    again = workspaces.init(workspace.root)
    assert again.key == workspace.key
    assert again.config.name == "mine"


def test_the_template_says_the_defaults(tmp_path: Path) -> None:
    assert workspaces.init(tmp_path / "new").config == config.Config()


def test_a_workspace_is_found_from_a_folder_below_it(workspace: Workspace) -> None:
    below = workspace.root / "a" / "b"
    below.mkdir(parents=True)
    assert workspaces.find(below).root == workspace.root


def test_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="corpus init DIR"):
        workspaces.find(tmp_path)


def test_a_process_may_hold_the_lock_repeatedly_and_lets_go_in_the_end(
    workspace: Workspace,
) -> None:
    with workspace.lock(), workspace.lock():
        assert _other_process(workspace) == "refused"
    assert _other_process(workspace) == "held"


def _other_process(workspace: Workspace) -> str:
    code = (
        "from pathlib import Path; from corpus import errors, workspace\n"
        f"try:\n    with workspace.open_at(Path({str(workspace.root)!r})).lock(): print('held')\n"
        "except errors.MachineError: print('refused')\n"
    )
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[corpus]\nnam = 'x'\n", "[corpus] nam: unknown setting - the settings here are name"),
        ("[corpse]\n", "[corpse]: unknown section"),
        ("[run]\nworkers = '2'\n", "[run] workers: must be a whole number"),
        ("[run]\nworkers = true\n", "[run] workers: must be a whole number"),
        ("[roles]\nother = 'x'\n", "[roles] other: must be a list of strings"),
        ('[corpus]\nname = "a\u202eb"\n', "[corpus] name: holds a character that cannot be seen"),
        ('[corpus]\nlicence = "a\\u0007"\n', "[corpus] licence: holds a character that cannot"),
        ('[corpus]\ndescription = "\u2066"\n', "[corpus] description: holds a character that"),
        ("name = \n", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named(workspace: Workspace, text: str, message: str) -> None:
    path = workspace.root / "corpus.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        workspaces.open_at(workspace.root)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_database_of_another_version_is_refused(workspace: Workspace) -> None:
    with sqlite3.connect(workspace.private / "workspace.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(WorkspaceError, match="version 99"):
        workspace.registry()


def test_a_damaged_database_is_refused(workspace: Workspace) -> None:
    (workspace.private / "workspace.db").write_bytes(b"no database at all, certainly" * 200)
    with pytest.raises(WorkspaceError, match="damaged"):
        workspace.registry()


@pytest.mark.parametrize("content", ["", "zz", "ab" * 31])
def test_a_damaged_key_is_refused(workspace: Workspace, content: str) -> None:
    (workspace.private / "key").write_text(content)
    with pytest.raises(WorkspaceError, match="key is damaged"):
        workspaces.open_at(workspace.root)


def test_the_key_does_not_show_in_a_repr(workspace: Workspace) -> None:
    assert workspace.key.hex() not in repr(workspace)
    assert repr(workspace.key) not in repr(workspace)


def _hold_one(workspace: Workspace, build: Build) -> None:
    entry = Entry(
        transcript_id="work_0001",
        cohort="work",
        source_key=None,
        fingerprint="f",
        placeholders=0,
        words=1,
        turns=1,
    )
    with workspace.registry() as registry, registry.transaction():
        registry.put(entry, source="P: a", turns=build("P: a").turns, prints=())


def test_a_lost_key_is_not_replaced_where_transcripts_depend_on_it(
    workspace: Workspace, transcript: Build
) -> None:
    _hold_one(workspace, transcript)
    (workspace.private / "key").unlink()
    with pytest.raises(WorkspaceError, match="key is missing"):
        workspaces.init(workspace.root)
    assert not (workspace.private / "key").exists()


def test_a_lost_database_is_not_replaced_by_an_empty_one(
    workspace: Workspace, transcript: Build
) -> None:
    _hold_one(workspace, transcript)
    for path in workspace.private.glob("workspace.db*"):
        path.unlink()
    with pytest.raises(WorkspaceError, match="database is missing"):
        workspaces.init(workspace.root)
    assert not (workspace.private / "workspace.db").exists()
    with pytest.raises(WorkspaceError, match="database is missing"):
        workspace.registry()


def test_init_goes_on_where_it_was_interrupted(workspace: Workspace) -> None:
    (workspace.private / "key").unlink()
    (workspace.root / "corpus.toml").unlink()
    again = workspaces.init(workspace.root)
    assert len(again.key) == 32
    with again.registry() as registry:
        assert registry.entries() == []


def test_two_threads_cannot_hold_the_lock_at_once(workspace: Workspace) -> None:
    def hold() -> None:
        with workspace.lock():
            pass

    with ThreadPoolExecutor(1) as other:
        with workspace.lock(), pytest.raises(MachineError, match="another corpus process"):
            other.submit(hold).result()
        other.submit(hold).result()


def test_an_error_inside_lets_go_of_the_lock(workspace: Workspace) -> None:
    with pytest.raises(RuntimeError), workspace.lock():
        raise RuntimeError
    assert _other_process(workspace) == "held"


def test_lines_and_signs_that_are_seen_may_stand_in_what_is_published(tmp_path: Path) -> None:
    workspaces.init(tmp_path / "study")
    path = tmp_path / "study" / "corpus.toml"
    path.write_text('[corpus]\ndescription = """One\r\n\ttwo 👩‍🌾."""\n')
    description = workspaces.open_at(tmp_path / "study").config.description
    assert description == "One\n\ttwo 👩‍🌾."
