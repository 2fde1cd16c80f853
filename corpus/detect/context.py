"""Whether an occurrence of a hidden surface means the same here, by what stands around it."""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.model import Label

_SHORT = 2
_BARE_DIGITS = 3
_NEAR = 24

_SENTENCE_START = re.compile(r"(?:^|[.!?:;\u2026\n])[\s\"'\u2018\u201c(\[*#>_-]*$")
_NAME_BEFORE = re.compile(
    r"(?i)\b(?:mrs?|ms|miss|dr|prof)\.?\s+$|\b(?:work(?:s|ed|ing)?|employed)\s+(?:at|for)\s+$"
)
_NAME_AFTER = re.compile(
    r"['\u2019]s\b|\s*(?:[,.:!?]|$)|\s+and\s+(?:I\b|[A-Z])"
    r"|\s+(?:ate|came|can|could|did|does|gave|goes|got|had|has|is|just|knew|left|made|may|might|never"
    r"|once|put|ran|said|sat|saw|sent|should|spoke|still|thought|told|took|was|went|who|would|wrote)\b"
    r"|\s+(?:ca|could|did|do|does|had|has|is|should|was|wo|would)n['\u2019]t\b"
    r"|\s+[a-z]{2,}(?:s|ed)\b"
)
_SPEAKS_AFTER = re.compile(
    r"\s+(?:answered|asked|asks|cried|hates|knows|laughed|likes|loves|said|says|sent|thinks|told|uses"
    r"|wants|writes|wrote)\b"
)
"""What people alone do, where nothing is written with a capital."""
_ARTICLE = re.compile(r"(?i)\b(?:actual|an?|any|every|real|some)\s+$")
_THE = re.compile(r"(?i)\bthe\s+$")
_INTERJECTION = re.compile(r"a+h+|ha|hey|hm+|o+h+|u+[hm]+|wow|yes|no|ok")
_AFTER_INTERJECTION = re.compile(r"\s*(?:[,.!?\u2026-]|$)")
LITTLE_WORDS = re.compile(
    r"(?i)(?:\W*\b(?:an?|and|at|by|for|from|in|is|it|of|on|or|s|that|the|this|to|was|with)\b)+\W*"
)
"""What is no name by itself, though it may be part of one."""
_NEVER = re.compile(r"\w+['\u2019](?:d|ll|m|re|t|ve)|dr|mrs?|ms|miss|prof|herr|frau")
"""Contractions and bare titles; they become a surface by mistake alone."""

_SELDOM_WITH_THE = ("PERSON", "WORK_TITLE")

_NUMBER_WORD = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)"
)
_AGE_BEFORE = re.compile(
    r"(?i)\b(?:age[ds]?|at|i['\u2019]?m|am|are|is|of|said|turn(?:s|ed|ing)?|was|you['\u2019]re)"
    r"[\s\":]+$"
)
_COUNT_AFTER = re.compile(
    r"(?i)\s*(?:[%$\u20ac\u00a3]|[-\u2013./:,]?\d)|\s+(?:[ap]\.?m|of|per|to)\b|\s+\w+s\b"
)
_OLD_AFTER = re.compile(r"(?i)[\s-]*(?:(?:years?|yrs?)[\s-]+(?:old|of age)|y/?o)\b")
_HYPHEN_BEFORE = re.compile(r"\w-$")


class Why(NamedTuple):
    """A rule's name and its reason, for a person."""

    rule: str
    reason: str


_LETTER = Why("keep.short-surface", "a form this short counts only where its case agrees")
_WORD = Why("keep.ambiguous-word", "an everyday word here, though a name elsewhere in the text")
_NUMBER = Why("keep.bare-number", "a number that nothing here ties to the person")
NO_NAME = Why("keep.no-name", "the same letters as a short form elsewhere, and no name here")
OWN = frozenset({_LETTER.rule, _WORD.rule, _NUMBER.rule, NO_NAME.rule})
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
    if word.isdigit() or (label == "AGE" and _NUMBER_WORD.fullmatch(word)):
        return None if _is_same_number(place, label) else _NUMBER
    if _NEVER.fullmatch(word):
        return _WORD
    if _INTERJECTION.fullmatch(word) and _is_interjection(place):
        return _WORD
    is_little = LITTLE_WORDS.fullmatch(word) is not None
    if is_little or word in ambiguous or word.removesuffix("s") in ambiguous:
        may_speak = label == "PERSON" and first.islower() and not is_little
        speaks = may_speak and _SPEAKS_AFTER.match(place.after)
        return None if speaks or agrees(place, first) else _WORD
    if len(word) <= _SHORT:
        is_same = len(word) > 1 and (place.surface == first or place.surface.isupper())
        return None if is_same else _LETTER
    is_common = place.surface.islower() and first[:1].isupper() and word.isalpha()
    is_thing = label in _SELDOM_WITH_THE and _THE.search(place.before)
    return _WORD if is_common and (is_thing or _ARTICLE.search(place.before)) else None


def _is_interjection(place: Place) -> bool:
    is_alone = _AFTER_INTERJECTION.match(place.after) is not None
    return is_alone and _SENTENCE_START.search(place.before) is not None


def _is_same_number(place: Place, label: Label) -> bool:
    if label == "AGE":
        return _HYPHEN_BEFORE.search(place.before) is None and (
            _OLD_AFTER.match(place.after) is not None
            or bool(_AGE_BEFORE.search(place.before) and not _COUNT_AFTER.match(place.after))
        )
    return len(place.surface) > _BARE_DIGITS


def agrees(place: Place, first: str) -> bool:
    """Tell whether case and neighbours speak for a name.

    Args:
        place: the occurrence.
        first: the first mention's surface.
    """
    surface = place.surface
    if _NAME_BEFORE.search(place.before):
        return True
    if len(surface) == 1 or not surface[0].isupper():
        return False
    if surface.isupper() or first.isupper():
        return surface.isupper() and first.isupper()
    if not _SENTENCE_START.search(place.before):
        return True
    return _NAME_AFTER.match(place.after) is not None
