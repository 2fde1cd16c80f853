"""Do all libraries read the same rows from a release, and how long does each take?

python benchmarks/loaders.py FOLDER_OF_A_RELEASE

Prints a table and exits with 1 where a library's rows are not those of the files.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import Any

import corpus
from corpus.release import parquet
from corpus.release.read import Release, TableName
from corpus.release.schema import TABLES

Rows = list[tuple[Any, ...]]


def _pyarrow(release: Release, table: TableName) -> Rows:
    return [tuple(row.values()) for row in getattr(release, table).to_table().to_pylist()]


def _pandas(release: Release, table: TableName) -> Rows:
    frame = release.to_pandas(table)
    rows = frame.astype(object).where(frame.notna(), None)
    return list(rows.itertuples(index=False, name=None))


def _polars(release: Release, table: TableName) -> Rows:
    return release.to_polars(table).rows()


def _duckdb(release: Release, table: TableName) -> Rows:
    import duckdb

    path = release.path / "data" / table / "*.parquet"
    return duckdb.execute(f"FROM '{path}'").fetchall()


def _datasets(release: Release, table: TableName) -> Rows:
    from datasets import load_dataset

    rows = load_dataset(str(release.path), table, split="train").to_list()
    return [tuple(row.values()) for row in rows]


def _mlcroissant(release: Release, table: TableName) -> Rows:
    import mlcroissant

    described = mlcroissant.Dataset(release.path / "croissant.json")
    assert not described.metadata.ctx.issues.errors  # noqa: S101, this is a measurement
    return [tuple(map(_plain, row.values())) for row in described.records(table)]


def _plain(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else getattr(value, "item", lambda: value)()


LIBRARIES: Mapping[str, Callable[[Release, TableName], Rows]] = {
    "pyarrow": _pyarrow,
    "pandas": _pandas,
    "polars": _polars,
    "duckdb": _duckdb,
    "datasets": _datasets,
    "mlcroissant": _mlcroissant,
}


def main() -> int:
    """Read every table with every library."""
    release = corpus.load(sys.argv[1])
    differ = 0
    for table in TABLES:
        expected = list(parquet.read(release.path, table))
        for name, read in LIBRARIES.items():
            began = time.perf_counter()
            found = read(release, table)  # type: ignore[arg-type]  # of the names there are
            seconds = time.perf_counter() - began
            differ += found != expected
            said = "equal" if found == expected else "DIFFERENT"
            print(f"{table:12} {name:12} {len(found):8,} rows {said:10} {seconds:6.1f} s")
    return int(differ > 0)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as kept:
        os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HOME": kept, "CROISSANT_CACHE": kept}
        sys.exit(main())
