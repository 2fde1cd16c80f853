"""Which files of a workspace a backup holds, and which it may hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from corpus import config
from corpus.config import Config
from corpus.workspace import PRIVATE, RESTORING

DATABASE = f"{PRIVATE}/workspace.db"
KEY = f"{PRIVATE}/key"
SETTINGS = config.FILE_NAME
KEPT = f"{PRIVATE}/before-restore"
"""Where a restore puts what it replaces."""

_RESERVED = (
    *("releases", KEY, KEPT),
    *(
        f"{PRIVATE}/{name}"
        for name in ("lock", RESTORING, f"{RESTORING}.new", f"{RESTORING}.done", "backup.new")
    ),
)


def files(root: Path, settings: Config) -> dict[str, Path]:
    """Return the steward's own files in the workspace by name: settings, rules, roster, policy."""
    names = [n for place in _named(settings) for n in _below(root, place) if may_hold(n, settings)]
    return {SETTINGS: root / SETTINGS, **{name: root / name for name in sorted(names)}}


def left_out(root: Path, settings: Config) -> list[str]:
    """Return what settings name that is there, but that no backup holds."""
    outside = [p for p in _named(settings) if (root / p).exists() and not is_inside(root, root / p)]
    return [*outside, *(name for place in _named(settings) for name in _links(root, place))]


def may_hold(name: str, settings: Config) -> bool:
    """Tell whether a backup may hold a name: one of ours, or what settings name in the workspace.

    Hidden files never: in a folder under git, they may be commands.
    """
    if name in {SETTINGS, DATABASE, KEY}:
        return True
    hidden = any(not part or part.startswith(".") for part in name.split("/"))
    if hidden or not name.isprintable() or "\\" in name or _is_reserved(name.casefold()):
        return False
    places = (os.path.normpath(place) for place in _named(settings))
    return any(p != "." and PurePosixPath(name).is_relative_to(p) for p in places)


def _is_reserved(name: str) -> bool:
    """Tell whether a name is for this package alone, or for what is published."""
    path = PurePosixPath(name)
    return name.startswith(DATABASE) or any(path.is_relative_to(place) for place in _RESERVED)


def _named(settings: Config) -> tuple[str, ...]:
    """Return where settings lead to; a policy may be named without its ending."""
    policy = (settings.policy, f"{settings.policy}.yaml", "thresholds")
    return (settings.rules, settings.roster, *policy)


def _below(root: Path, name: str) -> Iterator[str]:
    """Yield the files that a setting names, as paths from the root; none where it lies outside."""
    for path in _all_below(root, name):
        if path.is_file() and not _is_link(path, root / name):
            yield Path(os.path.relpath(path, root)).as_posix()


def _links(root: Path, name: str) -> Iterator[str]:
    """Yield the links among them, which may lead anywhere, to the key too."""
    for path in _all_below(root, name):
        if path.is_file() and _is_link(path, root / name):
            yield Path(os.path.relpath(path, root)).as_posix()


def _all_below(root: Path, name: str) -> Iterator[Path]:
    place = root / name
    if is_inside(root, place):
        yield from [place, *place.rglob("*")]


def _is_link(path: Path, place: Path) -> bool:
    """Tell whether a path leads to a file that does not lie there itself."""
    return path.resolve() != place.resolve() / path.relative_to(place)


def is_inside(root: Path, place: Path) -> bool:
    """Tell whether a place lies in the workspace, wherever its private/ may lie."""
    homes = (root.resolve(), (root / PRIVATE).resolve())
    return any(place.resolve().is_relative_to(home) for home in homes)
