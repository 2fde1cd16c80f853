"""What is dear to work out, kept in the user's cache folder; without one it is worked out again.

Only what this user alone can have written is read: a folder or file that belongs to somebody
else, that others may write to, or that is a link, counts as none, and so does a file that is not
whole. Nothing of a transcript is ever kept here.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus import __version__, files

_LARGEST = 8_000_000
_MOST_FILES = 16
_CODE = Path(__file__).parent
_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def key(*parts: bytes) -> str:
    """Return the digest of what a thing is worked out from: the parts, and this code."""
    sha = hashlib.sha256(__version__.encode())
    for part in (*_code(), *parts):
        sha.update(len(part).to_bytes(8, "big"))
        sha.update(part)
    return sha.hexdigest()


@lru_cache(maxsize=1)
def _code() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(_CODE.rglob("*.py")))


def read(digest: str) -> Any:
    """Return what was kept for a key; None if it was not, or is not to be trusted."""
    folder = _folder()
    if folder is None or not _is_ours(folder):
        return None
    data = _bytes(folder / _name(digest))
    seal, _, body = data.partition(b"\n")
    if seal != _seal(digest, body):
        return None
    return json.loads(body)


def is_usable() -> bool:
    """Tell whether anything can be kept; the folder is made where there is none."""
    folder = _folder()
    if folder is None:
        return False
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return _is_ours(folder) and os.access(folder, os.W_OK)


def write(digest: str, value: object) -> None:
    """Keep something for a key, where that is possible."""
    folder = _folder()
    if folder is None or not is_usable():
        return
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    with suppress(OSError):
        files.replace(folder / _name(digest), _seal(digest, body) + b"\n" + body)
        _tidy(folder)


def _folder() -> Path | None:
    home = os.environ.get("XDG_CACHE_HOME", "")
    if home and Path(home).is_absolute():
        return Path(home) / "corpus"
    try:
        return Path.home() / ".cache" / "corpus"
    except RuntimeError:
        return None


def _name(digest: str) -> str:
    return f"rules-{digest[:32]}"


def _seal(digest: str, body: bytes) -> bytes:
    return hashlib.sha256(f"{digest}\n".encode() + body).hexdigest().encode()


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and _is_own(found)


def _is_own(found: os.stat_result) -> bool:
    return not found.st_mode & _OTHERS and found.st_uid == os.geteuid()


def _bytes(path: Path) -> bytes:
    """Return what a file holds, nothing if it is not to be trusted."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or not _is_own(found):
            return b""
        return file.read(_LARGEST)


def _tidy(folder: Path) -> None:
    """Leave the latest files alone."""
    kept = sorted(folder.glob("rules-*"), key=lambda path: path.lstat().st_mtime_ns)
    for path in kept[:-_MOST_FILES]:
        with suppress(OSError):
            path.unlink()
