"""What sources write about time in, milliseconds from a start out; no date gets through."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

_CLOCK = re.compile(r"(?:(\d{1,4}):(?=\d\d:))?(\d{1,4}):([0-5]\d)(?:[.,](\d{1,9}))?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST = datetime.max.replace(tzinfo=UTC).timestamp()
_LONGEST = 40
_DAY = 86_400_000
_HALF_A_DAY = _DAY // 2


def offset(text: str) -> int | None:
    """Return the milliseconds that a clock shows: "12:03", "00:12:03.5", "1:02:03,250".

    Two parts are minutes and seconds. What is no such clock gives None.
    """
    match = _CLOCK.fullmatch(text.strip())
    if not match:
        return None
    hours, minutes, seconds, fraction = match.groups(default="")
    if hours and int(minutes) >= 60:  # noqa: PLR2004 - minutes in an hour
        return None
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0")[:3])


def moment(value: object) -> int | None:
    """Return when something was, as milliseconds since 1970; None where it does not say.

    Takes ISO 8601 and seconds since 1970, as a number or written out. A time without a
    zone counts as UTC: only what lies between two of one chat matters.
    """
    if isinstance(value, datetime):
        zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
        return (zoned - _EPOCH) // _MILLISECOND if zoned >= _EPOCH else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str) and len(value) > _LONGEST:
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    except ValueError:
        return _iso(str(value))
    return round(seconds * 1000) if math.isfinite(seconds) and 0 <= seconds <= _LAST else None


def since_first(moments: Sequence[int | None]) -> list[int | None]:
    """Return how long after the earliest moment each was, so that none tells its date."""
    first = min((m for m in moments if m is not None), default=0)
    return [None if m is None else m - first for m in moments]


def since(first: int, clock: int) -> int | None:
    """Return how long after the first a clock of the same talk shows, past midnight too.

    None where it shows an earlier time, so that it cannot be told.
    """
    if first - _HALF_A_DAY < clock < first:
        return None
    return clock - first + (_DAY if clock < first else 0)


def _iso(text: str) -> int | None:
    try:
        return moment(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None
