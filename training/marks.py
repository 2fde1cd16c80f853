"""Inline marks, `<<LABEL/mask|mention>>` -> a text and where what stands in it.

`python -m training.marks FOLDER` prints its transcripts as lines of gold, for
`benchmarks/quality.py`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

from corpus.model import LABELS, MASKS
from training.example import Example, of_transcript

WRITTEN = Path(__file__).parent / "written"
UNREAD = Path(__file__).parent / "unread"
"""Transcripts of the same kind that no weights are fitted to."""
ONLY_NONE = "OTHER"
"""The label of what tempts a detector and fits no other."""

_MARK = re.compile(r"<<([A-Z_]+)/([a-z]+)\|(.*?)>>(?!>)", re.DOTALL)


class MarkError(ValueError):
    """A mark does not hold; the message names file and line."""


def parse(marked: str, place: str) -> tuple[str, list[tuple[int, int, str, str]]]:
    """Return the text without its marks, and each mark's start, end, label and mask.

    Raises:
        MarkError: a mark has no such label or mask, is empty, nested or never closed.
    """
    parts: list[str] = []
    spans: list[tuple[int, int, str, str]] = []
    at = length = 0
    for match in _MARK.finditer(marked):
        label, mask, mention = match.groups()
        before = marked[at : match.start()]
        problem = _problem(label, mask, mention)
        if problem:
            raise MarkError(f"{_where(place, marked, match.start())}: {problem}")
        _refuse_brackets(before, place, marked, at)
        parts += [before, mention]
        start = length + len(before)
        length, at = start + len(mention), match.end()
        spans.append((start, length, label, mask))
    _refuse_brackets(marked[at:], place, marked, at)
    return "".join((*parts, marked[at:])), spans


def _problem(label: str, mask: str, mention: str) -> str | None:
    if label not in (*LABELS, ONLY_NONE):
        return f"there is no label {label}"
    if mask not in MASKS:
        return f"there is no mask {mask}"
    if label == ONLY_NONE and mask != "none":
        return f"{ONLY_NONE} is for mask none alone"
    if not mention or mention != mention.strip():
        return "the mention is empty or has blanks at its ends"
    if "<<" in mention:
        return "a mark begins inside another, or one is not closed"
    return None


def _refuse_brackets(text: str, place: str, marked: str, at: int) -> None:
    found = re.search(r"<<[A-Z_]+/", text)
    if found:
        raise MarkError(f"{_where(place, marked, at + found.start())}: the mark is not closed")


def _where(place: str, marked: str, at: int) -> str:
    return f"{place}:{marked.count(chr(10), 0, at) + 1}"


def load(folder: Path = WRITTEN) -> Iterator[Example]:
    """Yield the marked transcripts of a folder, by name.

    Raises:
        MarkError: a mark does not hold.
    """
    for path in sorted(folder.glob("*.md")):
        text, spans = parse(path.read_text(encoding="utf-8"), path.name)
        yield of_transcript(path.stem, "written", text, spans)


def main() -> None:
    """Print a folder's transcripts as gold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=UNREAD)
    folder = parser.parse_args().folder
    paths = sorted(folder.glob("*.md"))
    if not paths:
        parser.error(f"{folder}: no marked transcripts (*.md) there - name their folder")
    for path in paths:
        text, spans = parse(path.read_text(encoding="utf-8"), path.name)
        print(json.dumps({"id": path.stem, "text": text, "spans": spans}, ensure_ascii=False))


if __name__ == "__main__":
    main()
