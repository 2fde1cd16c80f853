"""Researchers get the same rows whatever they read a release with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import duckdb
import pandas as pd
import polars as pl
import pytest

import corpus
from corpus.errors import InputError, LayerError
from corpus.release import parquet
from corpus.release.read import Release, TableName
from corpus.release.schema import TABLES

NAMES = sorted(TABLES)


def expected(release: Release, table: str) -> list[tuple[Any, ...]]:
    return list(parquet.read(release.path, table))


def test_the_tables_that_can_be_asked_for_are_those_there_are() -> None:
    assert sorted(get_args(TableName)) == NAMES


@pytest.mark.parametrize("table", NAMES)
def test_pyarrow_reads_every_table(table: str, release: Release) -> None:
    found = getattr(release, table).to_table().to_pylist()
    assert [tuple(row.values()) for row in found] == expected(release, table)
    assert list(found[0]) == [column.name for column in TABLES[table].columns]


@pytest.mark.parametrize("table", get_args(TableName))
def test_pandas_reads_every_table(table: TableName, release: Release) -> None:
    frame = release.to_pandas(table)
    rows = frame.astype(object).where(frame.notna(), None)  # a missing time is NaN to pandas
    assert list(rows.itertuples(index=False, name=None)) == expected(release, table)
    pd.testing.assert_frame_equal(pd.read_parquet(release.path / "data" / table), frame)


@pytest.mark.parametrize("table", get_args(TableName))
def test_polars_reads_every_table(table: TableName, release: Release) -> None:
    frame = release.to_polars(table)
    assert frame.rows() == expected(release, table)
    assert pl.scan_parquet(release.path / "data" / table).collect().equals(frame)


@pytest.mark.parametrize("table", NAMES)
def test_duckdb_reads_every_table(table: str, release: Release) -> None:
    with release.to_duckdb() as connection:
        assert connection.sql(f"FROM {table}").fetchall() == expected(release, table)


def test_duckdb_reads_the_files_themselves(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(release.path.parents[1])
    query = "SELECT * FROM 'releases/1.0.0/data/turns/*.parquet'"
    assert duckdb.execute(query).fetchall() == expected(release, "turns")


def test_turns_are_the_default(release: Release) -> None:
    assert list(release.to_pandas().columns) == list(release.to_pandas("turns").columns)
    assert release.to_polars().columns == release.to_polars("turns").columns


HUGGING_FACE = """
import json, sys
from datasets import load_dataset

folder, *tables = sys.argv[1:]
rows = {t: load_dataset(folder, t, split="train").to_list() for t in tables}
rows["default"] = load_dataset(folder, split="train").to_list()
print(json.dumps(rows))
"""


def test_hugging_face_datasets_reads_every_table_offline(release: Release, tmp_path: Path) -> None:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    done = subprocess.run(
        [sys.executable, "-c", HUGGING_FACE, release.path, *NAMES],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    found = json.loads(done.stdout)
    for table in NAMES:
        assert [tuple(row.values()) for row in found[table]] == expected(release, table)
    assert found["default"] == found["turns"]


TO_HUGGING_FACE = """
import json, sys
import corpus
from datasets import load_dataset

release = corpus.load(sys.argv[1])
for table in sys.argv[2:]:
    dataset, read = release.to_hf(table), load_dataset(sys.argv[1], table, split="train")
    assert dataset.features == read.features, (dataset.features, read.features)
    assert dataset.to_list() == read.to_list()
    assert dataset.info.license == "CC-BY-4.0"
    assert release.digest in dataset.info.citation
assert release.to_hf().to_list() == release.to_hf("turns").to_list()
print(json.dumps({t: release.to_hf(t).to_list() for t in sys.argv[2:]}))
"""


def test_a_hugging_face_dataset_is_what_load_dataset_gives(
    release: Release, tmp_path: Path
) -> None:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    done = subprocess.run(
        [sys.executable, "-c", TO_HUGGING_FACE, release.path, *NAMES],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    for table, rows in json.loads(done.stdout).items():
        assert [tuple(row.values()) for row in rows] == expected(release, table)


def test_an_unknown_table_is_refused_with_those_there_are(release: Release) -> None:
    with pytest.raises(InputError, match="no table 'words' - use one of transcripts, turns"):
        release.to_pandas("words")  # type: ignore[arg-type] # the point


@pytest.mark.parametrize("library", ["pandas", "polars", "duckdb", "datasets"])
def test_a_missing_library_is_named_with_how_to_get_it(
    library: str, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(LayerError, match=f"needs {library}, .* pip install {library}"):
        getattr(release, "to_hf" if library == "datasets" else f"to_{library}")()


@pytest.mark.parametrize(
    ("module", "unused"),
    [
        ("corpus", ["pyarrow", "pandas", "polars", "duckdb", "numpy", "presidio_analyzer"]),
        ("corpus.pipeline", ["pyarrow.dataset", "pandas", "polars", "duckdb"]),
    ],
)
def test_importing_brings_no_library_that_is_not_needed_yet(module: str, unused: list[str]) -> None:
    code = f"import {module}, sys; assert not set({unused}) & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_public_names_are_those_listed() -> None:
    public = {n for n in dir(corpus) if not n.startswith("_")}
    assert set(corpus.__all__) <= public
    assert corpus.load.__doc__ is not None
