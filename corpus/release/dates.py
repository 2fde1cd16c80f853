"""The date that a release states, and the day that embargoes are compared with."""

from __future__ import annotations

import datetime as dt
import os

from corpus.errors import ReleaseError


def stated(date: dt.date | None) -> dt.date | None:
    """Return the date that was given; else that of SOURCE_DATE_EPOCH; else none.

    Raises:
        ReleaseError: SOURCE_DATE_EPOCH is no time.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if date is not None or not epoch:
        return date
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        remedy = "set it to seconds since 1970, or unset it"
        raise ReleaseError("SOURCE_DATE_EPOCH is no time", remedy=remedy) from None


def judged(date: dt.date | None = None) -> dt.date:
    """Return the stated date, else today's in UTC.

    Raises:
        ReleaseError: SOURCE_DATE_EPOCH is no time.
    """
    return stated(date) or today()


def today() -> dt.date:
    """Return today's date in UTC, as this machine's clock has it."""
    return dt.datetime.now(dt.UTC).date()
