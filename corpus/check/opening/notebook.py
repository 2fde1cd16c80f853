"""Opens Jupyter notebooks, cell by cell: inputs, outputs, and what is noted about them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from corpus.check.opening import encoding, literals, markup
from corpus.check.opening.content import Content
from corpus.check.opening.passages import cut
from corpus.check.opening.prose import is_prose
from corpus.check.types import Opened, Passage

_MOST_VALUES = 1_000_000
"""Values, at most: each takes more memory than it has characters."""
_PICTURES = ("image/", "audio/", "video/", "application/pdf", "application/octet-stream")
_PDF = '"application/pdf"'
_ESCAPED = ("text/html", "image/svg+xml")


def opened(content: Content, kind: str) -> Opened:
    """Open a notebook; one that is none is read as JSON."""
    text = encoding.text(content.data)
    notebook = _notebook(text)
    cells = _taken(notebook) if isinstance(notebook, dict) else []
    if not cells:
        return literals.opened(content, "json")
    told = "\n".join(_joined(_input(c)[1]) for c in cells if c.get("cell_type") != "code")
    return Opened(
        kind=kind,
        passages=_passages(cells, notebook),
        is_prose=is_prose(told, content.suffix),
        skipped="PDF in it is not read" if _PDF in text else "",
    )


def _notebook(text: str) -> object:
    if sum(map(text.count, ",[{")) > _MOST_VALUES:
        return None
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of one that has a key twice, a value would be lost."""
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError
    return found


def _taken(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Take the cells out of a notebook; in old ones they lie in sheets."""
    sheets = notebook.get("worksheets")
    taken = []
    for holder in (notebook, *(sheets if isinstance(sheets, list) else ())):
        cells = holder.get("cells") if isinstance(holder, dict) else None
        if isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells):
            taken += holder.pop("cells")
    return taken


def _input(cell: dict[str, Any]) -> tuple[str, object]:
    key = "source" if "source" in cell else "input"
    return key, cell.get(key)


def _passages(cells: list[dict[str, Any]], notebook: object) -> Iterator[Passage]:
    for number, cell in enumerate(cells, 1):
        place = f"cell {number}"
        key, source = _input(cell)
        yield from _within(source, place)
        outputs = cell.get("outputs")
        for count, output in enumerate(outputs if isinstance(outputs, list) else [outputs], 1):
            yield from _within(output, f"{place}, output {count}")
        rest = {k: value for k, value in cell.items() if k not in (key, "outputs")}
        yield from _within(rest, f"{place}, metadata")
    yield from _within(notebook, "metadata")


def _within(value: object, inside: str) -> Iterator[Passage]:
    """Yield every text in a value, the keys of objects too; pictures are left out."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        key, part = waiting.pop()
        if isinstance(part, dict):
            waiting += reversed(part.items())
            yield from cut("\n\n".join(part), inside=inside, line=0)
        elif isinstance(part, list) and not all(isinstance(line, str) for line in part):
            waiting += (("", inner) for inner in reversed(part))
        else:
            read = markup.passages if key in _ESCAPED else cut
            text = _joined(part)
            yield from read(_unpacked(text) if key.startswith(_PICTURES) else text, inside=inside)


def _unpacked(text: str) -> str:
    """Return what is written where a picture is expected; nothing where it is one."""
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return text
    return encoding.text(data) if encoding.is_text(data) else ""


def _joined(value: object) -> str:
    """Return a text, which notebooks hold whole or as a list of lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""
