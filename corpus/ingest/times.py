"""Text in, the time that it states out."""

from __future__ import annotations

import re

_OFFSET = re.compile(
    r"(?:(?P<hours>\d{1,3}):)?(?P<minutes>\d{1,3}):(?P<seconds>[0-5]?\d)(?:[.,](?P<part>\d{1,6}))?"
)


def offset(text: str) -> int | None:
    """Return the milliseconds that "0:03", "00:12:03" or "12:03.450" stands for."""
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = (int(match[name] or 0) for name in ("hours", "minutes", "seconds"))
    part = int((match["part"] or "").ljust(3, "0")[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + part
