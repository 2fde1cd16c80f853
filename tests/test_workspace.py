from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from corpus import config
from corpus import workspace as workspaces
from corpus.errors import ConfigError, WorkspaceError
from corpus.workspace import Workspace


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


def test_the_template_says_the_defaults(workspace: Workspace) -> None:
    assert workspace.config == config.Config()


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
