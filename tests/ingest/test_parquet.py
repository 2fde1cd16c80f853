"""The Parquet reader: every shape of table, what it leaves out, and files made to do harm."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.errors import SourceError
from corpus.ingest import Roles, read_file
from corpus.ingest.readers.parquet import file
from corpus.model import Draft, Redacted, RedactedTurn
from corpus.pages import layout, thrift
from corpus.release import parquet, rows
from corpus.release.schema import TABLES

TEXT = ["INT: Who?\n\nMK: Me.", "INT: You?\n\nMK: No."]


def written(columns: dict[str, Any] | pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, **options)
    return sink.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], list[Draft]]:
    def reader(content: bytes) -> list[Draft]:
        path = tmp_path / "x.parquet"
        path.write_bytes(content)
        return list(read_file(str(path), roles=Roles.default()))

    return reader


Read = Callable[[bytes], list[Draft]]


def said(draft: Draft) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in draft.turns]


def timed(draft: Draft) -> list[tuple[int | None, int | None]]:
    return [(turn.start_ms, turn.end_ms) for turn in draft.turns]


STRINGS = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.binary(),
    pa.large_binary(),
    pa.dictionary(pa.int8(), pa.string()),
]


@pytest.mark.parametrize("kind", STRINGS, ids=str)
def test_a_transcript_a_row_in_any_kind_of_text(read: Read, kind: pa.DataType) -> None:
    columns = {name: pa.array(v).cast(kind) for name, v in (("id", ["w1", "w2"]), ("text", TEXT))}
    first, second = read(written(columns))
    assert (first.claimed_id, first.place, first.format) == ("w1", "row 1", "parquet")
    assert said(first) == [("INT", "Who?"), ("MK", "Me.")]
    assert (second.claimed_id, second.place) == ("w2", "row 2")


@pytest.mark.parametrize("kind", STRINGS, ids=str)
def test_a_turn_a_row_with_gaps(read: Read, kind: pa.DataType) -> None:
    columns = {
        "conversation_id": [7, 7, 8],
        "Speaker": pa.array(["INT", "MK", "INT"]).cast(kind),
        "text": pa.array(["Who?", None, "You?"]).cast(kind),
    }
    first, second = read(written(columns))
    assert said(first) == [("INT", "Who?"), ("MK", "")]
    assert (second.claimed_id, said(second)) == ("8", [("INT", "You?")])


def nested(turns: list[dict[str, Any] | None] | None) -> bytes:
    return written({"id": ["w1", "w2"], "messages": [[{"role": "user", "content": "Hm."}], turns]})


LISTS = [pa.list_, pa.large_list, lambda kind: pa.list_(kind, 2)]


@pytest.mark.parametrize("make", LISTS, ids=["list", "large list", "fixed size"])
def test_a_list_of_turns_a_row(read: Read, make: Callable[[pa.DataType], pa.DataType]) -> None:
    turn = pa.struct(
        [("role", pa.string()), ("meta", pa.struct([("role", pa.string())])), ("content", "str")]
    )
    turns = [
        {"role": "user", "meta": {"role": "secret"}, "content": "Hi."},
        {"role": "assistant", "meta": None, "content": None},
    ]
    first, second = read(
        written({"id": [None, "w2"], "messages": pa.array([turns, turns[::-1]], make(turn))})
    )
    assert first.claimed_id is None
    assert said(first) == [("user", "Hi."), ("assistant", "")]
    assert [turn.role for turn in first.turns] == ["participant", "interviewer"]
    assert (second.claimed_id, second.place) == ("w2", "row 2")
    assert said(second) == said(first)[::-1]


@pytest.mark.parametrize(
    "options",
    [{"row_group_size": 3}, {"dictionary_pagesize_limit": 9}, {"use_dictionary": False}],
    ids=str,
)
def test_batches_and_encodings_do_not_show(
    read: Read, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    monkeypatch.setattr(file, "_BATCH", 2)
    turns = [[{"role": "user", "content": f"{n} {m}"} for m in range(n)] for n in range(1, 6)]
    drafts = read(written({"messages": turns}, **options))
    assert [d.place for d in drafts] == [f"row {n}" for n in range(1, 6)]
    assert [[t.text for t in d.turns] for d in drafts] == [[t["content"] for t in r] for r in turns]
    flat = {"speaker": ["user"] * 5, "text": list("abcde")}
    assert [t.text for t in read(written(flat, **options))[0].turns] == list("abcde")


def test_other_columns_and_metadata_do_not_get_in(read: Read) -> None:
    table = pa.table({"speaker": ["INT"], "text": ["Who?"], "mail": ["x@y.example"]})
    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"author": "Zyxwv"}), sink)
    (draft,) = read(sink.getvalue())
    assert draft.source == "INT: Who?"
    assert "Zyxwv" not in repr(draft)


def test_a_column_that_is_not_read_is_not_unpacked_even_where_it_is_broken(read: Read) -> None:
    columns = {"speaker": ["INT"], "text": ["Who?"], "photo": [b"Zyxwv" * 10]}
    content = written(columns, compression="none", use_dictionary=False, write_page_checksum=True)
    content = content.replace(b"ZyxwvZyxwv", b"ZyxwvZyxwV")
    assert said(read(content)[0]) == [("INT", "Who?")]
    with pytest.raises(SourceError, match="cannot be read as Parquet"):
        read(content.replace(b"Who?", b"Who!"))


AT = datetime(2024, 1, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "moments"),
    [
        ("start_ms", [250, 1750]),
        ("start", [0.25, 1.75]),
        ("start_time", ["0:00.25", "00:00:01,750"]),
        ("begin", pa.array([250, 1750], pa.duration("ms"))),
        ("time", pa.array([250_000, 1_750_000], pa.time64("us"))),
        ("start_ms", pa.array([250, 1750], pa.time32("ms"))),
        ("start", pa.array([Decimal("0.25"), Decimal("1.75")])),
    ],
    ids=lambda value: str(getattr(value, "type", value)),
)
def test_a_time_from_the_start_stays(read: Read, name: str, moments: Any) -> None:
    (draft,) = read(written({"speaker": ["INT", "MK"], "text": ["a", "b"], name: moments}))
    assert timed(draft) == [(250, None), (1750, None)]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_a_date_counts_from_the_first_turn(read: Read, unit: str, zone: str | None) -> None:
    kind = pa.timestamp(unit, tz=zone)
    begin = pa.array([AT, AT + timedelta(seconds=4)]).cast(kind)
    end = pa.array([AT + timedelta(seconds=3), None]).cast(kind)
    columns = {"speaker": ["INT", "MK"], "text": ["a", "b"], "timestamp": begin, "end": end}
    (draft,) = read(written(columns))
    assert timed(draft) == [(0, 3000), (4000, None)]


def test_a_time_that_is_none_is_left_out(read: Read) -> None:
    columns = {"speaker": ["INT"], "text": ["a"], "time": [[1, 2]], "end": [True]}
    assert timed(read(written(columns))[0]) == [(None, None)]


def test_the_turns_of_a_release_come_back(read: Read) -> None:
    turns = (
        RedactedTurn(index=0, speaker="INT", role="interviewer", text="Who?", start_ms=0, end_ms=9),
        RedactedTurn(index=1, speaker="[PERSON_1]", role="participant", text="[PERSON_1]."),
    )
    released = Redacted(transcript_id="work_0007", cohort="work", turns=turns, redactions=())
    (part,) = parquet.parts(TABLES["turns"], rows.of("turns", [released]), b"{}")
    (draft,) = read(part)
    assert draft.claimed_id == "work_0007"
    assert [(t.speaker, t.role, t.text, t.start_ms, t.end_ms) for t in draft.turns] == [
        (t.speaker, t.role, t.text, t.start_ms, t.end_ms) for t in turns
    ]


GOOD = written({"id": ["w1"], "text": [TEXT[0]]})
ROLES_AND_PARTS = [[{"role": "user", "content": [{"text": "a"}]}]]
BAD = {
    "magic alone": (GOOD[:5], "cannot be read as Parquet"),
    "half": (GOOD[: len(GOOD) // 2], "cannot be read as Parquet"),
    "no end": (GOOD[:-1], "cannot be read as Parquet"),
    "footer": (GOOD[:-8] + b"\xff\xff\xff\x7fPAR1", "too large: 2,147,483,647 bytes in its footer"),
    "columns": (written({"a": [1], "note": ["x"]}), "header: .* not there; found: a, note"),
    "no rows": (written({"id": pa.nulls(0), "text": pa.nulls(0)}), "no transcript"),
    "nested": (written({"id": ["w1"], "text": [["x"]]}), "column text: .* does not hold text"),
    "number": (written({"id": [0.5], "text": ["x"]}), "column id: .* does not hold text"),
    "parts": (written({"messages": ROLES_AND_PARTS}), "column content: .* does not hold text"),
    "no text": (written({"turns": [[{"role": "a"}]]}), "header: .* not there; found: role"),
    "null row": (nested(None), "row 2: there is no turn in it"),
    "empty row": (nested([]), "row 2: there is no turn in it"),
    "null turn": (nested([None]), "row 2, turn 1: the turn has no speaker"),
    "path as ID": (written({"id": ["../x"], "text": ["P1: a"]}), "row 1: the transcript ID"),
    "no label": (written({"id": ["a", "b"], "text": [TEXT[0], "x"]}), "row 2: no speaker label"),
    "twice": (
        written(pa.table([["INT"], ["a"], ["b"]], names=["speaker", "text", "text"])),
        "column text: two columns have this name",
    ),
    "latin-1": (
        written({"speaker": pa.array([b"INT"]), "text": pa.array([b"caf\xe9"])}),
        "column text: a text is not UTF-8",
    ),
    "wide": (
        written({f"c{n}": pa.nulls(0) for n in range(10_000)}),
        "header: the table has 10,000 columns, the most is 2,000",
    ),
    "rows": (
        written({"speaker": pa.nulls(2_000_000, pa.string()), "text": pa.nulls(2_000_000)}),
        "too large: 2,000,000 rows",
    ),
    "cells": (
        written({"messages": [[{"role": None, "content": None}] * 2_000_000]}),
        "too large: 4,000,000 cells",
    ),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_named_with_place_and_remedy(
    read: Read, tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read(content)
    assert str(tmp_path / "x.parquet") in str(caught.value)
    assert caught.value.remedy


def test_a_file_cut_anywhere_is_an_input_error(read: Read) -> None:
    for end in range(5, len(GOOD), 7):
        with pytest.raises(SourceError, match=r"cannot be read as Parquet|too large"):
            read(GOOD[:end])


def test_a_label_like_the_magic_number_is_no_parquet(read: Read) -> None:
    (draft,) = read(b"PAR1: Hello.\n\nPAR2: Well.\n")
    assert (draft.format, said(draft)) == ("text", [("PAR1", "Hello."), ("PAR2", "Well.")])


def shared(text: str, rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([text]))


def test_one_text_in_a_million_rows_is_not_multiplied(read: Read) -> None:
    texts, speakers = shared("x" * 900_000, 1_000_000), shared("P", 1_000_000)
    turns = pa.StructArray.from_arrays([speakers, texts], ["role", "text"])
    options = {"compression": "zstd", "write_statistics": False}
    for columns in (
        {"speaker": speakers, "text": texts},
        {"turns": pa.ListArray.from_arrays([0, 1_000_000], turns)},
    ):
        content = written(columns, **options)
        assert len(content) < 10_000
        with pytest.raises(SourceError, match=r"too large: .* characters or more"):
            read(content)


def varint(value: int) -> bytes:
    """Spell a whole number of Thrift's in four bytes."""
    value *= 2
    return bytes((value >> 7 * n & 127) | (128 if n < 3 else 0) for n in range(4))


def test_pages_that_unpack_to_more_than_the_footer_claims_are_seen(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "_MOST_TEXT", 2**20)
    columns = {"speaker": ["P"] * 3, "text": ["x" * 900_000] * 3}
    content = written(columns, compression="zstd", use_dictionary=False, write_statistics=False)
    with pytest.raises(SourceError, match=r"too large: 2,700,.* bytes unpacked,"):
        read(content)
    chunk = pq.read_metadata(pa.BufferReader(content)).row_group(0).column(1)
    footer = int.from_bytes(content[-8:-4], "little") + 8
    claimed = content[-footer:].replace(varint(chunk.total_uncompressed_size), varint(9))
    assert claimed != content[-footer:]
    with pytest.raises(SourceError, match=r"too large: 2,700,.* bytes unpacked or more"):
        read(content[:-footer] + claimed)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd"])
def test_pages_add_up_to_what_an_honest_footer_claims(version: str, compression: str) -> None:
    columns = {"a": [str(n % 77) * 9 for n in range(5000)], "b": list(range(5000))}
    content = written(
        columns,
        data_page_version=version,
        compression=compression,
        data_page_size=4096,
        write_page_checksum=True,
    )
    told = pq.read_metadata(pa.BufferReader(content)).row_group(0)
    (group,) = layout.groups(content)
    assert group.rows == 5000
    for index, chunk in enumerate(group.chunks):
        found = [page.unpacked for page in layout.pages(content, chunk)]
        headers = 100 * len(found)
        assert len(found) > 1
        assert chunk.unpacked == told.column(index).total_uncompressed_size
        assert 0 < chunk.unpacked - sum(found) < headers


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x15",
        b"\x1b",
        b"\x15" + b"\xff" * 20,
        b"\x1c" * 99,
        b"\x19" * 99,
        b"\x18\x7f",
        b"\x19\xf7" + b"\xff" * 7 + b"\x01" + bytes(99),
        b"\x15\x02\x05\x02\x04\x00",
    ],
    ids=["empty", "cut", "map", "endless", "structs", "lists", "short", "long list", "twice"],
)
def test_bytes_that_are_no_struct_are_told(content: bytes) -> None:
    with pytest.raises(thrift.BrokenError):
        thrift.Reader(content, 0).struct()


def test_a_damaged_footer_is_an_input_error(read: Read) -> None:
    content = nested([{"role": "user", "content": "Hi."}])
    for place in range(len(content) - layout.footer_size(content) - 8, len(content) - 8, 3):
        for byte in (0, 0x16, 0xFF):
            damaged = content[:place] + bytes([byte]) + content[place + 1 :]
            with contextlib.suppress(SourceError):  # a byte of a name may be any
                read(damaged)


def of_polars(path: Path) -> None:
    turns = {"role": ["user", "user"], "content": ["a", None], "time": [AT, AT]}
    pl.DataFrame(turns).write_parquet(path)


def of_duckdb(path: Path) -> None:
    rows = "values ('user', 'a', timestamp '2024-01-31'), ('user', null, timestamp '2024-01-31')"
    duckdb.sql(f"copy (from ({rows}) t(role, content, time)) to '{path}'")


def of_duckdb_lists(path: Path) -> None:
    turns = (
        "[{'role': 'user', 'content': 'a', 'time': 0}, {'role': 'user', 'content': '', 'time': 0}]"
    )
    duckdb.sql(f"copy (select {turns} as messages) to '{path}' (compression zstd)")


def of_pandas(path: Path) -> None:
    turns = {"role": ["user", "user"], "content": ["a", None], "time": [AT, AT]}
    pd.DataFrame(turns).astype({"role": "category"}).to_parquet(path)


@pytest.mark.parametrize("write", [of_polars, of_duckdb, of_duckdb_lists, of_pandas])
def test_what_other_programs_write_reads_alike(
    read: Read, tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path / "other.parquet")
    (draft,) = read((tmp_path / "other.parquet").read_bytes())
    assert said(draft) == [("user", "a"), ("user", "")]
    assert timed(draft) == [(0, None), (0, None)]
