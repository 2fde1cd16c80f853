"""The shape of a JSON document: told by typed dictionaries, written as JSON Schema, checked.

The few keywords that typed dictionaries need are checked here, so that reading a release takes
no library for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import cleandoc
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Schema = Mapping[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LARGEST = 2**53 - 1
"""The largest integer that every reader of JSON keeps."""
_LONGEST = 48
_NAMES: Mapping[type, str] = {str: "string", int: "integer", bool: "boolean", NoneType: "null"}
_KINDS: Mapping[str, type] = {name: kind for kind, name in _NAMES.items()} | {
    "object": dict,
    "array": list,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limit:
    """What a schema says beyond the type, in an annotation of it."""

    keywords: Mapping[str, Any]


Count = Annotated[int, Limit(keywords={"minimum": 0, "maximum": _LARGEST})]
"""How often, or how many."""


def text(pattern: str) -> Limit:
    """Return the limit to texts of this form, written as a regular expression without ends."""
    return Limit(keywords={"pattern": f"^(?:{pattern})$"})


class Fault(NamedTuple):
    """Where a document is not of its shape."""

    place: str
    problem: str


def schema(hint: Any) -> dict[str, Any]:
    """Return the JSON Schema of a type."""
    origin, args = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        return _of_document(hint)
    if origin is Annotated:
        return {**schema(args[0]), **args[1].keywords}
    if origin in (Union, UnionType):
        return _of_union([schema(one) for one in args])
    if origin is dict:
        return _of_mapping(*map(schema, args))
    if origin is list:
        return {"type": "array", "items": schema(args[0])}
    return {"enum": list(args)} if origin is Literal else {"type": _NAMES[hint]}


def _of_mapping(names: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    limit = {"propertyNames": names} if "pattern" in names else {}
    return {"type": "object", "additionalProperties": values, **limit}


def _of_document(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {
        "type": "object",
        "description": cleandoc(kind.__doc__),
        "properties": {key: schema(hints[key]) for key in sorted(hints)},
        "required": sorted(kind.__required_keys__),
        "additionalProperties": False,
    }


def _of_union(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Types that have no keywords of the same name go together; null has none."""
    if all(one.keys() == {"type"} for one in found[1:]):
        return {**found[0], "type": [one["type"] for one in found]}
    return {"anyOf": found}


def fault(value: Any, schema: Schema) -> Fault | None:
    """Return the first fault of the value, if it has one; no value is quoted."""
    return next(_faults(value, schema, ()), None)


def _faults(value: Any, schema: Schema, at: tuple[str, ...]) -> Iterator[Fault]:
    problem = _problem(value, schema)
    if problem:
        yield Fault(", ".join(at), problem)
        return
    if isinstance(value, dict):
        yield from _of_keys(value, schema, at)
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _faults(item, schema["items"], (*at, f"entry {number}"))


def _of_keys(value: dict[str, Any], schema: Schema, at: tuple[str, ...]) -> Iterator[Fault]:
    known, other = schema.get("properties", {}), schema["additionalProperties"]
    missing = next((key for key in schema.get("required", ()) if key not in value), None)
    if missing is not None:
        yield Fault(", ".join((*at, missing)), "the key is missing")
    for key, item in value.items():
        here = (*at, _shown(key))
        if key not in known and other is False:
            yield Fault(", ".join(here), "there is no such key")
        elif _problem(key, schema.get("propertyNames", {})):
            yield Fault(", ".join(here), "the key is not of the right form")
        else:
            yield from _faults(item, known.get(key, other), here)


def _problem(value: Any, schema: Schema) -> str:
    """Return what is wrong with the value itself, whatever it holds."""
    if "anyOf" in schema:
        fits = any(fault(value, one) is None for one in schema["anyOf"])
        return "" if fits else "it has none of the forms that it may have"
    if "const" in schema or "enum" in schema:
        allowed = schema.get("enum", [schema.get("const")])
        fits = any(value == one and type(value) is type(one) for one in allowed)
        return "" if fits else f"it must be {' or '.join(map(str, allowed))}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and type(value) not in [_KINDS[kind] for kind in kinds]:
        return f"it must be of type {' or '.join(kinds)}"
    if isinstance(value, str) and "pattern" in schema:
        fits = re.fullmatch(schema["pattern"].removesuffix("$"), value) is not None
        return "" if fits else "the text is not of the right form"
    least, most = schema.get("minimum", value), schema.get("maximum", value)
    if type(value) is int and not least <= value <= most:
        return f"it must be from {least:,} to {most:,}"
    return ""


def _shown(key: str) -> str:
    quoted = ascii(key)[1:-1]
    return quoted if len(quoted) <= _LONGEST else f"{quoted[:_LONGEST]}…"


def known(value: Any, schema: Schema) -> Any:
    """Return the value without the keys that the schema does not know of."""
    if isinstance(value, list):
        return [known(item, schema["items"]) for item in value]
    if not isinstance(value, dict):
        return value
    properties, other = schema.get("properties", {}), schema["additionalProperties"]
    return {
        key: known(item, properties.get(key, other))
        for key, item in value.items()
        if key in properties or other is not False
    }
