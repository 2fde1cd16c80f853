"""The guard's key: made from the workspace's, handed to colleagues, found in their clones."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from pathlib import Path

from corpus import files
from corpus.errors import ConfigError, GuardError, MachineError

VARIABLE = "CORPUS_GUARD_KEY"
FILE = "corpus-guard-key"
"""In the git directory that all working trees of a repository share."""

INSTALL = "run `corpus guard install`"
"""The command that mends a key that is absent or wrong."""

ASK = f"{INSTALL}, with the key that `corpus guard key` prints in the workspace"
"""The same where one may not know whom to ask."""

_KEY = re.compile(r"[0-9a-fA-F]{64}")
_LONGEST = 4096


def derive(secret: bytes, number: int = 1) -> bytes:
    """Return the guard's key of a workspace's key, which does not follow from it.

    Args:
        secret: the workspace's key.
        number: which of them; another where one has leaked.
    """
    return hmac.digest(secret, f"corpus guard key {number}".encode(), hashlib.sha256)


def parse(text: str, where: Path | str) -> bytes:
    """Return the key that a text writes out.

    Raises:
        ConfigError: it does not write out any.
    """
    digits = text.strip()
    if not _KEY.fullmatch(digits):
        raise ConfigError(
            "holds no guard key: that has 64 hexadecimal digits",
            path=where,
            remedy="get it from whoever keeps the workspace (`corpus guard key`)",
        )
    return bytes.fromhex(digits)


def find(root: Path) -> bytes | None:
    """Return the key that this machine has for the repository of a folder, if there is one.

    Raises:
        GuardError: what is there is no key.
        MachineError: it cannot be read.
    """
    if is_given():
        return _kept(os.environ[VARIABLE], VARIABLE)
    folder = common_dir(root)
    path = folder / FILE if folder else None
    if path is None or not path.is_file():
        return None
    return _kept(_start_of(path), path)


def _kept(text: str, where: Path | str) -> bytes:
    try:
        return parse(text, where)
    except ConfigError as error:
        raise GuardError(str(error)) from None


def is_given() -> bool:
    """Tell whether the environment has a key, which goes before one that was installed."""
    return bool(os.environ.get(VARIABLE))


def installed(root: Path) -> Path | None:
    """Return where a key was installed for the repository of a folder, if one was."""
    folder = common_dir(root)
    return folder / FILE if folder and (folder / FILE).exists() else None


def install(root: Path, key: bytes) -> Path:
    """Write the key for the repository of a folder, for its owner alone; return where.

    Raises:
        ConfigError: the folder is in no repository.
        MachineError: it cannot be written.
    """
    folder = common_dir(root)
    if folder is None:
        raise ConfigError(
            "no git repository here or above",
            path=root,
            remedy=f"set {VARIABLE} where there is none, as in CI",
        )
    path = folder / FILE
    try:
        files.replace(path, f"{key.hex()}\n".encode())
    except OSError as error:
        raise MachineError(f"{path} cannot be written: {error.strerror}") from error
    return path


def work_tree(start: Path) -> Path | None:
    """Return the top of the working tree that a folder lies in, if it lies in one."""
    folders = (start.resolve(), *start.resolve().parents)
    return next((folder for folder in folders if (folder / ".git").exists()), None)


def common_dir(start: Path) -> Path | None:
    """Return the git directory that all working trees of a folder's repository share."""
    top = work_tree(start)
    if top is None or (top / ".git").is_dir():
        return top and top / ".git"
    folder = top / _start_of(top / ".git").removeprefix("gitdir:").strip()
    try:
        common = folder / "commondir"
        shared = folder / _start_of(common).strip() if common.is_file() else folder
        return shared.resolve() if shared.is_dir() else None
    except OSError:  # a name that no file can have
        return None


def _start_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return os.fsdecode(file.read(_LONGEST))
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror}") from error
