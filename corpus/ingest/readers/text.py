"""Reads plain text and Markdown: one transcript, or several under headings or IDs.

A transcript of the published form begins with a heading `# Dialog N`, a line
`**Transcript ID:** work_0580` and a rule; each of the three may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.ingest.drafts import of_text
from corpus.ingest.fences import Ranges, blocks
from corpus.ingest.source import Source, claim
from corpus.ingest.speakers.labels import above
from corpus.ingest.speakers.openers import turn_openers
from corpus.model import Draft

_ID = r"(?:\*\*|__)?[Tt]ranscript[ _-]?(?:ID|Id|id)(?:\*\*|__)?[ ]?:[ ]?(?:\*\*|__)?(?P<{}>[^\n]*)"
_HEADER = re.compile(
    rf"^(?:#{{1,3}}[ \t]+Dialog(?:ue)?[ \t]+\S+[ \t]*"
    rf"(?:\n\s*{_ID.format('under')}|(?=\s*(?:---|[^\n:]{{1,50}}:|\Z)))"
    rf"|{_ID.format('alone')})$",
    re.MULTILINE,
)
_RULE = re.compile(r"\n[ \t]*-{3,}\s*\Z")


def read(source: Source) -> Iterator[Draft]:
    """Yield the transcripts of a text file, each with its own slice."""
    flat = _flat(source.text)
    headers = _headers(flat)
    first = headers[0].start() if headers else len(flat)
    alone = not headers or turn_openers(flat[:first], source.roles)
    if alone:
        yield of_text(source.text[: _end(flat, 0, first)], source, "line 1")
    starts = [first if alone else 0, *(h.start() for h in headers[1:]), len(flat)]
    for header, (start, stop) in zip(headers, pairwise(starts), strict=False):
        place = f"line {flat.count(chr(10), 0, header.start()) + 1}"
        claimed = claim((header["under"] or header["alone"] or "").strip(" \t*_"), source, place)
        yield of_text(source.text[start : _end(flat, start, stop)], source, place, claimed)


def has_header(text: str) -> bool:
    """Tell whether a transcript of the published form begins somewhere in the text."""
    return bool(_headers(_flat(text)))


def _headers(flat: str) -> list[re.Match[str]]:
    found = [h for h in _HEADER.finditer(flat) if h["alone"] is None or above(flat, h.start())[0]]
    code = Ranges(blocks(flat, [h.start() for h in found]))
    return [h for h in found if h.start() not in code]


def _flat(text: str) -> str:
    """Return the text with newlines alone and every code point where it was."""
    return text.replace("\r\n", " \n").replace("\r", "\n")


def _end(flat: str, start: int, stop: int) -> int:
    """Leave out the rule that sets the next transcript apart."""
    rule = _RULE.search(flat, start, stop) if stop < len(flat) else None
    return rule.start() if rule else stop
