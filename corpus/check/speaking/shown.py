"""Paths and places as one line can hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from corpus.check.types import Place
from corpus.printable import printable


def shown(path: str) -> str:
    r"""Return a path that neither ends a line nor begins a command of a CI's log.

    Those are "::name" at the start of a line (GitHub) and "##[" or "##vso[" anywhere (Azure,
    TeamCity, old runners).
    """
    line = printable(path).replace("##", "#\\x23")
    return f"./{line}" if line.lstrip().startswith(":") else line  # one more may follow


def has_position(place: Place) -> bool:
    """Tell whether line and column say where it is; what concerns all of a file may say neither."""
    return bool(place.line) and (place.length > 0 or (place.line, place.column) != (1, 1))


def where(place: Place) -> str:
    """Return where in the file, in words; nothing where it is the file as a whole."""
    parts = [shown(place.inside)] if place.inside else []
    if has_position(place):
        parts.append(f"line {place.line}, column {place.column}")
    return ", ".join(parts)


def what(place: Place) -> str:
    """Return what was found, but for the text itself."""
    length = f" ({_characters(place.length)})" if place.length else ""
    return f"{printable(place.label)} {printable(place.rule)}{length}"


def _characters(number: int) -> str:
    return "1 character" if number == 1 else f"{number} characters"


def text(path: str) -> str:
    r"""Return a path that is text throughout: a byte that is none reads as \udcff."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def dumped(document: Mapping[str, Any]) -> str:
    """Return JSON in ASCII; no line of it begins or holds a command of a CI's log."""
    return json.dumps(document, indent=1).replace("##", "#\\u0023")
