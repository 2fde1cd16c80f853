"""JSON text in, its values out: asked for by key, with their place, and never half a character."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from corpus.ingest.source import Source

Value = Any
"""What JSON may hold."""

_REMEDY = "export the chat again, or name the format that it is in with --format"
_WORDS = frozenset([None, "text", "input_text", "output_text"])
"""The types of content block that hold what was said."""


class Words(NamedTuple):
    """What was said in a message, and how many blocks beside it were left out."""

    text: str
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A JSON object that knows where it stands; null and what is missing are alike."""

    fields: Mapping[str, Value] = field(repr=False)
    source: Source
    place: str

    def text(self, key: str) -> str:
        """Return the string under the key, "" where there is none.

        Raises:
            SourceError: something else stands there; so for the other kinds.
        """
        return whole(str(self._get(key, str, "")))

    def record(self, key: str) -> Record:
        """Return the object under the key, an empty one where there is none."""
        return Record(fields=self._get(key, dict, {}), source=self.source, place=self.place)

    def values(self, key: str) -> list[Value]:
        """Return the list under the key, an empty one where there is none."""
        found: list[Value] = self._get(key, list, [])
        return found

    def records(self, key: str, name: str) -> list[Record]:
        """Return the objects in the list under the key, each called by name and number."""
        return list(_numbered(self.values(key), self.source, f"{self.place}, {name}"))

    def members(self) -> dict[str, Record]:
        """Return the objects under all keys, which are names that the file gives."""
        numbered = _numbered(list(self.fields.values()), self.source, f"{self.place}, entry")
        return dict(zip(self.fields, numbered, strict=True))

    def _get(self, key: str, kind: type, default: Value) -> Value:
        value = self.fields.get(key)
        if value is None:
            return default
        if not isinstance(value, kind):
            raise self.source.error(f"unexpected value under '{key}'", self.place, _REMEDY)
        return value


def parse(text: str, source: Source, *, line: int = 1) -> Value:
    """Return the value of a JSON text that begins on the given line.

    Raises:
        SourceError: it is none.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place, problem = f"line {line + error.lineno - 1}, column {error.colno}", error.msg
    except RecursionError:
        place, problem = f"line {line}", "nested too deeply"
    except ValueError:
        place, problem = f"line {line}", "a number is too long"
    raise source.error(
        f"not valid JSON ({problem})", place, "complete or remove it; the file may be truncated"
    )


def records(value: Value, source: Source, name: str) -> Iterator[Record]:
    """Yield the objects of a list, or the only one there is, each called by name and number.

    Raises:
        SourceError: an item is no object.
    """
    yield from _numbered(value if isinstance(value, list) else [value], source, name)


def words(blocks: Sequence[Value]) -> Words:
    """Return what the blocks of a message say; calls of tools, thoughts and images stay out."""
    said = [text for text in map(_block, blocks) if text is not None]
    return Words(whole("\n\n".join(said)), len(blocks) - len(said))


def whole(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON may hold and no file can store."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _block(block: Value) -> str | None:
    if isinstance(block, dict):
        kind = block.get("type")
        block = block.get("text") if isinstance(kind, str | None) and kind in _WORDS else None
    return block if isinstance(block, str) else None


def _numbered(items: Sequence[Value], source: Source, name: str) -> Iterator[Record]:
    for number, item in enumerate(items, 1):
        place = f"{name} {number}"
        if not isinstance(item, dict):
            raise source.error("not a JSON object", place, _REMEDY)
        yield Record(fields=item, source=source, place=place)
