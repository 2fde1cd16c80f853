"""Whether an occurrence of a hidden surface means the same here, by what stands around it."""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.model import Label

_SHORT = 2
_BARE_DIGITS = 3
_NEAR = 24
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\u2026\n])[\s\"'\u2018\u201c(\[*#>_-]*$")
_NAME_FOLLOWS = re.compile(
    r"['\u2019]s\b|\s*(?:[,.!?]|$)"
    r"|\s+(?:and\s+I|asked|asks|had|has|is|said|says|thinks|told|was|who|works?|worked)\b"
)
_FUNCTION_WORDS = re.compile(
    r"(?:(?:a|an|and|at|by|for|from|in|is|it|of|on|or|that|the|this|to|was|with)(?:\s+|$))+"
)
_AGE_BEFORE = re.compile(r"(?i)(?:\bage[ds]?|\bi['\u2019]?m|\bi am|\bturn(?:s|ed|ing)?|\bwas)\s+$")
_AGE_AFTER = re.compile(r"(?i)\s*-?\s*(?:years?|yrs?|y/?o)\b")


class Why(NamedTuple):
    """A rule's name and its reason, for a person."""

    rule: str
    reason: str


_LETTER = Why("keep.short-surface", "a form this short counts only where its case agrees")
_WORD = Why("keep.ambiguous-word", "an everyday word here, though a name elsewhere in the text")
_NUMBER = Why("keep.bare-number", "a number that nothing here ties to the person")
OWN = frozenset({_LETTER.rule, _WORD.rule, _NUMBER.rule})
"""The rules that this module keeps by."""


class Place(NamedTuple):
    """An occurrence with its surroundings."""

    before: str
    surface: str
    after: str

    @classmethod
    def at(cls, text: str, start: int, end: int) -> Place:
        """Return the place of a text with what stands near it."""
        return cls(text[max(0, start - _NEAR) : start], text[start:end], text[end : end + _NEAR])


def reason_to_keep(
    place: Place, *, label: Label, first: str, ambiguous: frozenset[str]
) -> Why | None:
    """Return why the occurrence does not mean what the first mention meant, or nothing.

    Args:
        place: the occurrence.
        label: what the first mention is.
        first: its surface, as it was written there.
        ambiguous: lower-case words that are also names or firms.
    """
    word = place.surface.casefold()
    if word.isdigit():
        return None if _is_same_number(place, label) else _NUMBER
    if len(word) <= _SHORT:
        return None if _agrees(place, first) else _LETTER
    if word in ambiguous or _FUNCTION_WORDS.fullmatch(word):
        return None if _agrees(place, first) else _WORD
    return None


def _is_same_number(place: Place, label: Label) -> bool:
    if label == "AGE":
        return bool(_AGE_BEFORE.search(place.before) or _AGE_AFTER.match(place.after))
    return len(place.surface) > _BARE_DIGITS


def _agrees(place: Place, first: str) -> bool:
    """Tell whether case and neighbours speak for a name."""
    surface = place.surface
    if len(surface) == 1 or not surface[0].isupper():
        return False
    if surface.isupper() or first.isupper():
        return surface.isupper() and first.isupper()
    if not _SENTENCE_START.search(place.before):
        return True
    return _NAME_FOLLOWS.match(place.after) is not None
