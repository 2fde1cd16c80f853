"""Columns and rows are chosen before anything is read, though no statistics quote the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

import corpus
from corpus.model import Redacted
from corpus.release import parquet
from corpus.release.read import Release

TEXT = ds.field("text")


@pytest.fixture
def many(
    redacted: tuple[Redacted, ...],
    made: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Release:
    """Make a release with a row group for each of its eight transcripts, in four files."""
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 2)
    monkeypatch.setattr(parquet, "GROUPS_PER_FILE", 2)
    transcripts = [
        replace(
            redacted[1],
            transcript_id=f"work_{n:04d}",
            turns=tuple(replace(t, text=f"{n}: {t.text}") for t in redacted[1].turns),
            redactions=(),
        )
        for n in range(8)
    ]
    return corpus.load(made(tmp_path / "many", redacted=transcripts, withheld=()))


def groups(dataset: ds.Dataset, rows: Any) -> int:
    """Return how many row groups a filter leaves to be read."""
    fragments = dataset.get_fragments(filter=rows)
    return sum(fragment.subset(rows).num_row_groups for fragment in fragments)


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        (ds.field("transcript_id") == "work_0003", 1),
        (ds.field("transcript_id").isin(["work_0003", "work_0007"]), 2),
        (ds.field("transcript_id") >= "work_0006", 2),
        (ds.field("cohort") == "science", 0),
        (ds.field("turn") > 1, 0),
        (ds.field("role") == "visitor", 0),
        (TEXT == "3: Where do you work?", 8),
        (ds.field("speaker") == "nobody", 8),
        ((ds.field("transcript_id") == "work_0003") & (TEXT != ""), 1),
    ],
    ids=["id", "ids", "range", "cohort", "turn", "role", "text", "speaker", "both"],
)
def test_row_groups_that_cannot_hold_a_row_are_left_out(
    rows: Any, left: int, many: Release
) -> None:
    assert groups(many.turns, rows) == left


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        (TEXT == "3: Where do you work?", ["work_0003"]),
        (ds.field("speaker") == "nobody", []),
        (pa.compute.match_substring(TEXT, "5: At"), ["work_0005"]),
        ((ds.field("transcript_id") == "work_0003") & (ds.field("turn") == 1), ["work_0003"]),
    ],
    ids=["text", "speaker", "part", "both"],
)
def test_a_filter_gives_the_same_rows_whatever_is_left_out(
    rows: Any, ids: list[str], many: Release
) -> None:
    found = many.turns.to_table(columns=["transcript_id"], filter=rows)
    assert found.column_names == ["transcript_id"]
    assert found["transcript_id"].to_pylist() == ids


def test_columns_that_were_not_asked_for_are_not_read(many: Release) -> None:
    for path in parquet.files(many.path, "turns"):
        spoil(path, "text")
    assert many.turns.count_rows() == 16
    assert len(many.turns.to_table(columns=["transcript_id", "role", "speaker"])) == 16
    with pytest.raises(parquet.UNREADABLE):
        many.turns.to_table(columns=["text"])


def spoil(path: Path, column: str) -> None:
    """Overwrite all that a file holds of a column."""
    metadata = pq.read_metadata(path)
    index = metadata.schema.names.index(column)
    data = bytearray(path.read_bytes())
    for number in range(metadata.num_row_groups):
        chunk = metadata.row_group(number).column(index)
        start = chunk.dictionary_page_offset or chunk.data_page_offset
        data[start : start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    path.chmod(0o644)
    path.write_bytes(data)


def test_duckdb_chooses_before_it_reads(many: Release) -> None:
    for path in parquet.files(many.path, "turns"):
        spoil(path, "text")
    with many.to_duckdb() as connection:
        query = "SELECT turn FROM turns WHERE transcript_id = 'work_0003' ORDER BY turn"
        assert connection.sql(query).fetchall() == [(0,), (1,)]
