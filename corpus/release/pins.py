"""Which release is meant: its folder, or its version among others, and which digest it has."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from corpus import semver
from corpus.errors import MachineError, ReleaseError
from corpus.release import manifest as manifests
from corpus.release import targets
from corpus.release.manifest import Manifest, differs
from corpus.release.withdrawals import taken_back_from

LATEST = "LATEST"
"""The file in a folder of releases that names the latest version."""

_LONGEST = 200
_DIGEST = re.compile(r"sha256:[0-9a-f]{12,64}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A version, as a paper or a configuration names it."""

    version: str
    digest: str = ""
    """Its digest, perhaps shortened; empty where none is named."""
    name: str = ""
    """The corpus's, as `corpus pin` prints it first; empty where none is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a release lies, and what it must be."""

    folder: Path
    root: Path
    """The folder of releases that it lies in."""
    pin: Pin | None = None
    also: tuple[Path, ...] = ()
    """Further folders of releases, of which this one may be a copy."""

    @classmethod
    def of(cls, folder: Path, pin: Pin | None = None, also: tuple[Path, ...] = ()) -> Place:
        """Return the place of a release's own folder."""
        return cls(folder=folder, root=folder.absolute().parent, pin=pin, also=also)

    @property
    def roots(self) -> tuple[Path, ...]:
        """Where its kin are told to be taken back: beside it, and beside what it is a link to."""
        return tuple(dict.fromkeys((self.root, self.folder.resolve().parent)))


def find(path: Path, version: str | None) -> Place:
    """Return where the release lies.

    Args:
        path: its folder, or the folder of releases that it lies in.
        version: "1.1.0", "1.1.0@sha256:…" or, as without it, "latest".

    Raises:
        ReleaseError: there is no such release, or the version is not of this form.
        MachineError: it cannot be read.
    """
    if _is_release(path):
        pin = None if version is None else _pin(version)
        return Place.of(path, pin)
    if version is None and not (path / LATEST).exists():
        remedy = "name the folder of one version, such as releases/1.0.0"
        problem = f"there is no release here (no {manifests.NAME})"
        raise ReleaseError(problem, path=path, remedy=remedy)
    if version == LATEST.lower() and not os.path.lexists(path / LATEST):
        remedy = "name a version; where there is none yet, `corpus release 1.0.0` makes the first"
        raise ReleaseError(f"no release is the latest here (no {LATEST})", path=path, remedy=remedy)
    if version is None or version == LATEST.lower():
        pin = Pin(version=_latest(path / LATEST))
    else:
        pin = _pin(version)
    return Place(folder=path / pin.version, root=path, pin=pin)


def _is_release(folder: Path) -> bool:
    return (folder / manifests.NAME).exists()


def _pin(text: str) -> Pin:
    pin = parsed(text)
    if pin is None:
        raise ReleaseError(
            f"{text[:_LONGEST]!r} names no version",
            remedy="write 1.0.0 or 1.0.0@sha256:…, with 12 or more digits of the digest, or name"
            " the folder of a release",
        )
    return pin


def parsed(text: str) -> Pin | None:
    """Return the pin that a text is; None where it is none."""
    name, _, rest = text.rpartition(" ")
    version, at, digest = rest.partition("@")
    if not semver.is_version(version) or ((name or at) and not _DIGEST.fullmatch(digest)):
        return None
    return Pin(version=version, digest=digest.lower(), name=name)


def _latest(path: Path) -> str:
    text = _bytes(path, _LONGEST).decode(errors="replace")
    version = text.removesuffix("\n")
    if not text.endswith("\n") or not semver.is_version(version):
        remedy = "name a version yourself, or get the file again"
        raise ReleaseError("it does not hold one version and a newline", path=path, remedy=remedy)
    return version


def refuse_recalled(place: Place, digest: str) -> None:
    """Refuse a digest that was taken back; the beginning of one will do.

    Raises:
        ReleaseError: it was, or the list of what was does not hold.
        MachineError: the list cannot be read.
    """
    if digest:
        for root in dict.fromkeys((*place.roots, *place.also)):
            taken_back_from(root).refuse(digest, place.folder)


def refuse_taken_back(place: Place, found: Manifest) -> None:
    """Refuse a release that was taken back, or carries a transcript that was.

    Raises:
        ReleaseError: so it is, or the list of what was taken back does not hold.
        MachineError: the list cannot be read.
    """
    for root in dict.fromkeys((*place.roots, *place.also)):
        book = taken_back_from(root)
        book.refuse(found["digest"], place.folder)
        if root in place.roots:  # elsewhere an ID may be another study's
            book.refuse_carrier(found["transcripts"], place.folder)


def refuse_missing(place: Place) -> None:
    """Refuse a folder that holds no release.

    Raises:
        ReleaseError: so it is; it names the versions that there are.
    """
    folder = place.folder
    if not _is_release(folder):
        there = ", ".join(targets.versions(place.root))
        remedy = f"choose among {there}" if there else "name the folder of the releases"
        raise ReleaseError("there is no such release", path=folder, remedy=remedy)


def compare(place: Place, found: Manifest) -> None:
    """Compare the release with its pin.

    Raises:
        ReleaseError: it is another version, or has another digest.
    """
    pin = place.pin
    if pin is None:
        return
    if pin.name and pin.name != " ".join(found["name"].split()):
        remedy = "name the folder of that corpus, or leave its name out"
        problem = differs("name", pin.name, found["name"])
        raise ReleaseError(problem, path=place.folder, remedy=remedy)
    if found["version"] != pin.version:
        problem = differs("version", pin.version, found["version"])
        raise ReleaseError(problem, path=place.folder, remedy="name the folder of that version")
    if not found["digest"].startswith(pin.digest):
        raise ReleaseError(
            differs("digest", pin.digest, found["digest"]),
            path=place.folder,
            remedy="this is not the release that was pinned: get that one, or change the pin",
        )


def _bytes(path: Path, most: int) -> bytes:
    if path.is_symlink() or not path.is_file():
        remedy = "name a version, and restore the file"
        problem = "it is not a regular file" if os.path.lexists(path) else "there is no such file"
        raise ReleaseError(problem, path=path, remedy=remedy)
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise MachineError(f"{path}: it cannot be read ({error.strerror})") from error
