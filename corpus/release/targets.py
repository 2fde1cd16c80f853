"""Which folders are meant by a path, a version, or all of them, in the order of versions."""

from __future__ import annotations

import os
from pathlib import Path

from corpus import semver
from corpus.errors import ReleaseError
from corpus.release import manifest as manifests


def versions(root: Path) -> dict[str, Path]:
    """Return the releases that lie in a folder by their versions, the earliest first."""
    return {
        path.name: path
        for path in _within(root)
        if semver.is_version(path.name) and (path / manifests.NAME).is_file()
    }


def one(name: str, home: Path) -> Path:
    """Return the folder of a release.

    Args:
        name: its folder, or its version.
        home: the folder in which versions are looked for.

    Raises:
        ReleaseError: there is no such folder, or the name is meant for a version and is none.
    """
    if name[:1].isdigit() and os.sep not in name and not os.path.lexists(name):
        semver.parse(name)
    is_path = not semver.is_version(name) or os.path.lexists(name)
    folder = Path(name) if is_path else home / name
    if not os.path.isdir(folder):  # noqa: PTH112 - a name too long is a missing one to it
        there = ", ".join(versions(home)) if not is_path else ""
        remedy = f"choose among {there}" if there else "name the folder of one version"
        raise ReleaseError("there is no such release", path=folder, remedy=remedy)
    return folder


def every(root: Path) -> list[Path]:
    """Return the folders of all releases in a folder.

    Raises:
        ReleaseError: there are none, or it is a release itself.
    """
    if os.path.lexists(root / manifests.NAME):
        remedy = "leave out --all, or name the folder above"
        raise ReleaseError("this is one release", path=root, remedy=remedy)
    folders = _within(root)
    if not folders:
        remedy = "name the folder that they lie in, or make the first: `corpus release 1.0.0`"
        raise ReleaseError("there are no releases here", path=root, remedy=remedy)
    return folders


def _within(root: Path) -> list[Path]:
    """Links belong to them, so that one that was planted is not passed over."""
    if not os.path.isdir(root):  # noqa: PTH112 - as above
        return []
    found = (path for path in root.iterdir() if path.is_symlink() or path.is_dir())
    return sorted((path for path in found if not path.name.startswith(".")), key=_order)


def _order(path: Path) -> tuple[object, ...]:
    """Versions come first, by precedence, then whatever else lies there."""
    if semver.is_version(path.name):
        return (0, semver.parse(path.name).precedence)
    return (1, path.name)
