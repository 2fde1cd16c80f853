"""Every command line and every Python block of the manual works as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.cli import COMMANDS, main

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LEFT_OUT = shutil.ignore_patterns(
    *("*-letters.*", "*-channel.*", "*.srt", "oral-*", "piano-*", "team-*", "job-*"),
    *("harbour-*", "shop-*", "focus-*", "parcel-*", "night-*", "prompt-*"),
    *("apprentice.*", "diarised.*", "salon.*"),
)
"""Interviews that the pages can do without: it is not they that are tried."""
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def _console(block: str) -> None:
    for line in block.splitlines():
        if not line.startswith("$ "):
            continue
        words = shlex.split(line[2:])
        if words[0] == "cd":
            os.chdir(words[1])
        else:
            assert words[0] == "corpus", line
            done = CliRunner().invoke(main, words[1:])
            assert done.exit_code == 0, f"{line}: {done.output}"


def _python(block: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", block], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{block}: {done.stderr}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name != "releases.md"],  # test_releases_manual.py runs that one
    ids=lambda p: p.name,
)
def test_the_blocks_of_a_page_run_in_order(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures", ignore=_LEFT_OUT)
    gold = tmp_path / "fixtures" / "gold.jsonl"
    gold.write_text("".join(gold.read_text("utf-8").splitlines(keepends=True)[:2]), "utf-8")
    monkeypatch.chdir(tmp_path)
    for kind, block in _BLOCK.findall(page.read_text("utf-8")):
        (_console if kind == "console" else _python)(block)


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
