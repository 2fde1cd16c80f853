"""A date or an age -> its year or decade in the form of a placeholder, never of an original.

What is not understood becomes the plain placeholder.
"""

from __future__ import annotations

import re

from corpus.model import Label

_YEAR = re.compile(r"(?<!\d)((?:18|19|20)\d\d)(?!\d)(['\u2019]?s\b)?")
_NUMBER = re.compile(r"\d+")
_YOUNG_UNIT = re.compile(r"(?i)\b(?:days?|weeks?|months?)\b")
_YEAR_UNIT = re.compile(r"(?i)\b(?:years?|yrs?)\b")
_WORDS = re.compile(r"[a-z]+")
_STAND_IN = re.compile(r"\[[A-Z_]+ ([^\[\]]+)\]")
_AND = " AND "
_OLDEST = 120
_TOP = 90

_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_VALUES = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: value * 10 for value, word in enumerate(_TENS, start=2)},
    "hundred": 100,
}


def generalise(label: Label, text: str) -> str:
    """Return the mention's stand-in: [DATE 2019], [AGE 30-39], or [LABEL] alone."""
    kept = _years(text) if label == "DATE" else _decade(text) if label == "AGE" else ""
    return f"[{label} {kept}]" if kept else f"[{label}]"


def told(shown: str) -> frozenset[str]:
    """Return what a stand-in tells beside its label: years, a decade; other operators tell nothing.

    So [DATE 2019] tells more than [DATE], and [DATE_2] and ***** tell no more than that.
    """
    match = _STAND_IN.fullmatch(shown)
    return frozenset(match[1].split(_AND)) if match else frozenset()


def _years(text: str) -> str:
    """Return the years that are written out; a decade ("the 1990s") stays one."""
    found = (
        f"{year}-{year[:3]}9" if decade and year[3] == "0" else year
        for year, decade in _YEAR.findall(text)
    )
    return _AND.join(dict.fromkeys(found))


def _decade(text: str) -> str:
    numbers = _numbers(text)
    if _YOUNG_UNIT.search(text) and not _YEAR_UNIT.search(text):
        return "0-9" if all(number < _OLDEST for number in numbers) else ""
    decades = {_decade_of(years) for years in numbers}
    return decades.pop() if len(decades) == 1 else ""


def _numbers(text: str) -> list[int]:
    digits = [int(number) for number in _NUMBER.findall(text)]
    return digits or _spelt(text)


def _spelt(text: str) -> list[int]:
    """Return the numbers in words: "thirty-four years" is 34."""
    values = [_VALUES[word] for word in _WORDS.findall(text.lower()) if word in _VALUES]
    match values:
        case [tens, ones] if tens >= 20 and tens % 10 == 0 and 0 < ones < 10:  # noqa: PLR2004
            return [tens + ones]
        case _:
            return values


def _decade_of(years: int) -> str:
    if years > _OLDEST:
        return ""
    if years >= _TOP:
        return f"{_TOP} OR OVER"
    return f"{years // 10 * 10}-{years // 10 * 10 + 9}"
