"""Clocks and moments become milliseconds from a start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.ingest.times.clocks import moment, offset, since_first

MINUTE = 60_000
HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:12:03.5", 12 * MINUTE + 3_500),
        ("12:03", 12 * MINUTE + 3_000),
        ("1:02:03,250", HOUR + 2 * MINUTE + 3_250),
        (" 0:00 ", 0),
        ("75:10", 75 * MINUTE + 10_000),
        ("100:00:00", 100 * HOUR),
        ("00:00:00.123456789", 123),
        *((text, None) for text in ("", "12", "12:3", "1:60", "1:75:10", "-1:00", "1:2:03")),
        *((text, None) for text in ("9" * 5000 + ":00", "٣:٠٠", "12:03 pm", "1:00:00:00")),
    ],
)
def test_a_clock_is_read_in_milliseconds(text: str, expected: int | None) -> None:
    assert offset(text) == expected


@given(ms=st.integers(0, 1000 * HOUR), mark=st.sampled_from(".,"))
def test_every_clock_that_is_written_reads_back(ms: int, mark: str) -> None:
    hours, minutes, seconds = ms // HOUR, ms // MINUTE % 60, ms // 1000 % 60
    assert offset(f"{hours}:{minutes:02}:{seconds:02}{mark}{ms % 1000:03}") == ms
    short = f"{ms // MINUTE}:{seconds:02}"
    assert offset(short) == (ms - ms % 1000 if ms < 10_000 * MINUTE else None)


@given(text=st.text("0123456789:., []٣-"))
def test_no_text_is_too_odd_for_a_clock(text: str) -> None:
    assert (offset(text) or 0) >= 0


@given(
    when=st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001
    hours=st.integers(-12, 14),
)
def test_iso_and_seconds_name_the_same_moment(when: datetime, hours: int) -> None:
    utc = when.replace(tzinfo=UTC, microsecond=when.microsecond // 1000 * 1000)
    there = utc.astimezone(timezone(timedelta(hours=hours)))
    ms = (utc - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert moment(there) == moment(there.isoformat()) == moment(utc.replace(tzinfo=None)) == ms
    assert moment(ms / 1000) == moment(f"{ms / 1000:.6f}") == ms


@pytest.mark.parametrize(
    "value",
    [None, True, [], "", "soon", "nan", "inf", "-5", 10**400, 1e300, "9" * 10_000, float("nan")],
)
def test_what_is_no_moment_gives_none(value: object) -> None:
    assert moment(value) is None


def test_moments_count_from_the_earliest() -> None:
    assert since_first([5_000, None, 4_000, 9_500]) == [1_000, None, 0, 5_500]
    assert since_first([None]) == [None]
    assert since_first([]) == []
