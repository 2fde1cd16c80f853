"""Whether a release is what it claims to be: files against hashes, tables against the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest
from operator import itemgetter
from pathlib import Path

from corpus.errors import MachineError, ReleaseError
from corpus.model import Redacted
from corpus.release import digest, parquet, rows
from corpus.release import manifest as manifests
from corpus.release.manifest import Contents, File, Manifest, damaged, differs
from corpus.release.schema import FORMAT, TABLES, Table

SUMS = "SHA256SUMS"


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of the release in the folder.

    Raises:
        ReleaseError: there is no release, or its manifest does not hold.
        MachineError: it cannot be read.
    """
    path = folder / manifests.NAME
    if not path.is_file():
        remedy = "name the folder of one version, such as releases/1.0.0"
        raise ReleaseError(f"there is no release here (no {path.name})", path=folder, remedy=remedy)
    return manifests.parse(_bytes(path), path)


def check_files(folder: Path, claimed: Manifest) -> None:
    """Compare every file of the release with its hash.

    Raises:
        ReleaseError: a file is missing, changed, or no part of the release.
        MachineError: a file cannot be read.
    """
    check_names(folder, claimed)
    for name, file in sorted(claimed["files"].items()):
        _check_file(folder / name, file)
    _check_sums(folder / SUMS, claimed)


def check_sizes(folder: Path, claimed: Manifest) -> None:
    """Compare names and sizes of the release's files with the manifest; read none of them.

    Raises:
        ReleaseError: a file is missing, of another size, or no part of the release.
    """
    check_names(folder, claimed)
    for name, file in sorted(claimed["files"].items()):
        size = (folder / name).stat().st_size
        if size != file["bytes"]:
            raise damaged(differs("bytes", file["bytes"], size), folder / name)


def check_names(folder: Path, claimed: Manifest) -> None:
    """Compare the names of the files that are there with those of the manifest.

    Raises:
        ReleaseError: a file is missing, or no part of the release.
    """
    names = {*claimed["files"], manifests.NAME, SUMS}
    found = set(_listed(folder))
    for name in sorted(names ^ found):
        if name in names:
            raise damaged("it is missing", folder / name)
        problem = "it is no part of the release"
        raise ReleaseError(problem, path=folder / name, remedy="take it out of the folder")


def _listed(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise damaged("it is not a regular file", path)
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def _check_file(path: Path, claimed: File) -> None:
    found = described(_bytes(path))
    for what in ("sha256", "bytes"):
        if found[what] != claimed[what]:
            raise damaged(differs(what, claimed[what], found[what]), path)


def _check_sums(path: Path, claimed: Manifest) -> None:
    expected = sums(claimed["files"], manifests.render(claimed)).splitlines()
    lines = zip_longest(expected, _bytes(path).splitlines(), fillvalue=b"no line")
    for number, (line, found) in enumerate(lines, start=1):
        if line != found:
            texts = (ascii(part.decode(errors="replace")) for part in (line, found))
            raise damaged(differs("line", *texts), path, place=f"line {number}")


def sums(listed: dict[str, File], rendered: bytes) -> bytes:
    """Return SHA256SUMS, which `sha256sum -c` reads, for the files and the manifest."""
    all_files = {**listed, manifests.NAME: described(rendered)}
    return "".join(f"{all_files[n]['sha256']}  {n}\n" for n in sorted(all_files)).encode()


def described(data: bytes) -> File:
    """Return what the manifest says of a file with these bytes."""
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MachineError(f"{path}: it cannot be read ({error.strerror})") from error


def check_tables(folder: Path, claimed: Manifest) -> None:
    """Read all tables and compare them with each other and with the manifest.

    Raises:
        ReleaseError: schema, footers, order, counts or digests are not those claimed.
    """
    try:
        _check_footers(folder, claimed)
        redacted = tuple(rows.join(*(parquet.read(folder, name) for name in TABLES)))
        for table in TABLES.values():
            _check_rows(folder, table, redacted)
    except parquet.UNREADABLE:
        raise damaged("it holds a table that cannot be read", folder / "data") from None
    _check_contents(folder / manifests.NAME, claimed, manifests.contents(redacted))


def check_some(folder: Path, claimed: Manifest, transcript_ids: Sequence[str]) -> list[Redacted]:
    """Read some transcripts, in order of their IDs, and compare each with its digest.

    Raises:
        ReleaseError: a table cannot be read, or what it says is not what the manifest claims.
    """
    try:
        tables = (parquet.read_some(folder, name, transcript_ids) for name in TABLES)
        redacted = list(rows.join(*tables))
    except parquet.UNREADABLE:
        raise damaged("it holds a table that cannot be read", folder / "data") from None
    expected = [(i, claimed["transcripts"][i]["digest"]) for i in transcript_ids]
    found = [(t.transcript_id, digest.of_transcript(t)) for t in redacted]
    for one, other in zip_longest(expected, found, fillvalue=("", "")):
        if one != other:
            problem = "its rows do not give the digest in the manifest"
            raise damaged(problem, folder / "data", place=one[0] or other[0])
    return redacted


def _check_footers(folder: Path, claimed: Manifest) -> None:
    for table in TABLES.values():
        for path in parquet.files(folder, table.name):
            expected = note(claimed["name"], claimed["version"], table)
            if problem := parquet.footer_problem(path, table, expected):
                raise damaged(problem, path)


def note(corpus: str, version: str, table: Table) -> bytes:
    """Return what each Parquet file says of itself: JSON with sorted keys."""
    said = {"corpus": corpus, "format": FORMAT, "table": table.name, "version": version}
    return json.dumps(said, sort_keys=True).encode()


def _check_rows(folder: Path, table: Table, redacted: tuple[Redacted, ...]) -> None:
    """The rows must be those that their own transcripts give, in ascending order."""
    path = folder / "data" / table.name
    expected = rows.of(table.name, redacted)
    if any(a != b for a, b in zip_longest(expected, parquet.read(folder, table.name))):
        raise damaged("its rows do not agree with the other tables", path)
    names = [column.name for column in table.columns]
    key = itemgetter(*map(names.index, table.key))
    if any(a >= b for a, b in pairwise(map(key, parquet.read(folder, table.name)))):
        raise damaged("its rows are not in the order of their keys", path)


def _check_contents(path: Path, claimed: Manifest, found: Contents) -> None:
    expected: Mapping[str, object] = {**claimed}
    for key, value in found.items():
        if expected[key] != value:
            raise damaged(f"its {key} is not what the tables give", path)
    came, reasons = claimed["ingested"], claimed["ingested"]["withheld_by_reason"]
    if came["transcripts"] != found["counts"]["transcripts"] + sum(reasons.values()):
        raise damaged("transcripts ingested are not those released and withheld", path)
