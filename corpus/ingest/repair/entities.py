"""HTML entities in text, decoded once; code and addresses keep theirs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import unescape
from html.entities import html5, name2codepoint

from corpus.ingest.repair.edits import Edit
from corpus.ingest.speakers.labels import code_blocks

_ENTITY = re.compile(r"&(?:#(?:\d{1,7}|[xX][0-9A-Fa-f]{1,6})|(?P<name>[A-Za-z][A-Za-z0-9]{1,30}));")
_KEPT = re.compile(
    r"(?<!`)(?P<ticks>`{1,2})(?!`)[^`\n](?:(?!(?P=ticks))[^\n])*(?P=ticks)(?!`)"
    r"|(?i:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.)[^\s<>\"“”]+"
)
"""Code between backticks, and addresses."""
_MARKUP = "amp lt gt quot apos AMP LT GT QUOT commat period lowbar"
_TYPOGRAPHIC = "[\xa0-\xff\u2000-\u205f\u20ac\u2122]"


def shielded(text: str) -> str:
    """Let what a reader decoded stay as it is now: `&lt;` that was written as `&amp;lt;`."""
    return _ENTITY.sub(lambda match: f"&amp;{match[0][1:]}", text)


def entities(text: str) -> Iterator[Edit]:
    """Yield entities that end in a semicolon, outside code and addresses."""
    if "&" not in text or not (found := list(_ENTITY.finditer(text))):
        return
    kept = sorted([*code_blocks(text), *(match.span() for match in _KEPT.finditer(text))])
    index, covered = 0, 0
    for match in found:
        while index < len(kept) and kept[index][0] <= match.start():
            covered = max(covered, kept[index][1])
            index += 1
        if match.start() >= covered and (match["name"] is None or match["name"] in _known()):
            yield Edit(*match.span(), unescape(match[0]))


@cache
def _known() -> frozenset[str]:
    """Return the names of letters and punctuation; `&sum;` may be the address of a variable."""
    signs = {name for name, code in name2codepoint.items() if re.match(_TYPOGRAPHIC, chr(code))}
    letters = {name[:-1] for name, sign in html5.items() if name[-1] == ";" and _is_letter(sign)}
    return frozenset(signs | letters | set(_MARKUP.split()))


def _is_letter(sign: str) -> bool:
    return len(sign) == 1 and unicodedata.name(sign, "").startswith("LATIN ") and sign > "\x7f"
