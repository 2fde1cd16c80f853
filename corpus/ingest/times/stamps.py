"""How a transcript states the time of a turn, and what that is from its beginning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.ingest.times.clocks import offset, since

_FRACTION = r"(?:[.,]\d{1,6})?"
LONG = rf"\d{{1,3}}:[0-5]\d:[0-5]\d{_FRACTION}"
"""Hours, minutes, seconds: hardly anything but a recording's time is written like this."""
TIME = rf"(?:{LONG}|\d{{1,3}}:[0-5]\d{_FRACTION})(?:[ ]?[AaPp]\.?[Mm]\b\.?)?"
TO = r"[ \t]*(?:-->|->|[-\u2013\u2014])[ \t]*"
RANGE = rf"{TIME}(?:{TO}{TIME})?"
STAMP = rf"(?:\[{RANGE}\]|\({RANGE}\)|<{RANGE}>|{RANGE})"
ENCLOSED = rf"(?:\[{RANGE}\]|\({RANGE}\))"

_TIME = re.compile(TIME)
_MINUTE, _HOUR = 60_000, 3_600_000
_LATEST_START = 5 * _MINUTE
_NOON = 12 * _HOUR
_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When a turn begins and ends, in milliseconds from the start."""

    start: int | None = None
    end: int | None = None


def from_start(stamps: Sequence[str]) -> list[When]:
    """Return when each turn begins and ends, of the stamps of one transcript in order.

    Times of day never get through: they count from the first. A transcript whose first
    stamp is later than recordings begin shows the time of day, or is a piece of one.
    """
    times = [_TIME.findall(stamp)[:2] for stamp in stamps]
    found = [time for pair in times for time in pair]
    if not found:
        return [When() for _ in stamps]
    by_clock = any(time.rstrip(".").lower().endswith("m") for time in found)
    short = all(time.count(":") == 1 for time in found)
    first = _count(found[0], in_hours=False)
    late = _LATEST_START if short else _HOUR
    by_clock = by_clock or first is None or first >= late
    in_hours = by_clock and short and all(int(time.split(":")[0]) < _HOURS for time in found)
    zero = _count(found[0], in_hours=in_hours) or 0 if by_clock else 0
    counted = [[_counted(zero, time, in_hours=in_hours) for time in pair] for pair in times]
    return [When(**dict(zip(("start", "end"), pair, strict=False))) for pair in counted]


def _counted(zero: int, time: str, *, in_hours: bool) -> int | None:
    count = _count(time, in_hours=in_hours)
    return None if count is None else since(zero, count)


def _count(time: str, *, in_hours: bool) -> int | None:
    """Return the milliseconds of a time; two numbers are hours and minutes if in_hours."""
    digits = time.rstrip("AaPpMm. ")
    count = offset(f"{digits}:00" if in_hours and digits.count(":") == 1 else digits)
    half = time[len(digits) :].strip().lower()[:1]
    if count is None or not half:
        return count
    return count % _NOON + (_NOON if half == "p" else 0)
