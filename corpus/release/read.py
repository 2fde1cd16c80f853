"""A release folder in; tables for every common library, and typed transcripts, out."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from corpus.errors import InputError, LayerError
from corpus.model import Redacted
from corpus.release import parquet, rows
from corpus.release.manifest import Manifest
from corpus.release.schema import TABLES
from corpus.release.verify import check_files, check_some, check_tables, read_manifest

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow.dataset as ds

TableName = Literal["transcripts", "turns", "redactions"]

_AT_ONCE = 64


def load(path: str | Path, verify: bool = True) -> Release:
    """Open the release in a folder.

    Args:
        path: the folder of one version, such as releases/1.0.0.
        verify: compare every file with its hash first.

    Raises:
        ReleaseError: there is no release, or it is not what it claims to be.
        MachineError: a file cannot be read.
    """
    folder = Path(path)
    manifest = read_manifest(folder)
    if verify:
        check_files(folder, manifest)
    return Release(path=folder, manifest=manifest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """An immutable version of the corpus, read when asked.

    Iterating yields its transcripts in order of their IDs; `release["work_0580"]`
    is one of them.
    """

    path: Path
    manifest: Manifest = field(repr=False)

    @property
    def version(self) -> str:
        """The semantic version."""
        return self.manifest["version"]

    @property
    def digest(self) -> str:
        """What identifies the release, byte for byte ("sha256:…")."""
        return self.manifest["digest"]

    @property
    def transcripts(self) -> ds.Dataset:
        """One row a transcript, as a pyarrow dataset."""
        return parquet.dataset(self.path, "transcripts")

    @property
    def turns(self) -> ds.Dataset:
        """One row a turn, as a pyarrow dataset."""
        return parquet.dataset(self.path, "turns")

    @property
    def redactions(self) -> ds.Dataset:
        """One row a mention redacted, as a pyarrow dataset."""
        return parquet.dataset(self.path, "redactions")

    def to_pandas(self, table: TableName = "turns") -> pd.DataFrame:
        """Return a table as a pandas data frame."""
        _library("pandas")
        frame: pd.DataFrame = self._dataset(table).to_table().to_pandas()
        return frame

    def to_polars(self, table: TableName = "turns") -> pl.DataFrame:
        """Return a table as a polars data frame."""
        frame: pl.DataFrame = _library("polars").DataFrame(self._dataset(table).to_table())
        return frame

    def to_duckdb(self) -> duckdb.DuckDBPyConnection:
        """Return a new DuckDB connection in which the three tables can be queried by name."""
        connection: duckdb.DuckDBPyConnection = _library("duckdb").connect()
        for table in TABLES:
            connection.register(table, parquet.dataset(self.path, table))
        return connection

    def verify(self) -> None:
        """Check all that the release claims: files, tables, counts and digests.

        Raises:
            ReleaseError: something is not as it was written.
            MachineError: a file cannot be read.
        """
        check_files(self.path, self.manifest)
        check_tables(self.path, self.manifest)

    def __len__(self) -> int:
        return len(self.manifest["transcripts"])

    def __iter__(self) -> Iterator[Redacted]:
        return rows.join(*(parquet.read(self.path, table) for table in TABLES))

    def __contains__(self, transcript_id: object) -> bool:
        return transcript_id in self.manifest["transcripts"]

    def __getitem__(self, transcript_id: str) -> Redacted:
        if transcript_id not in self:
            raise KeyError(transcript_id)
        return next(self.select([transcript_id]))

    def select(self, transcript_ids: Collection[str]) -> Iterator[Redacted]:
        """Yield some transcripts in order of their IDs, each compared with its digest.

        Only the rows of those asked for are read, and a few transcripts held at a time.

        Raises:
            KeyError: an ID is not in the release.
            ReleaseError: a table is damaged.
        """
        for transcript_id in transcript_ids:
            if transcript_id not in self:
                raise KeyError(transcript_id)
        ids = iter(sorted(transcript_ids))
        while some := list(islice(ids, _AT_ONCE)):
            yield from check_some(self.path, self.manifest, some)

    def _dataset(self, table: str) -> ds.Dataset:
        if table not in TABLES:
            raise InputError(
                f"there is no table {table!r}", remedy=f"use one of {', '.join(TABLES)}"
            )
        return parquet.dataset(self.path, table)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise LayerError(
            f"this needs {name}, which is not installed - install it with: pip install {name}"
        ) from error
