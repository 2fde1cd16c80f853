"""A workspace with transcripts, and the command line over it."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

import corpus
from corpus import workspace as workspaces
from corpus.cli import main
from corpus.workspace import Workspace

NAMES = ("ada.brook", "tom.fell", "mia.reed")
SECRET = "kestrel-loom"  # noqa: S105, a name
"""Stands in every transcript, and must stand in no message."""


def call(root: Path, *args: str | Path) -> Result:
    """Call a command on the workspace of a folder; nothing of a transcript may be said."""
    result = CliRunner().invoke(main, [*map(str, args), "--workspace", str(root)])
    assert SECRET not in result.output
    assert "Traceback" not in result.output
    return result


def ok(root: Path, *args: str | Path) -> str:
    """Call a command that has to work, and return what it says."""
    result = call(root, *args)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def at(folder: Path, *args: str | Path) -> Result:
    """Call a command from within a folder."""
    with contextlib.chdir(folder):
        result = CliRunner().invoke(main, [*map(str, args)])
    assert "Traceback" not in result.output
    return result


def ok_at(folder: Path, *args: str | Path) -> str:
    """Call a command that has to work from within a folder, and return what it says."""
    result = at(folder, *args)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def fill(workspace: Workspace, sources: Path) -> None:
    """Ingest three transcripts."""
    sources.mkdir()
    for number, name in enumerate(NAMES, start=1):
        (sources / f"{number}.md").write_text(
            f"**Transcript ID:** work_{number:04d}\n\n---\n\nAssistant: How can I reach you?\n\n"
            f"User: By mail to {name}@{SECRET}.com.\n"
        )
    ok(workspace.root, "ingest", sources)


def git_directory(folder: Path) -> Path:
    """Make a folder the top of a repository, as far as it takes to be taken for one."""
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return folder


def copied(workspace: Workspace, folder: Path) -> Workspace:
    """Copy a workspace that many tests begin with, so that each may change its own."""
    return workspaces.open_at(Path(shutil.copytree(workspace.root, folder / workspace.root.name)))


def released(root: Path, version: str) -> str:
    """Release, and return the digest."""
    ok(root, "release", version)
    return corpus.load(root / "releases" / version).digest
