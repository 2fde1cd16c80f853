"""Arrow's columns in, the texts of their cells out, however deep they lie in lists and records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from corpus.check.opening import encoding, runs
from corpus.check.opening.passages import cut
from corpus.check.opening.prose import is_prose
from corpus.check.types import Passage

_USUAL = re.compile(r"[a-z][a-z_]{0,30}\d{0,3}")
"""Names that programs give to columns; any other could be somebody's, and is not told."""
_SHORT = 64
"""Characters of what is told again in each row that holds it."""
_SAMPLED = 40
_INLINE = 12
"""Bytes that a view holds itself."""

Rows = Sequence[int] | None
"""The row of each value; None where it is its own number."""


def holds_text(kind: pa.DataType) -> bool:
    """Tell whether cells of this kind may hold text."""
    if isinstance(kind, pa.BaseExtensionType):
        return holds_text(kind.storage_type)
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return holds_text(kind.value_type)
    if types.is_nested(kind):
        return any(holds_text(kind.field(i).type) for i in range(kind.num_fields))
    return _is_words(kind)


class Columns:
    """Takes batch after batch of a table, and tells the texts of its columns."""

    def __init__(self) -> None:
        self._rows = 0
        self._shared: dict[tuple[str, int], Shared] = {}
        """What the rows of a column share, by its name and the number of the column within it."""

    def passages(self, batch: pa.RecordBatch) -> Iterator[Passage]:
        """Yield the texts of the next batch, column by column."""
        for number, (field, column) in enumerate(zip(batch.schema, batch.columns, strict=True), 1):
            name = field.name if _USUAL.fullmatch(field.name) else str(number)
            for row, text in self._texts(column, name):
                inside = f"row {self._rows + row + 1}, column {name}"
                yield from cut(text, inside=inside if row >= 0 else f"column {name}", line=0)
        self._rows += batch.num_rows

    def rest(self) -> Iterator[Passage]:
        """Yield what no row of any batch has, though rows could: a filter leaves it behind."""
        for (name, _), shared in self._shared.items():
            for text in shared.unused():
                yield from cut(text, inside=f"column {name}", line=0)

    def _texts(self, column: pa.Array, name: str) -> Iterator[tuple[int, str]]:
        for number, (leaf, rows) in enumerate(_leaves(column, None)):
            yield from _cells(leaf, rows)
            if types.is_dictionary(leaf.type):
                self._shared.setdefault((name, number), Shared()).feed(leaf)


def unseen(batch: pa.RecordBatch) -> Iterator[Passage]:
    """Yield what the buffers of a batch hold beyond its cells: of slices, and where a cell is none.

    Where there is any, all of a column is told once more.
    """
    for number, (field, column) in enumerate(zip(batch.schema, batch.columns, strict=True), 1):
        held = list(_buffers(column))
        if sum(buffer.size for buffer in held) > sum(
            _stored(leaf) for leaf, _ in _leaves(column, None)
        ):
            name = field.name if _USUAL.fullmatch(field.name) else str(number)
            yield from runs.passages(b"\0".join(held), f"column {name}")


def _buffers(column: pa.Array) -> Iterator[pa.Buffer]:
    """Yield the buffers of words in a column, but for those that rows share."""
    kind = column.type
    if not holds_text(kind) or types.is_dictionary(kind):
        return
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        yield from _buffers(column.values)
    elif inner := _within(column, None):
        for part, _ in inner:
            yield from _buffers(part)
    else:
        values = column.buffers()[1 if types.is_fixed_size_binary(kind) else 2 :]
        yield from (buffer for buffer in values if buffer)


def _stored(leaf: pa.Array) -> int:
    """Return how many bytes of buffers the cells of a column show."""
    kind = leaf.type
    if types.is_dictionary(kind):
        return 0
    if types.is_fixed_size_binary(kind):
        return int(kind.byte_width) * int(len(leaf) - leaf.null_count)
    if types.is_string_view(kind) or types.is_binary_view(kind):
        words = leaf.cast(pa.large_binary())
        sizes = pc.binary_length(words)
        return int(pc.sum(sizes.filter(pc.greater(sizes, _INLINE))).as_py() or 0)
    return _size(leaf)


class Shared:
    """The texts that rows of a column share, and those of them that no row has."""

    def __init__(self) -> None:
        self._last: pa.Array | None = None
        self._rows: list[pa.Array] = []
        """Where rows point to in the last of them."""
        self._all: list[tuple[pa.Array, pa.Array]] = []
        """Texts, and where rows point to in them."""

    def feed(self, leaf: pa.DictionaryArray) -> None:
        """Take the next rows."""
        if self._last is None or not leaf.dictionary.equals(self._last):
            self._end()
            self._last = leaf.dictionary
        self._rows.append(pc.unique(leaf.indices).drop_null())

    def unused(self) -> Iterator[str]:
        """Yield what no row has."""
        self._end()
        if all(len(used) == len(texts) for texts, used in self._all):
            return
        held: dict[str, None] = {}
        for texts, _ in self._all:
            held |= dict.fromkeys(_words(texts))
        told = {word for texts, used in self._all for word in _words(texts.take(used))}
        yield from (word for word in held if word and word not in told)

    def _end(self) -> None:
        if self._last is not None:
            self._all.append((self._last, pa.chunked_array(self._rows).unique()))
        self._last, self._rows = None, []


def reads_as_prose(batch: pa.RecordBatch, suffix: str) -> bool:
    """Tell whether a column of the batch is written or said by people, by its first cells."""
    head = batch.slice(0, _SAMPLED)
    return any(is_prose(" ".join(_sample(column)), suffix) for column in head.columns)


def _sample(column: pa.Array) -> Iterator[str]:
    for leaf, rows in _leaves(column, None):
        yield from (text for _, text in _cells(leaf, rows))


def characters(column: pa.Array) -> int:
    """Return how many bytes the texts of a column come to."""
    return sum(_size(leaf) for leaf, _ in _leaves(column, None))


def _size(leaf: pa.Array) -> int:
    if types.is_dictionary(leaf.type):
        return _size(leaf.dictionary) + _SHORT * len(leaf)
    if types.is_fixed_size_binary(leaf.type):
        return int(leaf.type.byte_width) * len(leaf)
    if types.is_string_view(leaf.type) or types.is_binary_view(leaf.type):
        views = memoryview(leaf.buffers()[1]).cast("i")  # four numbers each, the length first
        return sum(views[4 * leaf.offset : 4 * (leaf.offset + len(leaf)) : 4])
    return int(pc.sum(pc.binary_length(leaf)).as_py() or 0)


def _leaves(column: pa.Array, rows: Rows) -> Iterator[tuple[pa.Array, Rows]]:
    """Yield the columns of words in a column."""
    if not holds_text(column.type):
        return
    inner = _within(column, rows)
    if not inner:
        yield column, rows
    for part, within in inner:
        yield from _leaves(part, within)


def _within(column: pa.Array, rows: Rows) -> list[tuple[pa.Array, Rows]]:
    """Return the columns that a column is made of; none where it is one of words."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return [(column.storage, rows)]
    if types.is_struct(kind) or types.is_union(kind):
        within = rows if types.is_struct(kind) else ()
        return [(column.field(index), within) for index in range(kind.num_fields)]
    if types.is_map(kind):
        return [(column.keys, ()), (column.items, ())]
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        parents = pc.list_parent_indices(column).to_pylist()
        within = parents if rows is None else [rows[i] for i in parents] if rows else ()
        return [(pc.list_flatten(column), within)]
    if types.is_nested(kind) or types.is_run_end_encoded(kind):
        return [(column.values, ())]
    return []


def _cells(leaf: pa.Array, rows: Rows) -> Iterator[tuple[int, str]]:
    """Yield rows and texts; row -1 where a value is of no one row."""
    if types.is_dictionary(leaf.type):
        yield from _shared(leaf, rows)
        return
    for index, text in enumerate(_words(leaf)):
        if text:
            yield _row(rows, index), text


def _shared(leaf: pa.DictionaryArray, rows: Rows) -> Iterator[tuple[int, str]]:
    """Yield the texts of rows that share them; a long one, or one of a few, once.

    Otherwise a small file could make any number of characters.
    """
    indices = leaf.indices
    used = pc.unique(indices).drop_null()
    words = dict(zip(used.to_pylist(), _words(leaf.dictionary.take(used)), strict=True))
    few = len(words) * 10 <= len(leaf)
    told = set()
    for index, word in enumerate(indices.to_pylist()):
        text = words.get(word, "")
        if text and word not in told:
            yield _row(rows, index), text
            if few or len(text) > _SHORT:
                told.add(word)


def _row(rows: Rows, index: int) -> int:
    return index if rows is None else rows[index] if rows else -1


def _words(leaf: pa.Array) -> list[str]:
    kind = leaf.type
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        try:
            return [value or "" for value in leaf.to_pylist()]
        except UnicodeDecodeError:
            leaf = leaf.cast(pa.large_binary())
    return [_decoded(value) for value in leaf.to_pylist()]


def _decoded(value: bytes | str | None) -> str:
    """Return the text of bytes; nothing where they hold none."""
    if isinstance(value, bytes):
        return encoding.text(value) if encoding.is_text(value) else ""
    return value or ""


def _is_words(kind: pa.DataType) -> bool:
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_string_view(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_binary_view(kind)
        or types.is_fixed_size_binary(kind)
    )
