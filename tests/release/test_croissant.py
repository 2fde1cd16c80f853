"""croissant.json is valid, and what it describes reads back as what corpus.load gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.model import Redacted
from corpus.release import croissant, parquet
from corpus.release.claims import About
from corpus.release.manifest import Manifest
from corpus.release.schema import TABLES

READ = """
import json, logging, sys
from pathlib import Path
import mlcroissant

def plain(value):
    return value.decode() if isinstance(value, bytes) else getattr(value, "item", lambda: value)()

found = mlcroissant.Dataset(Path(sys.argv[1]) / "croissant.json")
issues = found.metadata.ctx.issues
rows = {
    s.id: [[(k, plain(v)) for k, v in row.items()] for row in found.records(s.id)]
    for s in found.metadata.record_sets
}
said = {"errors": sorted(issues.errors), "warnings": sorted(issues.warnings)}
print(json.dumps({**said, "rows": rows, "version": found.metadata.version}))
"""


def read(folder: Path) -> dict[str, Any]:
    """Validate and read in a process of its own, without a network to ask."""
    dead = "http://127.0.0.1:9"
    done = subprocess.run(
        [sys.executable, "-c", READ, folder],
        env={
            **os.environ,
            "HTTP_PROXY": dead,
            "HTTPS_PROXY": dead,
            "CROISSANT_CACHE": str(folder.parent / "cache"),
        },
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def loaded(folder: Path) -> dict[str, list[list[list[Any]]]]:
    release = corpus.load(folder)
    return {
        name: [
            [
                [f"{name}/{column.name}", value]
                for column, value in zip(table.columns, row, strict=True)
            ]
            for row in parquet.read(release.path, name)
        ]
        for name, table in TABLES.items()
    }


def test_it_is_valid_and_its_records_are_those_of_load(
    made: Callable[..., Path], redacted: tuple[Redacted, ...], tmp_path: Path
) -> None:
    first, *others = redacted
    said = replace(first.turns[0], text="naïve 👩‍🌾\n\ttea\u2028", start_ms=0, end_ms=2**40)
    folder = made(tmp_path, redacted=[replace(first, turns=(said, *first.turns[1:])), *others])
    found = read(folder)
    assert found["errors"] == []
    # A date is no part of what the digest covers, so that no file may hold it.
    assert [w.split('"')[1] for w in found["warnings"]] == ["https://schema.org/datePublished"]
    assert found["version"] == "1.0.0"
    assert found["rows"] == loaded(folder)


def test_a_table_of_several_parts_reads_back_in_order(
    made: Callable[..., Path],
    redacted: tuple[Redacted, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 2)
    monkeypatch.setattr(parquet, "GROUPS_PER_FILE", 1)
    many = [replace(redacted[0], transcript_id=f"science_{n:04d}") for n in range(7)]
    folder = made(tmp_path, redacted=many)
    found = read(folder)
    assert found["errors"] == []
    assert found["rows"] == loaded(folder)
    listed = json.loads((folder / croissant.NAME).read_bytes())["distribution"]
    hashes = {f["contentUrl"]: f["sha256"] for f in listed if f["@type"] == "cr:FileObject"}
    files = corpus.load(folder).manifest["files"]
    assert hashes == {n: f["sha256"] for n, f in files.items() if n.startswith("data/")}
    assert len(hashes) == 4 + 7 + 7


def test_a_changed_file_is_not_read(made: Callable[..., Path], tmp_path: Path) -> None:
    folder = made(tmp_path)
    path = folder / "data/turns/part-00000.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(AssertionError, match="is not identical with the reference"):
        read(folder)


@pytest.mark.parametrize("name", ['"}, "x": {"', "a\nb", "<b>", "🐝"])
def test_whatever_the_name_it_is_json_with_sorted_keys(
    name: str, about: About, manifest_of: Callable[..., Manifest]
) -> None:
    text = croissant.render(manifest_of(about=replace(about, name=name, description=name)))
    found = json.loads(text)
    assert found["name"] == " ".join(name.split())
    assert found["description"] == name
    assert text == json.dumps(found, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def test_without_a_description_the_name_stands_for_it(
    about: About, manifest_of: Callable[..., Manifest]
) -> None:
    found = json.loads(croissant.render(manifest_of(about=replace(about, description=""))))
    assert found["description"] == "Invented interviews"
