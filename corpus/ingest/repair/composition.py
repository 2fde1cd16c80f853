"""Letters whose accents stand apart, composed: each name is spelt in one way only (NFC)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

import regex

from corpus.ingest.repair.edits import Edit

_IN_PIECES = (
    "\u0300-\u036f\u0374\u037e\u0387\u0653-\u0655\u0930-\u1028\u102e\u1100-\u11ff\u1b05-\u1b42"
    "\u1f71-\u1fff\u2126\u212a\u212b\u2329\u232a\u3099\u309a\uf900-\ufb4e"
    "\U00011099-\U00011938\U0001d15e-\U0001d1c0\U0002f800-\U0002fa1d"
)
"""All that NFC may compose or replace, and some of what lies between."""
_MAYBE = re.compile(f"[{_IN_PIECES}]")
_CLUSTER = regex.compile(
    r"\P{M}\p{M}{1,30}|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]"
    rf"|[{_IN_PIECES}]"
)
"""What NFC looks at together; more marks than that are no word, and slow to sort."""


def in_pieces(text: str) -> Iterator[Edit]:
    """Yield letters with their accents apart, and what they are in one piece."""
    if _MAYBE.search(text) is None:
        return
    for match in _CLUSTER.finditer(text):
        composed = normalize("NFC", match[0])
        if composed != match[0]:
            yield Edit(*match.span(), composed)
