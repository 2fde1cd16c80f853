"""The manual's page on releases says what is so, and its code runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.release import parquet
from corpus.release.manifest import Manifest
from corpus.release.read import Release
from corpus.release.schema import FORMAT, TABLES

PAGE = (Path(__file__).parents[2] / "docs" / "releases.md").read_text(encoding="utf-8")


@pytest.mark.filterwarnings("default")  # of the libraries, in whatever version
def test_its_code_runs_from_top_to_bottom(
    release: Release, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(release.path.parents[1])
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "hf")
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    names: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 12
    for block in blocks:
        exec(block, names)  # noqa: S102 - the page's own code
    assert names["same_release"] == names["shortened"] == names["release"]
    assert names["same"] == names["first"] == release["science_0002"]


def test_it_documents_every_table_and_column_in_order() -> None:
    for table in TABLES.values():
        rows = "\n".join(f"| `{c.name}` | {c.kind} | {c.about} |" for c in table.columns)
        head = f"### {table.name} ({', '.join(table.key)})"
        assert f"{head}\n\n| column | type | meaning |\n| --- | --- | --- |\n{rows}\n" in PAGE


def test_it_documents_every_key_of_the_manifest() -> None:
    section = PAGE.split("## The manifest")[1].split("The counts add up")[0]
    documented = {
        key
        for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        for key in re.findall(r"`(\w+)`", row)
    }
    assert documented == Manifest.__required_keys__
    assert f"this page describes {FORMAT}" in section


def test_its_figures_are_those_of_the_writer() -> None:
    assert f"{parquet.ROWS_PER_GROUP * parquet.GROUPS_PER_FILE:,}\nrows" in PAGE
