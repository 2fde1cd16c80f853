"""Files that the check goes by, read without ever waiting for one, and never more than is right."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from corpus.errors import MachineError

WITHOUT_WAITING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
"""How a file is opened: a pipe may have taken its place since it was looked at."""


def read(path: Path, most: int) -> bytes | None:
    """Return what a file holds, at most a byte more than `most`; None where there is no file.

    Raises:
        MachineError: it cannot be read, or what is there is no file: nothing is known of what it
            should say.
    """
    try:
        with regular(path) as file:
            return file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise MachineError(f"{path} is a link that leads nowhere - restore it") from None
        return None
    except OSError as error:
        remedy = " - restore it" if error.errno == errno.EINVAL else ""
        raise MachineError(f"{path} cannot be read: {error.strerror}{remedy}") from error


@contextmanager
def regular(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be read.

    Raises:
        OSError: it cannot be opened, or what is there is no file.
    """
    number = os.open(path, WITHOUT_WAITING)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        with os.fdopen(number, "rb", closefd=False) as file:
            yield file
    finally:
        os.close(number)
