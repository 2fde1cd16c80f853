"""Whether a zip archive may be opened, and what of it must not be unpacked."""

from __future__ import annotations

import re
import zlib
from zipfile import BadZipFile

BROKEN = (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error)
"""What reading an archive raises that is none, or no longer."""

_DIRECTORY_END = b"PK\x05\x06"
_MOST_DIRECTORY = 2 << 20
"""Bytes of the archive's table of contents: ten thousand pictures need one."""
_SMALL = 16 << 20
_MOST_RATIO = 200


def has_directory(content: bytes) -> bool:
    """Tell whether the archive ends in a table of contents of no more than usual size."""
    end = content.rfind(_DIRECTORY_END)
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    return end >= 0 and size <= _MOST_DIRECTORY


def swells(unpacked: int, packed: int) -> bool:
    """Tell whether something unpacks to far more than it holds."""
    return unpacked > max(_SMALL, _MOST_RATIO * packed)


def leads_out(name: str) -> bool:
    """Tell whether the name of a member leads out of the archive."""
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name
