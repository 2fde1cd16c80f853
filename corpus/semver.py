"""Semantic versions: which of two is later, and how large a step lies between them; pure."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from corpus.errors import ReleaseError

Step = Literal["patch", "minor", "major"]
STEPS: tuple[Step, ...] = ("patch", "minor", "major")
"""From the smallest to the largest."""

_NUMBER = r"(?:0|[1-9][0-9]*)"
_WORD = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_WORD}(?:\.{_WORD})*))?", re.ASCII
)
_LONGEST = 64


class Version(NamedTuple):
    """A version; compare by `precedence`, since a pre-release comes before its release."""

    major: int
    minor: int
    patch: int
    pre: str = ""

    def __str__(self) -> str:
        """Return it as it is written."""
        numbers = f"{self.major}.{self.minor}.{self.patch}"
        return f"{numbers}-{self.pre}" if self.pre else numbers

    @property
    def precedence(self) -> tuple[object, ...]:
        """Return a sort key, as semver.org defines it."""
        words = tuple(
            (0, int(word), "") if word.isdecimal() else (1, 0, word)
            for word in self.pre.split(".")
            if word
        )
        return (self.major, self.minor, self.patch, not self.pre, words)

    def raised(self, step: Step) -> Version:
        """Return the next version that is at least this step further."""
        if self.pre:
            return self._replace(pre="")
        if step == "major":
            return Version(self.major + 1, 0, 0)
        if step == "minor":
            return Version(self.major, self.minor + 1, 0)
        return Version(self.major, self.minor, self.patch + 1)

    def step_from(self, before: Version) -> Step:
        """Return how large a step leads here from an earlier version.

        From a pre-release every step is one of any size: it was a draft. While the first
        number is 0, the second is raised for what raises the first later on.
        """
        if before.pre or self.major != before.major:
            return "major"
        if self.minor != before.minor:
            return "minor" if self.major else "major"
        return "patch"


def is_version(text: str) -> bool:
    """Tell whether the text is a semantic version."""
    return len(text) <= _LONGEST and _SEMVER.fullmatch(text) is not None


def parse(text: str) -> Version:
    """Return the version that a text names.

    Raises:
        ReleaseError: it is no semantic version.
    """
    match = _SEMVER.fullmatch(text) if len(text) <= _LONGEST else None
    if not match:
        remedy = "write three numbers, such as 1.0.0 or 1.1.0-rc.1"
        raise ReleaseError(f"{text[:_LONGEST]!r} is no semantic version", remedy=remedy)
    return Version(int(match[1]), int(match[2]), int(match[3]), match[4] or "")
