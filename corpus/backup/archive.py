"""The file's format: a tar of plain members, and a manifest that says what they are.

Headers are read one by one and only those of plain files are known, so that no link, no path and
no size in a hostile file is ever followed; nothing in it is compressed, so that it cannot swell.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from corpus.errors import BackupError

FORMAT = 1
MOST_MEMBERS = 10_000
MANIFEST = "manifest.json"

_LARGEST_MANIFEST = 8_000_000
_LARGEST_USTAR = 8 << 30
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What the manifest says of a member."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself."""

    corpus: str
    """The version of this package that made it."""
    schema: int
    """The version of its database."""
    key_check: str
    """A keyed digest of a constant: tells the key that made the data from others."""
    rows: Mapping[str, int]
    """How many each table of its database holds."""
    members: Mapping[str, Member]
    format: int = FORMAT


def write(out: BinaryIO, members: Mapping[str, Path], about: Mapping[str, object]) -> None:
    """Write the files under their names, and what is said about them.

    Raises:
        BackupError: a name is too long.
    """
    written = {}
    for name, path in members.items():
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            out.write(_header(name, size, path))
            sha = hashlib.sha256()
            for chunk in _chunks(source, size, path):
                sha.update(chunk)
                out.write(chunk)
            out.write(bytes(_padding(size)))
        written[name] = {"size": size, "sha256": sha.hexdigest()}
    manifest = json.dumps({"format": FORMAT, **about, "members": written}, indent=1).encode()
    out.write(_header(MANIFEST, len(manifest), MANIFEST) + manifest)
    out.write(bytes(_padding(len(manifest)) + 2 * tarfile.BLOCKSIZE))


def _header(name: str, size: int, path: Path | str) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    try:
        if size >= _LARGEST_USTAR:
            return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict")
        return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")
    except ValueError:  # UnicodeEncodeError is one
        raise BackupError(
            "has a name that no backup can hold", path=path, remedy="give it a shorter, plain one"
        ) from None


def _padding(size: int) -> int:
    return -size % tarfile.BLOCKSIZE


def _chunks(source: BinaryIO, size: int, path: Path) -> Iterator[bytes]:
    while size:
        chunk = source.read(min(size, _CHUNK))
        if not chunk:
            raise BackupError("ends too early", path=path, remedy="use another copy of it")
        size -= len(chunk)
        yield chunk


class Archive:
    """A backup that is open for reading.

    Raises:
        BackupError: it is none, is damaged, or was made by a newer version.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self.path = path
        self._places = self._index()
        self.manifest = self._manifest()

    def bad(self, problem: str, remedy: str = "use another copy of it") -> BackupError:
        """Return the error that names the backup."""
        return BackupError(problem, path=self.path, remedy=remedy)

    def _index(self) -> dict[str, tuple[int, int]]:
        """Return where each member begins, and its size."""
        end = os.fstat(self._file.fileno()).st_size
        places: dict[str, tuple[int, int]] = {}
        at = 0
        while True:
            self._file.seek(at)
            block = self._file.read(tarfile.BLOCKSIZE)
            if len(block) == tarfile.BLOCKSIZE and not any(block):
                return places
            try:
                info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
            except (tarfile.HeaderError, ValueError):
                kind = "is damaged or cut off" if places else "is no backup of a workspace"
                raise self.bad(kind) from None
            at += tarfile.BLOCKSIZE
            if info.type != tarfile.REGTYPE or info.name in places:
                raise self.bad("holds what no backup holds")
            if not 0 <= info.size <= end - at or len(places) > MOST_MEMBERS:
                raise self.bad("is damaged or cut off")
            places[info.name] = (at, info.size)
            at += info.size + _padding(info.size)

    def _manifest(self) -> Manifest:
        at, size = self._places.pop(MANIFEST, (0, 0))
        if not 0 < size <= _LARGEST_MANIFEST:
            raise self.bad("is no backup of a workspace")
        self._file.seek(at)
        try:
            raw = json.loads(self._file.read(size))
        except (ValueError, RecursionError):
            raise self.bad("has a manifest that cannot be read") from None
        if not isinstance(raw, dict) or type(raw.get("format")) is not int:
            raise self.bad("has a manifest that cannot be read")
        if raw["format"] > FORMAT:
            raise self.bad(
                f"is of format {raw['format']}, this corpus knows {FORMAT}",
                "use the version of corpus that made it, or a newer one",
            )
        try:
            members = {name: Member(**member) for name, member in raw.pop("members").items()}
            manifest = Manifest(**raw, members=members)
            _expect(manifest)
        except (TypeError, KeyError, AttributeError):
            raise self.bad("has a manifest that cannot be read") from None
        sizes = {name: size for name, (_, size) in self._places.items()}
        if sizes != {name: member.size for name, member in members.items()}:
            raise self.bad("does not hold what its manifest says")
        return manifest

    def verify(self) -> None:
        """Read every member and compare it with the manifest.

        Raises:
            BackupError: one is not what the manifest says.
        """
        for name in self.manifest.members:
            for _ in self._read(name):
                pass

    def text(self, name: str, most: int) -> bytes:
        """Return what a small member holds.

        Raises:
            BackupError: it is missing, large, or not what the manifest says.
        """
        if name not in self._places or self._places[name][1] > most:
            raise self.bad("does not hold what its manifest says")
        return b"".join(self._read(name))

    def extract(self, name: str, target: Path) -> None:
        """Write a member to a new file for its owner alone, and onto the disk.

        Raises:
            BackupError: it is not what the manifest says.
        """
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.touch(mode=0o600, exist_ok=False)
        with target.open("wb") as out:
            for chunk in self._read(name):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())

    def _read(self, name: str) -> Iterator[bytes]:
        at, size = self._places[name]
        self._file.seek(at)
        sha = hashlib.sha256()
        for chunk in _chunks(self._file, size, self.path):
            sha.update(chunk)
            yield chunk
        if sha.hexdigest() != self.manifest.members[name].sha256:
            raise self.bad("is damaged: a member is not what the manifest says")


def _expect(manifest: Manifest) -> None:
    """Raise TypeError where a value of the manifest is of another type than it should be."""
    numbers = [manifest.schema, *manifest.rows.values()]
    texts = [manifest.corpus, manifest.key_check]
    for member in manifest.members.values():
        numbers.append(member.size)
        texts.append(member.sha256)
    if any(type(n) is not int for n in numbers) or any(type(t) is not str for t in texts):
        raise TypeError
