"""Arrow's columns to Python's values: what may hold text, what a time."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyarrow import types

from corpus.ingest.times import moments


def is_list(kind: pa.DataType) -> bool:
    """Tell whether a cell is a list of records."""
    is_one = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    return bool(is_one and types.is_struct(kind.value_type))


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a cell is text, bytes of text, or a whole number to be read as text."""
    if types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(types.is_integer(kind) or types.is_null(kind) or _is_bytes(kind))


def is_moment(kind: pa.DataType) -> bool:
    """Tell whether a cell may say when a turn was."""
    return is_text(kind) or _is_number(kind) or _is_clock(kind)


def values(column: pa.Array, name: str) -> list[Any]:
    """Return the cells of a column that `is_text` or `is_moment`, as a table of text has them.

    Raises:
        UnicodeDecodeError: a text is not UTF-8.
    """
    if types.is_dictionary(column.type):
        return _shared(column)
    if is_text(column.type):
        return [_text(value) for value in column.to_pylist()]
    if _is_clock(column.type):
        unit = 1 if moments.is_in_milliseconds(name) else 1000
        return [None if m is None else m / unit for m in _milliseconds(column).to_pylist()]
    return list(column.cast(pa.float64(), safe=False).to_pylist())


def _shared(column: pa.DictionaryArray) -> list[str]:
    """Return the texts of a column; rows that share one share it here, too."""
    used = column.indices.unique()
    written = column.dictionary.take(used)
    if _is_bytes(written.type):
        written = written.cast(pa.large_binary())
    words = dict(zip(used.to_pylist(), map(_text, written.to_pylist()), strict=True))
    return [words[index] for index in column.indices.to_pylist()]


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return "" if value is None else str(value)


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_string_view(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_binary_view(kind)
    )


def _is_number(kind: pa.DataType) -> bool:
    return bool(types.is_floating(kind) or types.is_decimal(kind))


def _is_clock(kind: pa.DataType) -> bool:
    return bool(
        types.is_timestamp(kind)
        or types.is_duration(kind)
        or types.is_time(kind)
        or types.is_date(kind)
    )


def _milliseconds(column: pa.Array) -> pa.Array:
    if types.is_time(column.type):
        return column.cast(pa.time32("ms"), safe=False).cast(pa.int32())
    unit = pa.duration("ms") if types.is_duration(column.type) else pa.timestamp("ms")
    return column.cast(unit, safe=False).cast(pa.int64())
