"""When turns were said, in every form in which records say it; dates do not get through."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.ingest import Roles, read_file
from corpus.ingest.times import moments
from corpus.model import Draft

HOUR = 3_600_000
Timed = list[tuple[str, str, int, int | None]]


def read(folder: Path, name: str, content: bytes) -> Draft:
    path = folder / name
    path.write_bytes(content)
    (draft,) = read_file(str(path), roles=Roles.default())
    return draft


def clock(ms: int) -> str:
    return f"{ms // HOUR}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def date(ms: int) -> str:
    return (datetime(2024, 1, 31, 9, 30, tzinfo=UTC) + timedelta(milliseconds=ms)).isoformat()


WRITTEN: dict[str, tuple[str, str, Callable[[int], Any]]] = {
    "milliseconds": ("start_ms", "end_ms", int),
    "seconds": ("start", "end", lambda ms: ms / 1000),
    "clocks": ("Start Time", "End Time", clock),
    "clocks with commas": ("begin", "end", lambda ms: clock(ms).replace(".", ",")),
    "dates": ("timestamp", "end_time", date),
    "seconds from 1970": ("time", "end", lambda ms: 1.7e9 + ms / 1000),
    "milliseconds from 1970": ("timestamp", "end", lambda ms: 1_700_000_000_000 + ms),
}


def tables(records: list[dict[str, Any]]) -> dict[str, bytes]:
    def table(delimiter: str) -> bytes:
        out = io.StringIO()
        writer = csv.DictWriter(out, records[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(records)
        return out.getvalue().encode()

    def parquet(columns: dict[str, list[Any]]) -> bytes:
        out = io.BytesIO()
        pq.write_table(pa.table(columns), out)
        return out.getvalue()

    return {
        "a.csv": table(","),
        "a.tsv": table("\t"),
        "a.jsonl": "\n".join(map(json.dumps, records)).encode(),
        "a.json": json.dumps(records).encode(),
        "turns.json": json.dumps({"id": "w1", "turns": records}).encode(),
        "a.parquet": parquet({name: [r[name] for r in records] for name in records[0]}),
        "turns.parquet": parquet({"id": ["w1"], "turns": [records]}),
    }


def _in_order(turns: Timed) -> Timed:
    """Let each turn begin when it says after the one before, and end as long after."""
    at, timed = 0, []
    for speaker, text, gap, length in turns:
        at += gap
        timed.append((speaker, text, at, None if length is None else at + length))
    return timed


TURNS = st.lists(
    st.tuples(
        st.sampled_from(["Interviewer", "P7"]),
        st.text("abc XYZ019.,?!é中", max_size=20).map(str.strip),
        st.integers(0, HOUR),
        st.none() | st.integers(0, HOUR),
    ),
    min_size=1,
    max_size=8,
).map(_in_order)


@pytest.mark.parametrize("form", WRITTEN)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(turns=TURNS)
def test_a_dialogue_with_times_reads_alike_from_every_table(
    tmp_path: Path, form: str, turns: Timed
) -> None:
    start_name, end_name, write = WRITTEN[form]
    first = turns[0][2]
    if form not in ("dates", "seconds from 1970", "milliseconds from 1970") and first < 300_000:
        first = 0
    records = [
        {
            "speaker": speaker,
            "text": text,
            start_name: write(start),
            end_name: None if end is None else write(end),
        }
        for speaker, text, start, end in turns
    ]
    wanted = [(s, t, b - first, None if e is None else e - first) for s, t, b, e in turns]
    for name, content in tables(records).items():
        draft = read(tmp_path, name, content)
        assert [(t.speaker, t.text, t.start_ms, t.end_ms) for t in draft.turns] == wanted, name
        assert "2024" not in draft.source


@pytest.mark.parametrize(
    ("value", "name"),
    [
        *((v, "start") for v in ("", "soon", "12:99", "-1", -0.5, "nan", "inf", None, True, [1])),
        *((v, "start") for v in (20240131, "20240131", 20240131120000, "1962-01-31", 10**30)),
        *((v, "start_ms") for v in (-1, 10**13, float("nan"), 10**400)),
    ],
)
def test_a_time_that_cannot_be_told_is_none(value: object, name: str) -> None:
    assert moments.read(value, name) is None


@pytest.mark.parametrize(
    ("value", "name", "wanted"),
    [
        ("12.5", "start", 12_500),
        (" 7 ", "Start_MS", 7),
        ("12:03", "time", 723_000),
        (9_999_999, "start", 9_999_999_000),
        (1_700_000_000, "time", 1_700_000_000_000),
        (1_700_000_000_000_000_000, "time", 1_700_000_000_000),
        ("2024-01-31T09:30:00+01:00", "time", 1_706_689_800_000),
    ],
)
def test_numbers_are_seconds_or_as_their_column_says(value: object, name: str, wanted: int) -> None:
    assert moments.read(value, name) == wanted


@given(st.lists(st.none() | st.integers(10**11, 10**13 - 1)))
def test_no_moment_from_1970_is_left(stated: list[int | None]) -> None:
    counted = moments.from_first(stated)
    assert [m is None for m in counted] == [m is None for m in stated]
    dated = [(c, s) for c, s in zip(counted, stated, strict=True) if c is not None]
    assert not dated or min(c for c, _ in dated) == 0
    assert len({s - c for c, s in dated if s is not None}) <= 1


@pytest.mark.parametrize(
    ("clocks", "counted"),
    [
        (["0:04:10", "0:09:00"], [250_000, 540_000]),
        (["0:06:10", "0:09:00"], [0, 170_000]),
        (["23:50:00", "23:58:10", "0:10:00"], [0, 490_000, 1_200_000]),
        (["14:02:10", "14:02:05", "14:03:10"], [0, None, 60_000]),
    ],
)
def test_a_time_of_day_counts_from_the_first_past_midnight(
    clocks: list[str], counted: list[int | None]
) -> None:
    assert moments.from_first([moments.read(c, "time") for c in clocks]) == counted


def test_each_transcript_of_a_table_counts_from_its_own_first_turn(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "transcript_id,speaker,text,timestamp\n"
        "w1,Ana,Hi,2024-01-31 09:30:00\n"
        "w2,Ben,Yo,2024-02-01 10:00\n"
        "w1,Cem,Ha,2024-01-31 09:30:02.5\n"
        "w2,Dot,Eh,tomorrow\n"
    )
    first, second = read_file(str(path), roles=Roles.default())
    assert [t.start_ms for t in first.turns] == [0, 2500]
    assert [t.start_ms for t in second.turns] == [0, None]
