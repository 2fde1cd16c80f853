"""The bytes that git keeps, through one `git cat-file --batch`, one blob at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from corpus.check import git

if TYPE_CHECKING:
    from subprocess import Popen

_PIECE = 1 << 20
_HEAD = 1 << 13
_DEATHS = 20
"""How often git may end over a blob before the rest is given up: it does so for each that a
partial clone left on the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLarge:
    """A blob that was passed over rather than held."""

    size: int
    sha256: str
    """Of its bytes; not the name that git gives it."""
    head: bytes = field(repr=False)
    """The first of them, which tell what it is."""


class Blobs:
    """Hands out blobs by their names; git is started for the first and ended on the way out."""

    def __init__(self, top: Path, *, most: int) -> None:
        """Prepare for the repository of a working tree; `most` bytes of a blob are held."""
        self._top = top
        self._most = most
        self._process: Popen[bytes] | None = None
        self._deaths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, oid: str) -> bytes | TooLarge | None:
        """Return a blob; None where git has none of that name, or cannot unpack it.

        Raises:
            MachineError: git cannot be started.
        """
        if self._deaths > _DEATHS:
            return None
        process = self._process or self._start()
        asked, answers = process.stdin, process.stdout
        if asked is None or answers is None:
            raise AssertionError
        try:
            asked.write(f"{oid}\n".encode())
            asked.flush()
            return self._answer(answers)
        except (EOFError, BrokenPipeError):
            self._deaths += 1
            self._end()
            return None

    def _start(self) -> Popen[bytes]:
        import subprocess

        try:
            self._process = subprocess.Popen(  # noqa: S603 - the arguments are ours
                [*git.COMMAND, "cat-file", "--batch"],
                cwd=self._top,
                env=git.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise git.unstartable(error) from None
        return self._process

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _answer(self, answers: IO[bytes]) -> bytes | TooLarge | None:
        """Read "name blob size", the bytes and an end of line; or "name missing"."""
        header = answers.readline().split()
        if header[1:] == [b"missing"]:
            return None
        if len(header) != 3:  # noqa: PLR2004 - as the docstring says
            raise EOFError
        size = int(header[2])
        blob = _held(answers, size) if size <= self._most else _passed(answers, size)
        answers.read(1)
        return blob


def _held(answers: IO[bytes], size: int) -> bytes:
    data = answers.read(size)
    if len(data) != size:
        raise EOFError
    return data


def _passed(answers: IO[bytes], size: int) -> TooLarge:
    digest = hashlib.sha256()
    head = b""
    left = size
    while left:
        piece = answers.read(min(left, _PIECE))
        if not piece:
            raise EOFError
        digest.update(piece)
        head = head or piece[:_HEAD]
        left -= len(piece)
    return TooLarge(size=size, sha256=digest.hexdigest(), head=head)
