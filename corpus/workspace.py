"""A steward's working folder: corpus.toml, and private/ with key, lock and database."""

from __future__ import annotations

import fcntl
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

from corpus import config, files
from corpus.config import Config
from corpus.errors import RESTORE, ConfigError, MachineError, WorkspaceError
from corpus.registry import Registry

PRIVATE = "private"
RELEASES = "releases"
RESTORING = "restore"
"""The folder in private/ from which a restore that was interrupted goes on."""
_held: set[tuple[Path, int]] = set()
"""Workspaces, and the thread of this process that holds their lock."""

_PATIENCE = 10.0
"""Seconds that `init` waits for another process, which may be making the same workspace."""

GITIGNORE = "# Nothing in here is ever committed: it holds the raw transcripts and the key.\n*\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A folder with corpus.toml and private/."""

    root: Path
    config: Config
    key: bytes = field(repr=False)
    """The secret behind every keyed fingerprint; never in a release."""

    @property
    def private(self) -> Path:
        """The folder that never leaves the house."""
        return self.root / PRIVATE

    @property
    def releases(self) -> Path:
        """The folder of releases."""
        return self.root / RELEASES

    @property
    def rules(self) -> Path | None:
        """The steward's own rules, where there are any.

        Raises:
            ConfigError: corpus.toml names a folder that is not there.
        """
        return self._existing("rules", self.config.rules)

    @property
    def roster(self) -> Path | None:
        """The steward's roster, where there is one.

        Raises:
            ConfigError: corpus.toml names a file that is not there.
        """
        return self._existing("roster", self.config.roster)

    def _existing(self, setting: Literal["rules", "roster"], name: str) -> Path | None:
        path = self.root / name
        if path.exists():
            return path
        if name == getattr(Config(), setting):
            return None
        raise ConfigError(
            "names what is not there",
            path=self.root / config.FILE_NAME,
            place=f"[detect] {setting}",
            remedy=f"make {path}, or mend the name",
        )

    def registry(self) -> Registry:
        """Open the database; the caller closes it.

        Raises:
            WorkspaceError: it is of another version or damaged.
        """
        return Registry.open(self.private / "workspace.db")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the workspace for writing; one thread of one process, which may hold it repeatedly.

        Raises:
            MachineError: another process holds it.
        """
        with hold(self.root):
            yield


@contextmanager
def hold(root: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the folder's workspace, waiting some seconds for another process to let go of it.

    It need not be one that can be opened.

    Raises:
        MachineError: another process holds it.
    """
    mine = (root, threading.get_ident())
    if mine in _held:
        yield
        return
    end = time.monotonic() + patience
    with (root / PRIVATE / "lock").open("a") as handle:
        while not _taken(handle):
            if time.monotonic() >= end:
                raise MachineError(
                    f"another corpus process is working in {root} - wait until it is done"
                )
            time.sleep(0.02)
        _held.add(mine)
        try:
            yield
        finally:
            _held.remove(mine)


def _taken(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def init(root: Path) -> Workspace:
    """Make a workspace in the folder; one that is there already stays as it is.

    Raises:
        MachineError: the folder cannot be written.
    """
    _refuse_half_restored(root)
    try:
        private = root / PRIVATE
        private.mkdir(parents=True, exist_ok=True, mode=0o700)
        private.chmod(0o700)
        with hold(root.resolve(), _PATIENCE):
            _write_once(private / ".gitignore", GITIGNORE)
            _prepare(private)
            _write_once(root / config.FILE_NAME, config.TEMPLATE, mode=0o644)
    except OSError as error:
        raise MachineError(f"{root} cannot be made a workspace: {error.strerror}") from error
    return open_at(root)


def _prepare(private: Path) -> None:
    """Make database and key, in this order: a key without a database means that it was lost."""
    key, database = private / "key", private / "workspace.db"
    with Registry.open(database, create=not key.exists()) as registry:
        if not key.exists() and registry.entries():
            raise WorkspaceError(
                "the workspace holds transcripts but its key is missing",
                path=key,
                remedy=f"{RESTORE}, or put a copy of the key there; IDs and verdicts depend on it",
            )
    _write_once(key, secrets.token_hex(32) + "\n")


def _write_once(path: Path, text: str, mode: int = 0o600) -> None:
    if not path.exists():
        files.replace(path, text.encode(), mode=mode)


def find(start: Path) -> Workspace:
    """Open the workspace that the folder lies in, looking upwards.

    Raises:
        WorkspaceError: there is none.
    """
    folder = root_above(start)
    if folder is None:
        raise WorkspaceError(
            "no workspace here or above",
            path=start,
            remedy="make one with `corpus init DIR`, or name one with --workspace DIR",
        )
    return open_at(folder)


def root_above(start: Path) -> Path | None:
    """Return the folder with a corpus.toml that the folder lies in, or is, if there is one."""
    folders = (start.resolve(), *start.resolve().parents)
    return next((folder for folder in folders if (folder / config.FILE_NAME).is_file()), None)


def open_at(root: Path) -> Workspace:
    """Open the workspace in the folder itself.

    Raises:
        WorkspaceError: the folder is none, or its private part is missing.
        ConfigError: its corpus.toml does not hold.
    """
    _refuse_half_restored(root)
    if not (root / config.FILE_NAME).is_file():
        raise WorkspaceError(
            "no corpus.toml in this folder", path=root, remedy=f"run `corpus init {root}`"
        )
    return Workspace(
        root=root.resolve(),
        config=config.load(root / config.FILE_NAME),
        key=read_key(root / PRIVATE / "key"),
    )


def _refuse_half_restored(root: Path) -> None:
    if (root / PRIVATE / RESTORING).exists():
        raise WorkspaceError(
            "a restore was interrupted here",
            path=root,
            remedy="run the same `corpus restore` command again, it goes on where it stopped",
        )


def read_key(path: Path) -> bytes:
    """Return the key that a file holds.

    Raises:
        WorkspaceError: there is none, or it is damaged.
        MachineError: it cannot be read.
    """
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise WorkspaceError(
            "the workspace's key is missing",
            path=path,
            remedy=f"{RESTORE}; if nothing was ingested yet, run `corpus init`; a clone of the"
            " repository has no workspace, only the machine that it was made on",
        ) from error
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError:
        key = b""
    if len(key) != 32:  # noqa: PLR2004, the length init writes
        raise WorkspaceError("the workspace's key is damaged", path=path, remedy=RESTORE)
    return key
