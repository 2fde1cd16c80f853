"""Patterns of file names, as .gitignore has them in the main: *, **, ?, and folders as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_PARTS = re.compile(r"\*\*/?|\*|\?|\[!?[^\]/]+\]|[^*?\[]+|\[")


@dataclass(frozen=True, slots=True)
class Globs:
    """Several patterns; a name matches where one of them does."""

    pattern: re.Pattern[str] | None

    @staticmethod
    @lru_cache(maxsize=16)
    def of(globs: tuple[str, ...]) -> Globs:
        """Return the patterns made ready.

        A pattern without "/" (but for one at its end) is that of a name in any folder; others
        begin at the root. One that matches a folder matches all that is in it.
        """
        return Globs(re.compile("|".join(map(_regex, globs)), re.DOTALL) if globs else None)

    def match(self, name: str) -> bool:
        """Tell whether a name, with "/" between its parts, is meant."""
        return self.pattern is not None and self.pattern.fullmatch(name) is not None


def _regex(glob: str) -> str:
    body = glob.strip("/") if "/" in glob.rstrip("/") else f"**/{glob.rstrip('/')}"
    return f"{''.join(map(_part, _PARTS.findall(body)))}(?:/.*)?"


def _part(part: str) -> str:
    if part == "**/":
        return "(?:.*/)?"
    if part == "**":
        return ".*"
    if part == "*":
        return "[^/]*"
    if part == "?":
        return "[^/]"
    if part.startswith("[") and part != "[":
        return f"[^{part[2:]}" if part[1] == "!" else part
    return re.escape(part)
