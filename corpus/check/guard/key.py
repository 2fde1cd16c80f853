"""The guard's key: made from the workspace's, handed to colleagues, found in their clones."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from pathlib import Path

from corpus import files
from corpus.check import bounded, git
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
    path = _place(root)
    if path is None or not path.is_file():
        return None
    written = bounded.read(path, _LONGEST) or b""
    return _kept(os.fsdecode(written), path)


def _place(root: Path) -> Path | None:
    """Return where the key of a folder's repository lies, or would."""
    folder = git.common_dir(root)
    return folder / FILE if folder and os.path.isdir(folder) else None  # noqa: PTH112, any name


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
    path = _place(root)
    return path if path and path.exists() else None


def install(root: Path, key: bytes) -> Path:
    """Write the key for the repository of a folder, for its owner alone; return where.

    Raises:
        ConfigError: the folder is in no repository.
        MachineError: it cannot be written.
    """
    path = _place(root)
    if path is None:
        raise ConfigError(
            "no git repository here or above",
            path=root,
            remedy=f"set {VARIABLE} where there is none, as in CI",
        )
    try:
        files.replace(path, f"{key.hex()}\n".encode())
    except OSError as error:
        raise MachineError(f"{path} cannot be written: {error.strerror}") from error
    return path
