"""Every command line and every Python block of the manual works as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"


def _console(block: str, folder: Path) -> Path:
    for line in block.splitlines():
        if not line.startswith("$ "):
            continue
        words = shlex.split(line[2:])
        if words[0] == "cd":
            folder = folder / words[1]
        else:
            assert words[0] == "corpus", line
            _run(["-m", "corpus.cli", *words[1:]], folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name != "releases.md"],  # test_releases_manual.py runs that one
    ids=lambda p: p.name,
)
def test_the_blocks_of_a_page_run_in_order(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    folder = tmp_path
    for kind, block in _BLOCK.findall(page.read_text("utf-8")):
        if kind == "console":
            folder = _console(block, folder)
        else:
            _run(["-c", block], folder)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_the_design_names_every_module_and_no_other() -> None:
    tree = (ROOT / "docs" / "design.md").read_text("utf-8").split("**")[0]
    named = re.findall(r"^ {6}([a-z_]+(?:/|\.py)) ", tree, re.MULTILINE)
    there = {
        path.name + "/" * path.is_dir()
        for path in (ROOT / "corpus").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert sorted(named) == sorted(there)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_manual(name: str) -> None:
    assert f"$ corpus {name}" in (ROOT / "docs" / "manual.md").read_text("utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    args = {
        "rules": [name, "test"],
        "findings": [name, "export"],
        "participants": [name, "import"],
        "baseline": [name, "audit"],
        "guard": [name, "export"],
    }.get(name, [name])
    done = subprocess.run(
        [sys.executable, "-m", "corpus.cli", *args, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Example:" in done.stdout
