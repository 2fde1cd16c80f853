"""When a turn was said, as records state it, to milliseconds; no date comes through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from corpus.ingest import times

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATED = 10**11
"""From three years on, milliseconds count from 1970, not from the start of a recording."""
_LAST = 10**13
"""The year 2286: what lies beyond counts something smaller than milliseconds, or nothing."""
_LONGEST = 10**7
"""Seconds in four months; a larger number is a date written without its strokes (20240131)."""
_LARGEST = 10**19
"""More than any clock counts."""


def read(value: object, column: str) -> int | None:
    """Return the milliseconds that a record states, or None where they cannot be told.

    Plain numbers are seconds, unless the column's name ends in "ms". Dates and numbers
    too large for a recording become milliseconds from 1970, for `since` to take away.
    """
    if isinstance(value, str):
        number = _number(value)
        if number is None:
            return _spelt(value.strip())
        value = number
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value < _LARGEST:
        return None
    return _milliseconds(value) if is_in_milliseconds(column) else _seconds(value)


def is_in_milliseconds(column: str) -> bool:
    """Tell whether the numbers in a column of this name are milliseconds; others are seconds."""
    return column.strip().casefold().endswith("ms")


def origin(moments: Iterable[int | None]) -> int:
    """Return the first of a transcript's moments that count from 1970; 0 where none does."""
    return min((m for m in moments if m is not None and m >= _DATED), default=0)


def since(moment: int | None, first: int) -> int | None:
    """Return a moment counted from the transcript's first where it counts from 1970."""
    return moment if moment is None or moment < _DATED else moment - first


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _milliseconds(value: float) -> int | None:
    return round(value) if value < _LAST else None


def _seconds(value: float) -> int | None:
    moment = value * 1000
    if value < _LONGEST:
        return round(moment)
    while moment >= _LAST:  # it was in milliseconds, microseconds or nanoseconds already
        moment /= 1000
    return round(moment) if moment >= _DATED else None


def _spelt(text: str) -> int | None:
    offset = times.offset(text)
    if offset is not None:
        return offset
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    since_epoch = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
    milliseconds = since_epoch // timedelta(milliseconds=1)
    return milliseconds if milliseconds >= _DATED else None
