"""Files that the check goes by, read without ever waiting for one, and never more than is right."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from corpus.errors import MachineError

WITHOUT_WAITING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
"""How a file is opened: a pipe may have taken its place since it was looked at."""


def read(path: Path, most: int) -> bytes | None:
    """Return what a file holds, cut where it is more than one byte above `most`; None without one.

    Raises:
        MachineError: it cannot be read, or what is there is no file: nothing is known of what it
            should say.
    """
    try:
        number = os.open(path, WITHOUT_WAITING)
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise MachineError(f"{path} is a link that leads nowhere - restore it") from None
        return None
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror}") from error
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise MachineError(f"{path} cannot be read: it is no regular file - restore it")
        with os.fdopen(number, "rb", closefd=False) as file:
            return file.read(most + 1)
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror}") from error
    finally:
        os.close(number)
