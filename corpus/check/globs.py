"""Patterns of file names, as .gitignore has them in the main: *, **, ?, and folders as a whole.

A name is matched part by part, and within a part each * but the last takes as little as it can and
never more: the time grows with the lengths, whatever the pattern.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_PIECES = re.compile(r"\*+|\?|\[!?[^\]]+\]|[^*?\[]+|\[")
_ANY_FOLDERS = "**"

Step = re.Pattern[str] | None
"""What a part of a name must match; None for any number of folders."""


@dataclass(frozen=True, slots=True)
class Globs:
    """Several patterns; a name matches where one of them does."""

    patterns: tuple[tuple[Step, ...], ...]

    @staticmethod
    @lru_cache(maxsize=16)
    def of(globs: tuple[str, ...], *, any_case: bool = False) -> Globs:
        """Return the patterns made ready.

        A pattern without "/" (but for one at its end) is that of a name in any folder; others
        begin at the root. One that matches a folder matches all that is in it.

        Args:
            globs: the patterns.
            any_case: whether capitals and small letters are the same, as in the file systems of
                macOS and Windows.
        """
        flags = re.DOTALL | (re.IGNORECASE if any_case else 0)
        composed = (unicodedata.normalize("NFC", glob) for glob in globs)
        return Globs(tuple(tuple(_steps(glob, flags)) for glob in composed))

    def match(self, name: str) -> bool:
        """Tell whether a name, with "/" between its parts, is meant."""
        parts = unicodedata.normalize("NFC", name).split("/")
        return any(_begins(steps, parts) for steps in self.patterns)


def below(globs: Iterable[str], folder: str) -> Iterator[str]:
    """Yield the patterns of a folder as those of one above.

    Args:
        globs: the patterns.
        folder: its name in the one above, "." where it is the same.
    """
    for glob in globs:
        is_of_name = "/" not in glob.rstrip("/")
        deeper = f"{_ANY_FOLDERS}/{glob}" if is_of_name else glob.lstrip("/")
        yield glob if folder == "." else f"/{_literal(folder)}/{deeper}"


def _literal(folder: str) -> str:
    """Return a pattern that is that folder alone."""
    return re.sub(r"[*?\[]", r"[\g<0>]", folder)


def _begins(steps: tuple[Step, ...], parts: list[str]) -> bool:
    """Tell whether some first parts of a name, or all of them, match."""
    ends = {0}
    for step in steps:
        if step is None:
            ends = set(range(min(ends), len(parts)))
        else:
            ends = {end + 1 for end in ends if end < len(parts) and step.fullmatch(parts[end])}
        if not ends:
            return False
    return True


def _steps(glob: str, flags: int) -> Iterator[Step]:
    body = glob.strip("/") if "/" in glob.rstrip("/") else f"{_ANY_FOLDERS}/{glob.rstrip('/')}"
    parts = [part for part in body.split("/") if part]
    for part in parts[:-1]:
        yield None if part == _ANY_FOLDERS else re.compile(_regex(part), flags)
    yield from (re.compile(_regex(part), flags) for part in parts[-1:])


def _regex(part: str) -> str:
    runs = [""]
    for piece in _PIECES.findall(part):
        if piece.startswith("*"):
            runs.append("")
        else:
            runs[-1] += _plain(piece)
    first, *others = runs
    if not others:
        return first
    return f"{first}{''.join(f'(?>.*?{run})' for run in others[:-1])}.*{others[-1]}"


def _plain(piece: str) -> str:
    if piece == "?":
        return "."
    if piece.startswith("[") and piece != "[":
        is_not = piece[1] == "!"
        body = re.sub(r"[\[\\&~|^]", r"\\\g<0>", piece[1 + is_not : -1])
        return f"[{'^' * is_not}{body}]"
    return re.escape(piece)
