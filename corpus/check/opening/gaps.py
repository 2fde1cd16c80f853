"""Bytes that no part of a file lays claim to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_NOTHING = b"\0 \t\r\n"


def between(data: bytes, claimed: Iterable[tuple[int, int]]) -> Iterator[bytes]:
    """Yield what stands between the claimed stretches, where it is more than blanks and zeros."""
    at = 0
    for start, end in [*sorted(claimed), (len(data), len(data))]:
        rest = data[at:start]
        if rest.strip(_NOTHING):
            yield rest
        at = max(at, end)
