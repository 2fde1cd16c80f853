"""What a check needs to know where it runs: settings, guard, key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import config
from corpus.check import git, index, settings
from corpus.check.guard import file, key
from corpus.check.guard.file import Guard
from corpus.check.private import Keys
from corpus.check.settings import Settings
from corpus.errors import GuardError

if TYPE_CHECKING:
    from corpus.workspace import Workspace

_DATABASE = "private/workspace.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """All of it."""

    settings: Settings
    guard: Guard | None
    key: bytes | None = field(repr=False)
    """What fingerprints are made with; None where this machine has none."""
    keys: Keys = field(repr=False)
    """All that are at hand, which no file may hold."""
    is_staged: bool = False
    """Whether the index decides: settings and baseline are its own."""
    guarded_by: Path | None = None
    """The workspace or the guard file that tells of sources, names and releases."""
    private: Path | None = None
    """The folder that a workspace in a repository keeps to itself."""

    @classmethod
    def of(cls, start: Path, *, staged: bool = False) -> Setup:
        """Find what holds for a folder: of the workspace it lies in, else of its repository.

        Args:
            start: the folder.
            staged: whether the index decides, where it has settings.

        Raises:
            InputError: settings, guard file or key do not hold.
            GuardError: there is a guard file, and its key is not here; or a key, and no guard file.
            MachineError: something cannot be read.
        """
        top = git.root(start)
        found = settings.load(start, top, _tracked(start, top) if staged and top else None)
        path = file.above(start, top)
        home = _workspace_above(start)
        if home is None and path is None and top is not None:
            home = _workspace_below(top)
        if home:
            from corpus import workspace as workspaces
            from corpus.check.guard import own

            workspace = workspaces.open_at(home)
            _expect_its_own(workspace, path, start)
            guard = own.guard(workspace, found.guarded)
            found = replace(found, rules=found.rules or workspace.rules)
            return cls(
                settings=found,
                guard=guard,
                key=guard.key,
                keys=Keys.of(guard.key, workspace.key),
                is_staged=staged,
                guarded_by=home,
                private=workspace.private if top else None,
            )
        if path is None and (kept := key.installed(start)):
            raise GuardError(
                f"the key of a guard is here ({kept}), but no {file.NAME} - restore that"
                f" (`git checkout HEAD -- {file.NAME}`), or remove the key (`rm {kept}`)"
            )
        secret = key.find(start)
        guard_of_clone = file.load(path, secret) if path else None
        return cls(
            settings=found,
            guard=guard_of_clone,
            key=secret,
            keys=Keys.of(secret),
            is_staged=staged,
            guarded_by=path,
        )


def _tracked(start: Path, top: Path) -> Mapping[Path, bytes]:
    """Return the settings that the index has."""
    names = [path.relative_to(top).as_posix() for path in settings.files(start, top)]
    held = index.held(top, names, most=settings.LARGEST)
    return {top / name: written for name, written in held.items()}


def _workspace_above(start: Path) -> Path | None:
    folders = (start.resolve(), *start.resolve().parents)
    return next(filter(_is_workspace, folders), None)


def _workspace_below(top: Path) -> Path | None:
    """Return the workspace in a folder of a repository's top, from where hooks run.

    Raises:
        GuardError: there are several.
    """
    found = [Path(one.path) for one in os.scandir(top) if one.is_dir() and _is_workspace(one)]
    if len(found) > 1:
        raise GuardError(
            f"there are several workspaces below {top} - let one of them write the guard of the"
            " repository (`corpus guard export`)"
        )
    return next(iter(found), None)


def _is_workspace(folder: os.PathLike[str]) -> bool:
    return all(Path(folder, part).is_file() for part in (config.FILE_NAME, _DATABASE))


def _expect_its_own(workspace: Workspace, path: Path | None, start: Path) -> None:
    """Refuse a workspace that would take the place of another one's guard.

    Raises:
        GuardError: guard file or installed key are of another.
    """
    from corpus.check.guard import own

    kept = key.installed(start)
    if path:
        is_its = own.is_its_key(workspace, partial(file.fits, file.read(path)))
    else:
        secret = key.find(start) if kept else None
        is_its = secret is None or own.is_its_key(workspace, secret.__eq__)
    if not is_its:
        raise GuardError(
            f"{path or kept} is not of the workspace {workspace.root}, whose guard would take its"
            " place - let that write it anew (`corpus guard export`), or move one of them away"
        )
