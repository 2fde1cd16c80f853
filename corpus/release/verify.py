"""Whether a release is what it claims to be: files against hashes, tables against the manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from operator import itemgetter
from pathlib import Path

from corpus.errors import ReleaseError
from corpus.release import manifest as manifests
from corpus.release import tables
from corpus.release.document import File
from corpus.release.manifest import Manifest, damaged, differs, unread
from corpus.release.schema import FORMAT, TABLES, Table
from corpus.release.sums import SUMS, sums

_MOST_PROBLEMS = 100
_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What came of looking at a release."""

    manifest: Manifest | None
    """None where it does not hold."""
    problems: tuple[ReleaseError, ...]
    """All that was found to be wrong, or the first hundred."""


def examine(folder: Path) -> Examined:
    """Look at everything that the release claims, and go on where something is wrong.

    The tables are read only where every file is as the manifest says.

    Raises:
        MachineError: a file cannot be read.
    """
    try:
        manifest = manifests.read(folder)
    except ReleaseError as error:
        return Examined(manifest=None, problems=(error,))
    found = _of_files(folder, manifest)
    problems = tuple(islice(found, _MOST_PROBLEMS))
    if not problems:
        problems = tuple(islice(_of_tables(folder, manifest), _MOST_PROBLEMS))
    return Examined(manifest=manifest, problems=problems)


def check_files(folder: Path, claimed: Manifest) -> None:
    """Compare every file of the release with its hash.

    Raises:
        ReleaseError: a file is missing, changed, or no part of the release.
        MachineError: a file cannot be read.
    """
    for problem in _of_files(folder, claimed):
        raise problem


def check_sizes(folder: Path, claimed: Manifest) -> None:
    """Compare names and sizes of the release's files with the manifest; read none of them.

    Raises:
        ReleaseError: a file is missing, of another size, or no part of the release.
        MachineError: a file cannot be looked at.
    """
    for _, problem in sorted(_odd(folder, _names(claimed)), key=itemgetter(0)):
        raise problem
    for name, file in sorted(claimed["files"].items()):
        try:
            size = (folder / name).stat().st_size
        except OSError as error:
            raise unread(folder / name, error) from error
        if size != file["bytes"]:
            raise damaged(differs("size in bytes", file["bytes"], size), folder / name)


def check_tables(folder: Path, claimed: Manifest) -> None:
    """Read all tables and compare them with each other and with the manifest.

    Raises:
        ReleaseError: schema, footers, order, counts or digests are not those claimed.
        MachineError: a file cannot be read.
    """
    for problem in _of_tables(folder, claimed):
        raise problem


def _of_tables(folder: Path, claimed: Manifest) -> Iterator[ReleaseError]:
    about = claimed["name"], claimed["version"]
    notes = {name: note(*about, table, claimed["format"]) for name, table in TABLES.items()}
    return tables.problems(folder, claimed, notes)


def _of_files(folder: Path, claimed: Manifest) -> Iterator[ReleaseError]:
    names = _names(claimed)
    odd = dict(_odd(folder, names))
    for name in sorted({*odd, *names}):
        if name in odd:
            yield odd[name]
        elif name == SUMS:
            yield from _of_sums(folder / SUMS, claimed)
        elif name != manifests.NAME:
            yield from _of_file(folder / name, claimed["files"][name])


def _names(claimed: Manifest) -> set[str]:
    return {*claimed["files"], manifests.NAME, SUMS}


def _odd(folder: Path, names: set[str]) -> Iterator[tuple[str, ReleaseError]]:
    """Yield what is there and should not be, and what is not there and should be."""
    folders = {parent.as_posix() for name in names for parent in Path(name).parents}
    waiting, seen = ["."], set()
    while waiting:
        for entry in _entries(folder / waiting.pop()):
            name = Path(entry.path).relative_to(folder).as_posix()
            is_folder = entry.is_dir(follow_symlinks=False)
            seen.add(name)
            if is_folder and name in folders:
                waiting.append(name)
            if name in names and not entry.is_file(follow_symlinks=False):
                yield name, damaged("it is not a regular file", folder / name)
            elif name not in names and not (is_folder and name in folders):
                yield name, _foreign(folder / name, is_link=entry.is_symlink())
    yield from ((name, damaged("it is missing", folder / name)) for name in names - seen)


def _foreign(path: Path, *, is_link: bool) -> ReleaseError:
    what = " but a symbolic link, not a regular file" if is_link else ""
    problem = f"it is no part of the release{what}"
    return ReleaseError(problem, path=path, remedy="take it out of the folder")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise unread(folder, error) from error


def _of_file(path: Path, claimed: File) -> Iterator[ReleaseError]:
    """Its size comes first: what is larger than claimed is not even read."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != claimed["bytes"]:
                yield damaged(differs("size in bytes", claimed["bytes"], size), path)
            elif (found := hashlib.file_digest(file, "sha256").hexdigest()) != claimed["sha256"]:
                yield damaged(differs("sha256", claimed["sha256"], found), path)
    except OSError as error:
        raise unread(path, error) from error


def _of_sums(path: Path, claimed: Manifest) -> Iterator[ReleaseError]:
    right = sums(claimed["files"], manifests.render(claimed))
    there = manifests.bytes_of(path, len(right) + _LONGEST_LINE)
    lines = zip_longest(right.splitlines(), there.splitlines(), fillvalue=b"no line")
    for number, (line, found) in enumerate(lines, start=1):
        if line != found:
            texts = (ascii(part[:_LONGEST_LINE].decode(errors="replace")) for part in (line, found))
            yield damaged(differs("line", *texts), path, place=f"line {number}")
            return
    if right != there:
        yield damaged("its lines do not end as they were written", path)


def note(corpus: str, version: str, table: Table, form: int = FORMAT) -> bytes:
    """Return what each Parquet file says of itself: JSON with sorted keys."""
    said = {"corpus": corpus, "format": form, "table": table.name, "version": version}
    return json.dumps(said, sort_keys=True).encode()
