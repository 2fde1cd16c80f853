"""manifest.json, what a release says of itself: its form, its digest, written and read."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import stat
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypedDict, cast

from corpus.errors import MachineError, ReleaseError
from corpus.release import MANIFEST, shape, strict
from corpus.release.document import (
    Counts,
    Evidence,
    File,
    Ingested,
    MadeWith,
    Parent,
    TableEntry,
    TranscriptCounts,
    Writer,
)
from corpus.release.schema import FORMAT, OLDEST
from corpus.release.shape import Count, Limit, Schema
from corpus.release.strict import UnusualError
from corpus.release.texts import Day, Digest, FileName

NAME = MANIFEST
SCHEMA = f"manifest-{FORMAT}.schema.json"
"""The JSON Schema of manifests of this format, in the package beside this module."""

LARGEST = 2**25
"""Bytes that a manifest has at most: some hundred thousand transcripts."""

_NO_FOLDER = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP}
_OUTSIDE_DIGEST = {"digest", "date"}


class Contents(TypedDict):
    """What follows from the tables, so that anyone can recompute it."""

    logical_digest: Digest
    counts: Counts
    evidence: Evidence | None
    transcripts: dict[str, TranscriptCounts]
    tables: dict[str, TableEntry]


class Manifest(Contents):
    """The JSON document; docs/releases.md describes its keys."""

    schema: Annotated[str, Limit(keywords={"const": SCHEMA})]
    format: Annotated[int, Limit(keywords={"const": FORMAT})]
    name: str
    version: str
    licence: str
    description: str
    digest: Digest
    date: Day | None
    parent: Parent | None
    bared: Count
    reissue: Count
    withdrawals: list[str]
    made_with: MadeWith
    ingested: Ingested
    files: dict[FileName, File]
    writer: Writer


def digest_of(manifest: Manifest) -> str:
    """Return the release digest: SHA-256 of the manifest without itself and the date."""
    digested = {k: v for k, v in manifest.items() if k not in _OUTSIDE_DIGEST}
    text = json.dumps(digested, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def render(manifest: Manifest) -> bytes:
    """Return the manifest as it stands in the file: sorted keys, UTF-8, LF."""
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def read(folder: Path) -> Manifest:
    """Return the manifest of the release in the folder.

    Raises:
        ReleaseError: there is no release, or its manifest does not hold.
        MachineError: it cannot be read.
    """
    path = folder / NAME
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        if error.errno not in _NO_FOLDER:
            raise unread(path, error) from error
        remedy = "name the folder of one version, such as releases/1.0.0"
        problem = f"there is no release here (no {NAME})"
        raise ReleaseError(problem, path=folder, remedy=remedy) from None
    if not stat.S_ISREG(mode):
        raise damaged("it is not a regular file", path)
    return parse(bytes_of(path, LARGEST + 1), path)


def parse(data: bytes, path: Path) -> Manifest:
    """Return the manifest that `render` wrote.

    Raises:
        ReleaseError: it is damaged, or of a format that this version does not know.
    """
    document = _json(data, path)
    _check_format(document.get("format"), path)
    if fault := shape.fault(document, known_schema(document["format"])):
        raise damaged(fault.problem, path, fault.place)
    manifest = cast("Manifest", document)
    if manifest["date"] and not _is_day(manifest["date"]):
        raise damaged("there is no such day", path, "date")
    if (found := digest_of(manifest)) != manifest["digest"]:
        raise damaged(differs("digest", manifest["digest"], found), path)
    if render(manifest) != data:
        raise damaged("it was edited after it was written", path)
    return manifest


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def facts(value: Any) -> Any:
    """Leave out what a description says: it may be worded better one day."""
    if isinstance(value, dict):
        return {key: facts(item) for key, item in value.items() if key != "about"}
    return [facts(item) for item in value] if isinstance(value, list) else value


def damaged(problem: str, path: Path, place: str = "") -> ReleaseError:
    """Return the error of a release that is not as it was written."""
    remedy = "download the release again, or restore it from a backup"
    return ReleaseError(problem, path=path, place=place, remedy=remedy)


def differs(what: str, expected: object, found: object) -> str:
    """Return the clause for a value that is not the one claimed."""
    return f"its {what} differs: expected {expected}, found {found}"


def bytes_of(path: Path, most: int) -> bytes:
    """Return what a file begins with, up to so many bytes.

    Raises:
        MachineError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise unread(path, error) from error


def unread(path: Path, error: OSError) -> MachineError:
    """Return the error of a file that cannot be read."""
    return MachineError(f"{path}: it cannot be read ({error.strerror or error})")


def _json(data: bytes, path: Path) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise damaged(f"it is too large: a manifest has {LARGEST:,} bytes at most", path)
    try:
        document = strict.loads(data)
    except UnusualError as error:
        raise damaged(str(error), path) from None
    if not isinstance(document, dict):
        raise damaged("it is not a JSON object", path)
    return document


@cache
def known_schema(number: int) -> Schema:
    """Return the JSON Schema of manifests of this format, as the package brings it."""
    path = Path(__file__).with_name(f"manifest-{number}.schema.json")
    found: Schema = json.loads(path.read_bytes())
    return found


def made_schema() -> dict[str, Any]:
    """Return the JSON Schema of the manifests that are written, made from the types above."""
    about = {"$schema": shape.DIALECT, "$id": SCHEMA, "title": f"{NAME}, format {FORMAT}"}
    return about | shape.schema(Manifest)


def _check_format(found: object, path: Path) -> None:
    if type(found) is not int or not OLDEST <= found <= FORMAT:
        older = type(found) is int and found < OLDEST
        said = found if type(found) is int else "of another kind"
        raise ReleaseError(
            f"it has format {said}; this version of corpus reads formats {OLDEST} to {FORMAT}",
            path=path,
            remedy="make the release anew, or install the version that made it"
            if older
            else "install a newer one with: pip install -U transcript-corpus",
        )
