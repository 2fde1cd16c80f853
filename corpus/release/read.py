"""A release folder in; tables for every common library, and typed transcripts, out."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from corpus.errors import InputError, LayerError
from corpus.model import Redacted
from corpus.release import citation, export, parquet, pins, rows, tables
from corpus.release import manifest as manifests
from corpus.release.export import Exported, Format
from corpus.release.manifest import Manifest, damaged
from corpus.release.schema import TABLES
from corpus.release.verify import (
    check_files,
    check_sizes,
    check_tables,
)

if TYPE_CHECKING:
    import datasets
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow.dataset as ds

TableName = Literal["transcripts", "turns", "redactions"]

_AT_ONCE = 64


Verify = Literal["full", "quick"] | bool
_STYLES: Mapping[str, Callable[[Manifest], str]] = {
    "text": citation.text,
    "bibtex": citation.bibtex,
}
_SHORT = len("sha256:") + 12


def load(path: str | Path, version: str | None = None, *, verify: Verify = "full") -> Release:
    """Open a release.

    The manifest is compared with its own digest always, and the release with its pin.

    Args:
        path: the folder of one version, such as releases/1.0.0, or that of all releases.
        version: which one it must be: "1.1.0", or "1.1.0@sha256:…" with all of the digest or
            its first 12 digits and more. "latest", as without it, is what releases/LATEST says.
            A line that `corpus pin` prints, with the corpus's name before the version, will do.
        verify: "full" (or True) compares every file with its hash, "quick" compares names and
            sizes and reads none of them, False takes the files as they are.

    Raises:
        ReleaseError: there is no such release, it was taken back, or it is not what it claims.
        MachineError: a file cannot be read.
    """
    if verify not in ("full", "quick", True, False):
        raise InputError(f"there is no way to verify {verify!r}", remedy="use full, quick or False")
    place = pins.find(Path(path), version)
    pins.refuse_recalled(place, place.pin.digest if place.pin else "")
    pins.refuse_missing(place)
    manifest = manifests.read(place.folder)
    pins.compare(place, manifest)
    pins.refuse_taken_back(place, manifest)
    if verify == "quick":
        check_sizes(place.folder, manifest)
    elif verify:
        check_files(place.folder, manifest)
    return Release(path=place.folder, manifest=manifest)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Release:
    """An immutable version of the corpus, read when asked.

    Iterating yields its transcripts in order of their IDs; `release["work_0580"]`
    is one of them.
    """

    path: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The corpus's."""
        return self.manifest["name"]

    @property
    def version(self) -> str:
        """The semantic version."""
        return self.manifest["version"]

    @property
    def digest(self) -> str:
        """What identifies the release, every byte of it but the date ("sha256:…")."""
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

    def to_hf(self, table: TableName = "turns") -> datasets.Dataset:
        """Return a table as a Hugging Face dataset."""
        library = _library("datasets")
        found = self._dataset(table).to_table()
        about = library.DatasetInfo(
            features=library.Features.from_arrow_schema(found.schema),
            license=self.manifest["licence"],
            citation=self.cite("bibtex"),
        )
        return library.Dataset(found, info=about)

    def cite(self, style: Literal["text", "bibtex"] = "text") -> str:
        """Return how a paper names this release, its digest included."""
        if style not in _STYLES:
            remedy = f"use one of {', '.join(_STYLES)}"
            raise InputError(f"there is no style {style!r}", remedy=remedy)
        return _STYLES[style](self.manifest)

    def export(
        self,
        path: str | Path,
        format: Format = "jsonl",  # noqa: A002 - the word users know it by
        *,
        force: bool = False,
    ) -> Exported:
        """Write all transcripts to files that people and other programs read.

        Args:
            path: for "markdown" a folder, which gets a file for each; else a file.
            format: "markdown", "jsonl" or "csv".
            force: replace files that are there.

        Raises:
            InputError: something is there already; nothing was written.
            ReleaseError: a table cannot be read.
            MachineError: the disk is full or cannot be written.
        """
        target = Path(path)
        if target.resolve().is_relative_to(self.path.resolve()):
            remedy = "a release never changes: choose a place outside"
            raise InputError("it lies in the release", path=target, remedy=remedy)
        try:
            found = tuple(self)
        except parquet.UNREADABLE:
            raise damaged("it holds a table that cannot be read", self.path / "data") from None
        return export.write(found, target, format, force=force)

    def verify(self) -> None:
        """Check all that the release claims: files, tables, counts and digests.

        Raises:
            ReleaseError: something is not as it was written.
            MachineError: a file cannot be read.
        """
        check_files(self.path, self.manifest)
        check_tables(self.path, self.manifest)

    def __repr__(self) -> str:
        counts = self.manifest["counts"]
        held = ", ".join(f"{counts[what]:,} {what}" for what in ("transcripts", "turns", "words"))
        return (
            f"<Release {self.name!r} {self.version}@{self.digest[:_SHORT]}: {held}"
            f" in {str(self.path)!r}>"
        )

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
            yield from tables.some(self.path, self.manifest, some)

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
