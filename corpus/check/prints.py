"""Keyed fingerprints of places, by which a baseline knows them again.

The name of the file is part of each, so that nobody sees from two prints that two files hold the
same: a file that goes by another name is another file.
"""

from __future__ import annotations

from corpus import ids


def of_surface(key: bytes, name: str, rule: str, surface: str) -> str:
    """Return the print of what a rule found in a file."""
    return ids.keyed(key, "place", name, rule, ids.normalise(surface))


def of_file(key: bytes, name: str, rule: str, sha256: str) -> str:
    """Return the print of what is told of a file as a whole, as it is now."""
    return ids.keyed(key, "file", name, rule, sha256)


def of_key(key: bytes) -> str:
    """Return by what a key is known again; nothing of the key follows from it."""
    return ids.keyed(key, "baseline")
