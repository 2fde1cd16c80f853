"""Dates and clocks as people's phones write them in, moments out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from corpus.ingest.times.clocks import moment

_SHORT_YEAR = 100
_CENTURY = 2000
_NOON = 12


class Stamp(NamedTuple):
    """A date, a clock and the half of the day, as they are written."""

    date: str
    time: str
    half: str
    """ "a" or "p" in either case; "" where the clock counts to 24."""


def moments(stamps: Sequence[Stamp]) -> list[int | None]:
    """Return when each was; None for what is no date.

    Whether days or months come first is the same throughout a file: whichever makes them
    dates, keeps them in order and takes the shorter time from first to last.
    """
    return min(([_read(s, at) for s in stamps] for at in ("day", "month")), key=_oddness)


def _oddness(found: Sequence[int | None]) -> tuple[int, int, int]:
    dated = [m for m in found if m is not None]
    backwards = sum(later < earlier for earlier, later in pairwise(dated))
    return len(found) - len(dated), backwards, max(dated, default=0) - min(dated, default=0)


def _read(stamp: Stamp, first: str) -> int | None:
    one, two, three = (int(part) for part in re.split(r"[./-]", stamp.date))
    hour, minute, second = (int(part) for part in re.split(r"[:.]", stamp.time + ":0")[:3])
    if one >= _SHORT_YEAR:
        year, month, day = one, two, three
    else:
        year = three if three >= _SHORT_YEAR else _CENTURY + three
        day, month = (one, two) if first == "day" else (two, one)
    if stamp.half:
        hour = hour % _NOON + _NOON * (stamp.half in "Pp")
    try:
        return moment(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except ValueError:
        return None
