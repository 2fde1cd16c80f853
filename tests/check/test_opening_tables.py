"""Parquet and Arrow: whatever holds words is looked through, and nothing is unpacked unmeasured."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.check.opening import open_item
from corpus.check.types import Passage
from corpus.pages import layout

MOST = 1 << 28
CANARY = "canary-7731-kestrel"
Writer = Callable[[pa.Table], bytes]


def parquet(table: pa.Table, **options: object) -> bytes:
    pq.write_table(table, file := io.BytesIO(), **options)
    return file.getvalue()


def stream(table: pa.Table, compression: str | None = None) -> bytes:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(file := io.BytesIO(), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=2)
    return file.getvalue()


def feather(table: pa.Table) -> bytes:
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(file := io.BytesIO(), table.schema, options=options) as writer:
        writer.write_table(table)
    return file.getvalue()


WRITERS = [parquet, stream, feather]


def passages(data: bytes, name: str = "part.parquet") -> list[Passage]:
    opened = open_item(data, name, most=MOST)
    assert not opened.problem
    return list(opened.passages)


def one(values: Sequence[object], kind: pa.DataType) -> pa.Table:
    return pa.table({"text": pa.array(values, kind)})


def noted(field: dict[str, str] | None = None, table: dict[str, str] | None = None) -> pa.Table:
    column = pa.field("text", pa.string(), metadata=field)
    return pa.table([pa.array(["x"])], schema=pa.schema([column], metadata=table))


TURN = pa.struct([("speaker", pa.string()), ("text", pa.string())])
PLACES = {
    "string": one(["x", CANARY], pa.string()),
    "large": one(["x", CANARY], pa.large_string()),
    "view": one(["x", CANARY], pa.string_view()),
    "binary": one([b"\0\xff\0", CANARY.encode()], pa.binary()),
    "utf-16 in binary": one([CANARY.encode("utf-16")], pa.binary()),
    "fixed": one([CANARY.encode()], pa.binary(len(CANARY))),
    "dictionary": pa.table({"text": pa.array(["x", CANARY, "x"]).dictionary_encode()}),
    "list": one([["x"], ["y", CANARY]], pa.list_(pa.string())),
    "struct": one([{"a": CANARY, "b": 1}], pa.struct([("a", pa.string()), ("b", pa.int64())])),
    "turns": one([[], [{"speaker": "x", "text": CANARY}]], pa.list_(TURN)),
    "map": one([[("x", CANARY)]], pa.map_(pa.string(), pa.string())),
    "name": pa.table({CANARY: ["x"]}),
    "name of a number": pa.table({CANARY: [1]}),
    "name within": one([{CANARY: 1}], pa.struct([(CANARY, pa.int64())])),
    "note of a field": noted(field={"about": CANARY}),
    "note": noted(table={"pandas": f'{{"made_by": "{CANARY}"}}'}),
    "key of a note": noted(table={CANARY: "x"}),
}


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("table", PLACES.values(), ids=PLACES)
def test_a_canary_is_found_wherever_it_is_hidden(table: pa.Table, write: Writer) -> None:
    found = passages(write(table))
    assert any(CANARY in p.text for p in found)
    assert not any(CANARY in p.inside for p in found if CANARY in p.text)
    assert CANARY not in repr(found)


def test_the_extremes_that_a_footer_quotes_are_looked_through() -> None:
    written = parquet(one(["zz", CANARY], pa.string()), compression="none")
    at = written.index(CANARY.encode())
    hidden = written[:at] + b"b" * len(CANARY) + written[at + len(CANARY) :]
    assert any(CANARY in p.text and p.inside == "footer" for p in passages(hidden))


def test_what_a_footer_repeats_comes_after_its_row() -> None:
    found = [p.inside for p in passages(parquet(one([CANARY], pa.string()))) if CANARY in p.text]
    assert found[0].startswith("row 1")
    assert "footer" in found[1:]


WORDS = pa.array(["x", CANARY])
BITS = [pa.py_buffer(b"\1"), *WORDS.buffers()[1:]]
ENDS = pa.array([0, 1, 2], pa.int32()).buffers()[1]
LEFT = {
    "slice": WORDS.slice(0, 1),
    "none": pa.Array.from_buffers(pa.string(), 2, BITS),
    "view": pa.array(["x" * 20, CANARY], pa.string_view()).slice(0, 1),
    "list": pa.array([["x"], [CANARY]]).slice(0, 1),
    "no list": pa.ListArray.from_buffers(
        pa.list_(pa.string()), 2, [BITS[0], ENDS], children=[WORDS]
    ),
    "fixed": pa.array([b"y" * len(CANARY), CANARY.encode()], pa.binary(len(CANARY))).slice(0, 1),
    "record": pa.array([{"a": "x"}, {"a": CANARY}]).slice(0, 1),
}


@pytest.mark.parametrize("left", LEFT)
def test_what_arrow_holds_beyond_its_cells_is_looked_through(left: str) -> None:
    data = stream(pa.table({"text": LEFT[left]}))
    assert CANARY.encode() in data
    assert any(CANARY in p.text for p in passages(data, "a.arrow"))


@pytest.mark.parametrize("write", [stream, feather])
def test_what_arrow_holds_in_its_cells_is_told_once(write: Writer) -> None:
    found = passages(write(pa.table({"text": WORDS, "n": [1, 2]})), "a.arrow")
    assert [p.text for p in found].count(CANARY) == 1


@pytest.mark.parametrize("write", WRITERS)
def test_what_a_filter_leaves_behind_is_looked_through_once(write: Writer) -> None:
    words = pa.array(["x", CANARY, "y"])
    rows = pa.DictionaryArray.from_arrays(pa.array([0, 2, 0, 2, 0], pa.int32()), words)
    found = passages(write(pa.table({"text": rows})))
    assert [p.inside for p in found if CANARY in p.text and "column" in p.inside] == ["column text"]


@pytest.mark.parametrize(
    ("options", "place"),
    [({"write_page_index": True}, -1), ({"data_page_version": "1.0"}, 0)],
    ids=["index", "header of a page"],
)
def test_what_parquet_quotes_beside_its_values_is_looked_through(
    options: dict[str, Any], place: int
) -> None:
    table = one(["zz", CANARY], pa.string())
    data = parquet(table, compression="none", use_dictionary=False, **options)
    body = data[: len(data) - 8 - layout.footer_size(data)]
    at = [found.start() for found in re.finditer(CANARY.encode(), body)][place]
    hidden = data.replace(CANARY.encode(), b"x" * len(CANARY))
    hidden = hidden[:at] + CANARY.encode() + hidden[at + len(CANARY) :]
    assert {p.inside for p in passages(hidden) if CANARY in p.text} == {"index"}


def stuffed(data: bytes, more: bytes) -> bytes:
    """Return a Parquet file with something between its columns and its footer."""
    at = len(data) - 8 - layout.footer_size(data)
    return data[:at] + more + data[at:]


def test_what_belongs_to_no_column_is_read_or_a_problem() -> None:
    data = parquet(one(["x"], pa.string()))
    assert any(CANARY in p.text for p in passages(stuffed(data, CANARY.encode())))
    assert passages(stuffed(data, bytes(64)))
    noise = b"\xff\0\7" * 40 + CANARY.encode()
    opened = open_item(stuffed(data, noise), "a.parquet", most=MOST)
    assert "belong to no column" in opened.problem
    assert any(CANARY in p.text for p in opened.passages)


def test_filters_belong_to_their_columns() -> None:
    table = one([str(number) for number in range(9)], pa.string())
    passages(parquet(table, bloom_filter_options={"text": True}))


def test_what_goes_on_behind_arrow_is_a_problem() -> None:
    table = one(["x"], pa.string())
    for data in (
        stream(table) + stream(table),
        stream(table) + b"Ada",
        stream(table) + feather(table),
    ):
        assert "behind its end" in open_item(data, "a.arrow", most=MOST).problem
    file = feather(table)
    size = int.from_bytes(file[-10:-6], "little")
    data = file[: -10 - size] + b"Ada Brook" + file[-10 - size :]
    assert "behind its end" in open_item(data, "a.arrow", most=MOST).problem


def test_cells_say_their_row_and_column() -> None:
    lists = pa.array([["a", "b"], [], ["c"]], pa.list_(pa.string()))
    table = pa.table({"text": ["x", None, "z"], "more": lists})
    for write in WRITERS:
        found = [(p.text, p.inside, p.line) for p in passages(write(table)) if "row" in p.inside]
        assert (
            found
            == [
                ("x", "row 1, column text", 0),
                ("z", "row 3, column text", 0),
                ("a", "row 1, column more", 0),
                ("b", "row 1, column more", 0),
                ("c", "row 3, column more", 0),
            ]
            or write is stream
        )  # batch by batch
        assert len(found) == 5


@pytest.mark.parametrize(
    "name", ["ada@kestrel.example", "Zoë", "call 07700900123", "a" * 99, "AdaBrook"]
)
def test_a_column_that_could_tell_something_is_told_by_its_number(name: str) -> None:
    found = passages(parquet(pa.table({"n": [1], name: ["x y"]})))
    assert "row 1, column 1" in [p.inside for p in found if p.text == "x y"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=80), max_size=30),
    st.sampled_from(WRITERS),
)
def test_every_cell_comes_through(values: list[str | None], write: Writer) -> None:
    texts = {p.text for p in passages(write(one(values, pa.string()))) if "row" in p.inside}
    assert texts == {value for value in values if value and not value.isspace()}


def test_prose_is_told_by_cells() -> None:
    said = one(["I was there when she told me that we had to go on with it."] * 3, pa.string())
    codes = one(["a-17", "b-18", "c-19"], pa.string())
    for write in WRITERS:
        assert open_item(write(said), "a.parquet", most=MOST).is_prose
        assert not open_item(write(codes), "a.parquet", most=MOST).is_prose


def test_ten_thousand_columns_are_read() -> None:
    names = [f"c{number}" for number in range(10_000)]
    data = parquet(pa.table({name: ["x"] for name in names}), write_statistics=False)
    assert len([p for p in passages(data) if p.text == "x"]) == 10_000


def test_every_cut_and_many_a_flaw_ends_in_a_problem_or_in_passages() -> None:
    table = pa.table({"text": ["Ada Brook said so"] * 9, "n": list(range(9))})
    for write in WRITERS:
        data = write(table)
        for at in range(8, len(data), 37):
            for broken in (data[:at], data[:at] + b"\xff" + data[at + 1 :]):
                opened = open_item(broken, "a.parquet", most=MOST)
                assert "Ada" not in opened.problem
                list(opened.passages)
        if write is not stream:
            assert open_item(data[:-20], "a.parquet", most=MOST).problem


BOMBS = """
import io, resource, sys
import pyarrow as pa, pyarrow.parquet as pq
from corpus.check.opening import open_item

def parquet(table, **options):
    pq.write_table(table, file := io.BytesIO(), **options)
    return file.getvalue()

def ipc(table):
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(file := io.BytesIO(), table.schema, options=options) as writer:
        writer.write_table(table)
    return file.getvalue()

long = "x" * 1_000_000
shared = pa.DictionaryArray.from_arrays(pa.array([0] * 300_000, pa.int32()), pa.array([long]))
half = pa.table({"t": shared})
nulls = pa.table({"t": pa.nulls(20_000_000, pa.string())})
many = pa.table({"t": pa.array([long] * 60)})
made = [parquet(half), parquet(many, use_dictionary=False, compression="zstd"), parquet(nulls),
        ipc(many), ipc(half)]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for data in made:
    opened = open_item(data, "a", most=1 << 24)
    print(bool(opened.problem), sum(len(p.text) for p in opened.passages) < 1 << 24)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((after - before) >> 10)
"""


def test_what_unpacks_to_more_than_is_read_takes_no_memory() -> None:
    done = subprocess.run([sys.executable, "-c", BOMBS], capture_output=True, text=True, check=True)
    *bombs, grown = done.stdout.splitlines()
    assert all(line.endswith("True") for line in bombs)
    assert [line.startswith("True") for line in bombs][1:4] == [True, True, True]
    assert int(grown) < 200


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_texts_that_may_unpack_to_any_length_are_a_problem(version: str) -> None:
    packed = {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}}
    data = parquet(one(["x", "xy"], pa.string()), data_page_version=version, **packed)
    assert "not read" in open_item(data, "a.parquet", most=MOST).problem
    data = parquet(one(["x", CANARY], pa.string()), data_page_version=version)
    assert any(CANARY in p.text for p in passages(data))


@pytest.mark.parametrize("kind", ["PARE", "FEA1"])
def test_formats_that_are_not_read_say_so(kind: str) -> None:
    assert open_item(kind.encode() + b"\0" * 50 + kind.encode(), "a", most=MOST).problem
