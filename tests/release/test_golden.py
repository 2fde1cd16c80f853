"""Releases of every format that ever was still load, verify and answer as they did."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import corpus
from corpus.errors import ReleaseError
from corpus.release import manifest as manifests
from corpus.release import parquet
from corpus.release.schema import FORMAT, OLDEST, TABLES
from corpus.release.write import reissue
from tests.damage import claim, manifest_of

HOME = Path(__file__).parents[2] / "fixtures" / "releases"
FORMATS = range(OLDEST, FORMAT + 1)


def answers(number: int) -> Any:
    return json.loads((HOME / str(number) / "answers.json").read_bytes())


def _named(table: str, row: tuple[object, ...]) -> dict[str, object]:
    return dict(zip((c.name for c in TABLES[table].columns), row, strict=True))


def test_each_format_has_a_golden_release() -> None:
    assert sorted(int(path.name) for path in HOME.iterdir()) == list(FORMATS)


@pytest.mark.parametrize("number", FORMATS)
def test_it_loads_verifies_and_answers_as_it_did(number: int) -> None:
    expected = answers(number)
    release = corpus.load(HOME / str(number) / expected["version"])
    release.verify()
    manifest = release.manifest
    assert manifest["format"] == number
    assert (release.version, release.digest) == (expected["version"], expected["digest"])
    assert manifest["logical_digest"] == expected["logical_digest"]
    for table in TABLES:
        names = [column["name"] for column in manifest["tables"][table]["columns"]]
        rows = [_named(table, row) for row in parquet.read(release.path, table)]
        assert [[row.pop(name) for name in names] for row in rows] == expected["tables"][table]
        assert {value for row in rows for value in row.values()} <= {None}
    assert len(list(release)) == len(release) == len(expected["tables"]["transcripts"])


@pytest.mark.parametrize("number", FORMATS)
def test_its_manifest_keeps_to_the_schema_of_its_format(number: int) -> None:
    manifest = manifest_of(HOME / str(number) / answers(number)["version"])
    jsonschema.validate(manifest, manifests.known_schema(number))


@pytest.mark.parametrize("number", FORMATS)
def test_it_is_reissued_in_the_format_of_today(number: int, tmp_path: Path) -> None:
    folder = shutil.copytree(HOME / str(number) / "1.0.0", tmp_path / "1.0.0")
    first, *others = old = list(corpus.load(folder))
    reissue(corpus.load(folder), lambda t: None if t == first else t, None)
    assert "reissued 1 time " in (folder / "CHANGES.md").read_text("utf-8")
    release = corpus.load(folder)
    release.verify()
    assert list(release) == others
    assert release.manifest["format"] == FORMAT
    is_known = old[0].kept_by_decision is not None
    assert (release.manifest["evidence"] is not None) == is_known
    assert ("unknown" in release.manifest["counts"]["redactions_by_rule"]) != is_known


@pytest.mark.parametrize("number", FORMATS)
def test_what_is_wrong_with_it_is_still_found(number: int, tmp_path: Path) -> None:
    folder = shutil.copytree(HOME / str(number) / "1.0.0", tmp_path / "copy")
    manifest = manifest_of(folder)
    manifest["counts"]["turns"] += 1
    claim(folder, manifest)
    with pytest.raises(ReleaseError, match="turns: its counts is not what the tables give"):
        corpus.load(folder).verify()
