"""The JSON Schema that ships says what the types say, and what is read keeps to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.release import manifest as manifests
from corpus.release import shape
from corpus.release.read import Release
from corpus.release.schema import FORMAT, OLDEST
from tests.damage import manifest_of

FORMATS = range(OLDEST, FORMAT + 1)
PACKAGE = Path(manifests.__file__).parent


def conforms(document: Any, schema: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(schema).is_valid(document))


def test_the_schema_that_ships_is_made_from_the_types() -> None:
    shipped = (PACKAGE / manifests.SCHEMA).read_text(encoding="utf-8")
    made = json.dumps(manifests.made_schema(), indent=1, ensure_ascii=False)
    assert shipped == f"{made}\n", "run `make schema`"


@pytest.mark.parametrize("number", FORMATS)
def test_the_schema_of_each_format_is_one(number: int) -> None:
    schema = manifests.known_schema(number)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"manifest-{number}.schema.json"


def test_a_release_names_the_schema_that_it_keeps_to(release: Release) -> None:
    manifest = manifest_of(release.path)
    named = json.loads((PACKAGE / manifest["schema"]).read_bytes())
    jsonschema.validate(manifest, named)


WRONG: tuple[Any, ...] = (None, True, -1, 2**60, "x", "sha256:0", [], ["x"], {}, {"x": 1}, 3)


def variants(document: Any, schema: Any) -> Iterator[Any]:
    """Yield the document with one thing in it wrong, or merely other."""
    if isinstance(document, dict):
        yield {**document, "more": 1}
        for key, value in document.items():
            yield {k: v for k, v in document.items() if k != key}
            for other in (*WRONG, *variants(value, schema)):
                yield {**document, key: other}
    elif isinstance(document, list):
        yield [*document, 1]
        for number, value in enumerate(document):
            for other in (*WRONG, *variants(value, schema)):
                yield [*document[:number], other, *document[number + 1 :]]


def test_what_is_refused_is_what_the_schema_refuses(release: Release) -> None:
    schema = manifests.known_schema(FORMAT)
    document = manifest_of(release.path)
    for table in document["tables"].values():
        del table["columns"][1:]
    judged = {True: 0, False: 0}
    for other in variants(document, schema):
        fits = conforms(other, schema)
        judged[fits] += 1
        assert (shape.fault(other, schema) is None) == fits, shape.fault(other, schema)
    assert min(judged.values()) > 30


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: (
    st.lists(inner) | st.dictionaries(st.text(), inner)
)))  # fmt: skip
def test_any_json_is_judged_alike(document: Any) -> None:
    schema = {"additionalProperties": manifests.made_schema()["properties"]["files"]}
    schema |= {"type": "object"}
    assert (shape.fault(document, schema) is None) == conforms(document, schema)


def test_a_fault_says_where_and_what_but_quotes_nothing(release: Release) -> None:
    document = manifest_of(release.path)
    document["files"]["README.md"]["bytes"] = "kestrel-loom"
    document["tables"]["turns"]["columns"][2]["type"] = "float"
    faults = [
        shape.fault({**manifest_of(release.path), key: document[key]}, manifests.known_schema(3))
        for key in ("files", "tables")
    ]
    assert faults == [
        ("files, README.md, bytes", "it must be of type integer"),
        ("tables, turns, columns, entry 3, type", "it must be string or int32 or int64"),
    ]


class _Inner(TypedDict):
    """Inside."""

    word: Annotated[str, shape.text("[a-z]+")] | None


class _Outer(TypedDict):
    """Outside."""

    kind: Literal["a", "b"]
    many: list[_Inner]
    either: _Inner | shape.Count


def test_a_type_is_written_as_a_schema() -> None:
    inner = {
        "type": "object",
        "description": "Inside.",
        "properties": {"word": {"type": ["string", "null"], "pattern": "^(?:[a-z]+)$"}},
        "required": ["word"],
        "additionalProperties": False,
    }
    assert shape.schema(_Outer)["properties"] == {
        "either": {"anyOf": [inner, {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}]},
        "kind": {"enum": ["a", "b"]},
        "many": {"type": "array", "items": inner},
    }
    document = {"kind": "a", "many": [{"word": "x"}, {"word": None}], "either": 7}
    assert shape.fault(document, shape.schema(_Outer)) is None
    wrong = deepcopy(document) | {"either": {"word": "X"}}
    assert shape.fault(wrong, shape.schema(_Outer)) == (
        "either",
        "it has none of the forms that it may have",
    )
