"""Other names for the same person: Jonathan is Jon, and Kate may be Katherine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from corpus.rules import builtin_folder
from corpus.surfaces import key

FILE = "nicknames.txt"
"""The groups, in the folder of our own rules."""


def others(name: str) -> tuple[str, ...]:
    """Return what else someone of this first name may be called, folded and in order."""
    return _others().get(key(name), ())


@cache
def _others() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for group in _groups():
        for name in group:
            found.setdefault(name, set()).update(group)
    return {name: tuple(sorted(group - {name})) for name, group in found.items()}


def _groups() -> Iterator[tuple[str, ...]]:
    text = (builtin_folder() / FILE).read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            yield tuple(key(name) for name in line.split())
