"""Letters of another alphabet that pass for Latin ones inside a Latin word."""

# ruff: noqa: RUF001 - look-alikes are its matter

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from corpus.ingest.repair.edits import Edit

_LIKE_LATIN = (
    ("АВЕЅІЇЈКМНОРСТУХҮӀԌԚԜЁѴ", "ABESIÏJKMHOPCTYXYIGQWËV"),
    ("асԁеёһіїјӏорԛгѕѵԝхуү", "acdeëhiïjlopqrsvwxyy"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC"),
    ("οϲϳ", "ocj"),
)
"""After Unicode's list of confusables, Cyrillic and Greek; those that are told apart at a glance
are left out."""
_SYMBOLS = ("αγικνρυχ", "ayikvpux")
"""Greek letters that science writes beside Latin ones (TNFα, Δx): names alone are made of them."""

_LATIN = {a: b for these, those in _LIKE_LATIN for a, b in zip(these, those, strict=True)}
_IN_NAMES = dict(zip(*_SYMBOLS, strict=True))
_TWINS = frozenset(_LATIN.values())
_ANY = re.compile(f"[{''.join(_LATIN)}{''.join(_IN_NAMES)}]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f]")
_OTHER_LETTER = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f]")
_MOST = 5
"""Of so many letters all but one are Latin."""
_SHORTEST_NAME = 4


def homoglyphs(text: str) -> Iterator[Edit]:
    """Yield look-alikes in words that are Latin otherwise; genuine foreign words stay."""
    if _ANY.search(text) is None:
        return
    in_latin = _is_mostly_latin(text)
    for word in _WORD.finditer(text):
        foreign = _ANY.findall(word[0])
        if foreign and _is_latin(word[0], foreign, in_latin=in_latin):
            for index, letter in enumerate(word[0], start=word.start()):
                if letter in _LATIN or letter in _IN_NAMES:
                    yield Edit(index, index + 1, _LATIN.get(letter) or _IN_NAMES[letter])


def _is_mostly_latin(text: str) -> bool:
    """Tell whether a foreign word would be alone in the text."""
    latin, others = len(_LATIN_LETTER.findall(text)), len(_OTHER_LETTER.findall(text))
    return latin >= others * (_MOST - 1)


def _is_latin(word: str, foreign: list[str], *, in_latin: bool) -> bool:
    """Tell whether the other letters are Latin: most of them, or one that has no twin.

    In a text that is Latin otherwise, one is enough.
    """
    own = [letter for letter in word if letter not in _LATIN and letter not in _IN_NAMES]
    if not own or not all(unicodedata.name(c, "").startswith("LATIN ") for c in own):
        return False
    if not in_latin and len(own) <= len(foreign) and all(letter in _TWINS for letter in own):
        return False
    return not any(letter in _IN_NAMES for letter in foreign) or _is_name(word)


def _is_name(word: str) -> bool:
    return len(word) >= _SHORTEST_NAME and word[0].isupper() and word[1:].islower()
