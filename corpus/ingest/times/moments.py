"""When a turn was said, as records state it, to milliseconds; no date comes through."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.ingest.times import clocks

_DATED = 10**11
"""From three years on, milliseconds count from 1970, not from the start of a recording."""
_LATEST_START = 300_000
"""A recording whose first words come later shows the time of day, or is a piece of one."""
_LAST = 10**13
"""The year 2286: what lies beyond counts something smaller than milliseconds, or nothing."""
_LONGEST = 10**7
"""Seconds in four months; a larger number is a date written without its strokes (20240131)."""
_LARGEST = 10**19
"""More than any clock counts."""


def read(value: object, column: str) -> int | None:
    """Return the milliseconds that a record states, or None where they cannot be told.

    Plain numbers are seconds, unless the column's name ends in "ms". Dates and numbers
    too large for a recording become milliseconds from 1970, for `from_first` to take away.
    """
    if isinstance(value, str):
        number = _number(value)
        if number is None:
            return _spelt(value)
        value = number
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value < _LARGEST:
        return None
    return _milliseconds(value) if is_in_milliseconds(column) else _seconds(value)


def is_in_milliseconds(column: str) -> bool:
    """Tell whether the numbers in a column of this name are milliseconds; others are seconds."""
    return column.strip().casefold().endswith("ms")


def from_first(moments: Sequence[int | None]) -> list[int | None]:
    """Return one transcript's moments, so that they tell neither dates nor times of day.

    Those from 1970 count from the first of them, and so do those of a recording that would
    begin later than recordings do, past midnight too.
    """
    dated = [m if m is not None and m >= _DATED else None for m in moments]
    counted = [m if m is not None and m < _DATED else None for m in moments]
    first = next((m for m in counted if m is not None), 0)
    if first >= _LATEST_START:
        counted = [None if m is None else clocks.since(first, m) for m in counted]
    from_date = clocks.since_first(dated)
    return [c if d is None else d for d, c in zip(from_date, counted, strict=True)]


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
    clock = clocks.offset(text)
    if clock is not None:
        return clock
    moment = clocks.moment(text)
    return moment if moment is not None and moment >= _DATED else None
