"""What nobody sees and names can hide behind: controls, zero-width and bidi characters.

What joins emoji, and letters of scripts that are written joined, stays; so do flags and keycaps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from corpus.ingest.repair.edits import Edit

_CONTROL = re.compile(
    "\x1b\\[[0-9;?]{0,20}[ -/]?[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U00013438\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_ANY = re.compile(f"[{_UNSEEN}]")
_JOINED = (
    "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua8e0-\ua8ff\ufb50-\ufdff\ufe70-\ufefc"
)
_EMOJI = r"(?![©®])\p{Extended_Pictographic}[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
_TAGS = {c: chr(0xE0000 + ord(c)) for c in "begnlcstw"}
_NATIONS = "|".join("".join(map(_TAGS.__getitem__, name)) for name in ("gbeng", "gbsct", "gbwls"))
_SEEN_TO = regex.compile(
    rf"(?:\U0001f3f4(?:{_NATIONS})\U000e007f"
    rf"|{_EMOJI}(?:\u200d{_EMOJI})*"
    r"|[©®]\ufe0f|[0-9#*]\ufe0f\u20e3"
    rf"|(?<=[{_JOINED}])(?:\u200c(?=[{_JOINED}])|\u200d(?![{_UNSEEN}])))"
    rf"|(?P<unseen>[{_UNSEEN}])"
)
"""Whole sequences first, so that their joiners are none of the rest."""
_SOFT_HYPHEN = "\u00ad"
_LINE_END = re.compile(r"[ \t]*\n")


def controls(text: str) -> Iterator[Edit]:
    """Yield control characters; breaks are odd space, see space.py."""
    return (Edit(*match.span(), "") for match in _CONTROL.finditer(text))


def invisible(text: str) -> Iterator[Edit]:
    """Yield what is not seen; a soft hyphen at a line's end is, and becomes a hyphen."""
    if _ANY.search(text) is None:
        return
    for match in _SEEN_TO.finditer(text):
        if match["unseen"]:
            shown = match[0] == _SOFT_HYPHEN and _LINE_END.match(text, match.end())
            yield Edit(*match.span(), "-" if shown else "")
