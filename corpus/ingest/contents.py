"""What a source file holds, all of it as it stood at one moment."""

from __future__ import annotations

import errno
import os
import stat
import sys
from typing import BinaryIO

from corpus.errors import MachineError, SourceError

_LEADS_NOWHERE = (errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR)
"""What is wrong with a path, and no fault of the machine."""


def of(path: str, stdin: BinaryIO | None = None) -> bytes:
    """Return the bytes of the file; "-" is standard input.

    Raises:
        SourceError: there is no such file, or it is a folder, a pipe, a device, a circle of links.
        MachineError: it could not be read, or was written to meanwhile.
    """
    try:
        if path == "-":
            return (stdin or sys.stdin.buffer).read()
        return _at_rest(path)
    except (FileNotFoundError, IsADirectoryError) as error:
        problem = "is a folder" if isinstance(error, IsADirectoryError) else "no such file"
        raise SourceError(problem, path=path, remedy="name a transcript file") from None
    except OSError as error:
        if error.errno in _LEADS_NOWHERE:
            raise SourceError(
                f"leads to no file ({error.strerror})",
                path=path,
                remedy="name a transcript file",
            ) from None
        raise MachineError(
            f"{path}: could not be read ({error.strerror}) - check the file's permissions"
        ) from error


def _at_rest(path: str) -> bytes:
    with open(path, "rb", opener=_without_waiting) as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise SourceError(
                "is a pipe or a device",
                path=path,
                remedy="name a file, or write - for the path and pipe it in",
            )
        data = file.read()
        after = os.fstat(file.fileno())
    if (after.st_size, after.st_mtime_ns) != (len(data), before.st_mtime_ns):
        raise MachineError(
            f"{path}: was written to while it was read - wait until it is complete, then run again"
        )
    return data


def _without_waiting(path: str, flags: int) -> int:
    """Open at once: a pipe would wait for who writes into it, perhaps for ever."""
    return os.open(path, flags | os.O_NONBLOCK)
