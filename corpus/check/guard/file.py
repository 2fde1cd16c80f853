"""corpus-guard.json: what a clone without the workspace knows of it; the tables wait, packed."""

from __future__ import annotations

import binascii
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict, TypeVar, cast

from corpus import ids
from corpus.check import bounded
from corpus.check.globs import Globs
from corpus.check.guard import key as keys
from corpus.errors import ConfigError, GuardError
from corpus.release import shape, strict
from corpus.release.shape import Schema
from corpus.release.texts import Digest, FileName, Hex

if TYPE_CHECKING:
    from corpus.check.guard.names import Names
    from corpus.check.guard.sources import Sources

NAME = "corpus-guard.json"
FORMAT = 2
LARGEST = 1 << 26
"""Bytes that the file has at most; some two hundred thousand interviews fit."""

_ABOUT = "written by `corpus guard export`; what it tells is in docs/guard.md; do not edit it"
_LINE = 75
"""Bytes that a line of a table holds: 100 characters."""
_EXPORT = (
    "restore the committed one (`git checkout HEAD -- corpus-guard.json`), or let whoever keeps the"
    " workspace run `corpus guard export` again"
)

Packed = Annotated[str, shape.text("[A-Za-z0-9+/=]{4,100}")]
KeyPrint = Annotated[str, shape.text("[0-9a-f]{32}")]
Table = TypeVar("Table")


class Pinned(TypedDict):
    """A release that counts, with the SHA-256 of its files as far as they are known."""

    digest: Digest
    files: dict[FileName, Hex]


class Recalled(TypedDict):
    """A release that was taken back, with the SHA-256 of its files as far as they are known."""

    version: str
    files: list[Hex]


class Tables(TypedDict):
    """What is packed."""

    names: list[Packed]
    sources: list[Packed]


class Open(TypedDict):
    """What anyone may read."""

    guarded: list[str]
    recalled: dict[Digest, Recalled]
    releases: dict[str, Pinned]


class Document(Open):
    """The JSON document."""

    about: str
    format: int
    key: KeyPrint
    seal: KeyPrint
    tables: Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What goes into a guard file."""

    guarded: Sequence[str] = ()
    """Globs of paths under which nothing unreleased may lie."""
    releases: Mapping[str, Pinned] = field(default_factory=dict)
    """By version."""
    recalled: Mapping[str, Recalled] = field(default_factory=dict)
    """By digest."""
    sources: Sources
    names: Names


class Guard:
    """What a guard file tells with its key."""

    def __init__(self, document: Document, key: bytes, path: Path) -> None:
        self._document = document
        self._path = path
        self.key = key

    @property
    def guarded(self) -> tuple[str, ...]:
        """The globs of paths under which nothing unreleased may lie."""
        return tuple(self._document["guarded"])

    def guards(self, name: str) -> bool:
        """Tell whether nothing unreleased may lie under a name below the top of the repository."""
        return Globs.of(self.guarded, any_case=True).match(name)

    @property
    def releases(self) -> Mapping[str, Pinned]:
        """The releases that count, by version."""
        return self._document["releases"]

    @property
    def recalled(self) -> Mapping[str, Recalled]:
        """The releases that were taken back, by digest."""
        return self._document["recalled"]

    @cached_property
    def pinned_files(self) -> frozenset[str]:
        """The SHA-256 of every file of a release that counts."""
        return frozenset(sha for r in self.releases.values() for sha in r["files"].values())

    @cached_property
    def recalled_files(self) -> frozenset[str]:
        """The SHA-256 of every file that only releases have which were taken back."""
        found = frozenset(sha for r in self.recalled.values() for sha in r["files"])
        return found - self.pinned_files

    @cached_property
    def sources(self) -> Sources:
        """The turns of all ingested transcripts.

        Raises:
            ConfigError: the table is damaged.
        """
        from corpus.check.guard.sources import Sources

        return self._unpacked("sources", Sources.from_bytes)

    @cached_property
    def names(self) -> Names:
        """The names of the roster.

        Raises:
            ConfigError: the table is damaged.
        """
        from corpus.check.guard.names import Names

        return self._unpacked("names", Names.from_bytes)

    def _unpacked(self, name: str, read: Callable[[bytes, bytes], Table]) -> Table:
        lines = cast("dict[str, list[str]]", self._document["tables"])[name]
        try:
            return read(binascii.a2b_base64("".join(lines), strict_mode=True), self.key)
        except ValueError:
            raise _damaged("it cannot be unpacked", self._path, f"tables, {name}") from None


def above(start: Path, top: Path | None = None) -> Path | None:
    """Return what is called like a guard file in a folder or the nearest above it, if anything is.

    Args:
        start: the folder.
        top: of the repository, if it lies in one; nothing above counts.
    """
    folders = (start.resolve(), *start.resolve().parents)
    within = [f for f in folders if top is None or f.is_relative_to(top)]
    return next((f / NAME for f in within if os.path.lexists(f / NAME)), None)


def load(path: Path, key: bytes | None) -> Guard:
    """Open a guard file.

    Raises:
        ConfigError: it is damaged, too large, or of a format that this version does not know.
        GuardError: there is no key, or it is another's.
        MachineError: it cannot be read.
    """
    return opened(parse(_read(path), path), key, path)


def opened(document: Document, key: bytes | None, path: Path) -> Guard:
    """Return what a document tells with its key.

    Raises:
        ConfigError: it was changed after it was written.
        GuardError: there is no key, or it is another's.
    """
    if key is None:
        raise GuardError(f"{path}: its key is not here - {keys.ASK} (in CI set {keys.VARIABLE})")
    if not fits(document, key):
        raise GuardError(_other_key(path))
    if _seal(document, key) != document["seal"]:
        raise _damaged("it was changed after it was written", path)
    return Guard(document, key, path)


def _other_key(path: Path) -> str:
    if keys.is_given():
        remedy = "set it to what `corpus guard key` prints in the workspace"
        return f"{path}: the key in {keys.VARIABLE} is not the file's - {remedy}"
    return f"{path}: the key that is here is not the file's - {keys.ASK}"


def fits(document: Document, key: bytes) -> bool:
    """Tell whether a key is the one that a document was written with."""
    return document["key"] == _print(key)


def read(path: Path) -> Document:
    """Return what a guard file holds, without a key.

    Raises:
        ConfigError: it is damaged, too large, or of a format that this version does not know.
        MachineError: it cannot be read.
    """
    return parse(_read(path), path)


def render(contents: Contents, key: bytes) -> bytes:
    """Return the file: sorted, the same bytes for the same contents and key."""
    document: Document = {
        "about": _ABOUT,
        "format": FORMAT,
        "guarded": sorted(set(contents.guarded)),
        "key": _print(key),
        "recalled": dict(contents.recalled),
        "releases": dict(contents.releases),
        "seal": "",
        "tables": {
            "names": _packed(contents.names.to_bytes()),
            "sources": _packed(contents.sources.to_bytes()),
        },
    }
    document["seal"] = _seal(document, key)
    return f"{json.dumps(document, sort_keys=True, indent=1)}\n".encode()


def parse(data: bytes, path: Path) -> Document:
    """Return what the file holds.

    Raises:
        ConfigError: it is damaged, too large, or of a format that this version does not know.
    """
    if len(data) > LARGEST:
        raise _damaged(f"it is too large: a guard file has {LARGEST:,} bytes at most", path)
    try:
        document = strict.loads(data)
    except strict.UnusualError as error:
        raise _damaged(str(error), path) from None
    if not isinstance(document, dict):
        raise _damaged("it is not a JSON object", path)
    number = document.get("format")
    if type(number) is int and number > FORMAT:
        raise ConfigError(
            f"it is of a newer format; this version of corpus reads format {FORMAT}",
            path=path,
            place="format",
            remedy="install a newer one with: pip install -U transcript-corpus",
        )
    if fault := shape.fault(document, _schema()):
        raise _damaged(fault.problem, path, fault.place)
    return cast("Document", document)


@cache
def _schema() -> Schema:
    found = shape.schema(Document)
    found["properties"]["format"] = {"const": FORMAT}
    return found


def _read(path: Path) -> bytes:
    data = bounded.read(path, LARGEST)
    if data is None:
        raise _damaged("there is no such file", path)
    return data


def _damaged(problem: str, path: Path, place: str = "") -> ConfigError:
    return ConfigError(problem, path=path, place=place, remedy=_EXPORT)


def _print(key: bytes) -> str:
    return ids.keyed(key, "guard key")


def _seal(document: Document, key: bytes) -> str:
    sealed: dict[str, Any] = {name: v for name, v in document.items() if name != "seal"}
    return ids.keyed(key, "guard seal", json.dumps(sealed, sort_keys=True))


def _packed(data: bytes) -> list[str]:
    return [
        binascii.b2a_base64(data[at : at + _LINE], newline=False).decode()
        for at in range(0, len(data), _LINE)
    ]
