"""Whether a found word is used elsewhere as a subject, a tool or a date, and names nobody there."""

from __future__ import annotations

import re

from corpus.detect.context import Place, Why
from corpus.model import Label

_PERSONAL_BEFORE = re.compile(
    r"(?i)\b(?:i['\u2019]?m|i am|you['\u2019]?re|you are|s?he['\u2019]?s|(?:he|she|who) is"
    r"|my|your|her|his|our|own|native|mother|gran\w*|father|husband|wife|partner|family|born|having"
    r"|ha[sd]|have|living with|dreams?|count(?:s|ing)?|speaks?|home|only|one|two|an?|us|me)"
    r"\W+(?:\w+\W+)?$"
)
_PERSONAL_AFTER = re.compile(
    r"(?i)\W+(?:\w+\W+){0,2}?(?:accent|tongue|first lang\w*|native|own|home|yours?|mine|my|mother"
    r"|husband|wife|uncle|aunt\w*|wom[ae]n|man|family|myself|born|for me)\b"
)
_SUBJECT_AFTER = re.compile(
    r"(?i)\s+(?:alphabet|blurb|box|campaign|cases?|chapter|choir|code|dictionary|dropdown|file|grammar"
    r"|in the|keyboard|leaflet|letters?|list|menu|novel|numbers?|on the|option|patients?|proverbs?"
    r"|setting|sounds?|strings?|subtitles?|tables?|texts?|translation|verbs?|version|words?)\b"
)
_YEAR_OR_DAY = re.compile(
    r"(?i)\d|\b(?:first|second|third|\w+(?:st|nd|rd|th)|nineteen|twenty|thirty)\b"
)
_MONTH = re.compile(r"(?i)april|may|june|july|august|march|january")
_MONTH_BEFORE = re.compile(
    r"(?i)\b(?:in|of|since|until|till|by|all|every|last|next|this|early|late|mid|during|\d{1,2}(?:st|nd"
    r"|rd|th)?)[ -]$"
)
_MONTH_AFTER = re.compile(r"(?i)\s+(?:\d|the \d)|, the month\b")
_TOOL_BEFORE = re.compile(
    r"(?i)\b(?:us(?:e[ds]?|ing)|open(?:s|ed|ing)?|via|into|on"
    r"|(?<!work )(?<!worked )(?<!working )in)\s+(?:the\s+)?$"
)
_TOOL_AFTER = re.compile(
    r"(?i)\s+(?:account|api|app|bots?|calls?|channels?|chat|docs?|files?|forms?|integration|links?|list"
    r"|meetings?|messages?|plug-?in|sheets?|threads?|tickets?|workflows?|workspace)\b"
)

_SUBJECT = Why("keep.subject", "a language, origin or condition as a subject: nothing here ties it")
_DATE = Why("keep.bare-date", "a month or day without its year, which nothing here ties")
_CALENDAR = Why("keep.ambiguous-word", "a month here, though a name elsewhere in the text")
OWN = frozenset({_SUBJECT.rule, _DATE.rule})
"""The rules that this module alone keeps by."""


def reason_of_usage(place: Place, label: Label) -> Why | None:
    """Return why the occurrence tells nothing of the person here, or nothing."""
    if label == "DEMOGRAPHIC":
        return None if _is_personal(place) else _SUBJECT
    if label == "DATE":
        return None if _YEAR_OR_DAY.search(place.surface) else _DATE
    return _CALENDAR if _is_month(place) else None


def is_tool(place: Place) -> bool:
    """Tell whether a name that is also a tool's is the tool here: "in Zoom", "a Slack channel"."""
    return bool(_TOOL_BEFORE.search(place.before) or _TOOL_AFTER.match(place.after))


def _is_personal(place: Place) -> bool:
    if _SUBJECT_AFTER.match(place.after):
        return False
    tied = _PERSONAL_BEFORE.search(place.before) or _PERSONAL_AFTER.match(place.after)
    return tied is not None


def _is_month(place: Place) -> bool:
    if not _MONTH.fullmatch(place.surface):
        return False
    around = _MONTH_BEFORE.search(place.before) or _MONTH_AFTER.match(place.after)
    return around is not None
