"""`corpus ingest --list-formats` and docs/formats.md tell of every format alike."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus.ingest import FORMATS

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"


def listed(folder: Path, *args: str) -> str:
    command = [sys.executable, "-m", "corpus.cli", "ingest", "--list-formats", *args]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_every_format_is_listed_without_a_workspace_or_paths(tmp_path: Path) -> None:
    shown = listed(tmp_path)
    facts: list[dict[str, Any]] = json.loads(listed(tmp_path, "--json"))
    assert [fact["format"] for fact in facts] == list(FORMATS)
    for fact in facts:
        assert all(fact[key] for key in ("suffixes", "about", "known_by", "kept"))
        assert fact["format"] in shown
        assert fact["known_by"] in shown
        assert fact["kept"] in shown


def rows() -> dict[str, str]:
    """Return what the page says is kept, by format."""
    table = re.findall(
        r"^\| ([a-z, ]+) \| [^|]+ \| ([^|]+) \|$",
        PAGE.read_text("utf-8").partition("| what is kept |")[2].partition("\n\n")[0],
        re.MULTILINE,
    )
    return {name: kept for names, kept in table for name in names.split(", ")}


@pytest.mark.parametrize("name", FORMATS)
def test_the_page_says_what_is_kept_of_every_format(name: str) -> None:
    assert rows().get(name) == FORMATS[name].kept


def test_the_page_lists_no_format_that_there_is_not() -> None:
    assert set(rows()) <= set(FORMATS)
