"""Files that are of a release: of a pinned one, or of one that was taken back since.

A manifest that merely lies beside a file proves nothing: its digest must be one that the settings
or the guard pin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.check import bounded
from corpus.check.guard.file import Guard
from corpus.check.settings import Settings
from corpus.errors import ConfigError, MachineError, ReleaseError
from corpus.release import MANIFEST
from corpus.release.withdrawals import Recalled, taken_back_from

if TYPE_CHECKING:
    from corpus.release.manifest import Manifest
    from corpus.release.pins import Pin

_RELEASES = "releases"
_LONGEST = 100
"""Bytes of the file that names the latest release."""
_DEEPEST = 3
"""How far below its folder a file of a release may lie: data/turns/part-00000.parquet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a file is known as."""

    version: str
    is_recalled: bool = False
    """Whether the release was taken back since."""


@dataclass(slots=True, kw_only=True)
class Known:
    """Tells files of releases by their SHA-256."""

    files: dict[str, Standing]
    """What the guard knows, by SHA-256 in hex."""
    pins: tuple[Pin, ...] = ()
    recalled: Mapping[str, Recalled] = field(default_factory=dict)
    """By the digest of the release."""
    _read: dict[Path, Mapping[str, Standing]] = field(default_factory=dict)
    """What the manifest in a folder vouches for."""

    @classmethod
    def of(cls, settings: Settings, guard: Guard | None) -> Known:
        """Return what the settings pin, and what the guard knows.

        Raises:
            ConfigError: a pin of the settings is none, or is of a release that was taken back.
            ReleaseError: withdrawals.json does not hold.
            MachineError: it cannot be read.
        """
        taken_back = taken_back_from(settings.root / _RELEASES).recalled
        return cls(
            files=dict(_of_guard(guard)) if guard else {},
            pins=tuple(_pins(settings, taken_back)),
            recalled=taken_back,
        )

    def standing(self, sha256: str, path: Path) -> Standing | None:
        """Return what the file is known as; None where it is of no release that counts.

        Args:
            sha256: of its bytes.
            path: where it lies, or would; the manifest of its release is looked for above.
        """
        by_guard = self.files.get(sha256)
        if by_guard and not by_guard.is_recalled:
            return by_guard
        return self._above(sha256, path) or by_guard

    def _above(self, sha256: str, path: Path) -> Standing | None:
        if not self.pins and not self.recalled:
            return None
        for folder in path.parents[:_DEEPEST]:
            if folder not in self._read:
                self._read[folder] = self._vouched(folder / MANIFEST)
            if found := self._read[folder].get(sha256):
                return found
        return None

    def _vouched(self, path: Path) -> Mapping[str, Standing]:
        """Return the files of a release by SHA-256, if it is pinned or was taken back."""
        from corpus.release import manifest as manifests
        from corpus.release.sums import of_all

        try:
            data = bounded.read(path, manifests.LARGEST)
            found = manifests.parse(data, path) if data is not None else None
        except (MachineError, ReleaseError):
            found = None
        if found is None:
            return {}  # such a folder vouches for nothing: its files are scanned
        is_recalled = found["digest"] in self.recalled
        if not is_recalled and not any(_is_of(found, pin) for pin in self.pins):
            return {}
        standing = Standing(version=found["version"], is_recalled=is_recalled)
        return dict.fromkeys(of_all(found).values(), standing)


def is_ledger(name: str, data: bytes) -> bool:
    """Tell whether a file is one that lies beside releases and holds versions and digests alone."""
    from corpus import semver
    from corpus.release import pins, withdrawals

    file = name.rpartition("/")[2]
    if file == pins.LATEST:
        return len(data) < _LONGEST and semver.is_version(data.decode("ascii", "replace").strip())
    if file != withdrawals.NAME:
        return False
    try:
        withdrawals.parse(data, Path(name))
    except ReleaseError:
        return False
    return True


def _of_guard(guard: Guard) -> Iterator[tuple[str, Standing]]:
    """Yield the files that a guard knows; what a release that counts has is no recalled one's."""
    for recalled in guard.recalled.values():
        standing = Standing(version=recalled["version"], is_recalled=True)
        yield from ((sha256, standing) for sha256 in recalled["files"])
    for version, release in guard.releases.items():
        standing = Standing(version=version)
        yield from ((sha256, standing) for sha256 in release["files"].values())


def _is_of(manifest: Manifest, pin: Pin) -> bool:
    return manifest["version"] == pin.version and manifest["digest"].startswith(pin.digest)


def _pins(settings: Settings, recalled: Iterable[str]) -> Iterator[Pin]:
    if not settings.releases:
        return
    from corpus.release import pins  # knows manifests, which takes its time

    for text in settings.releases:
        pin = pins.parsed(text)
        if pin is None or not pin.digest:
            raise ConfigError(
                f"names no release for good: {text[:80]!r}",
                path=settings.root,
                place="check, releases",
                remedy="write what `corpus pin VERSION` prints: 1.0.0@sha256:…",
            )
        if any(digest.startswith(pin.digest) for digest in recalled):
            raise ConfigError(
                f"the release {pin.version} was taken back since",
                path=settings.root,
                place="check, releases",
                remedy="pin the one that took its place, or none",
            )
        yield pin
