"""What the wording of a label alone says: a role, a name, a heading, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.ingest.roles import Roles

_MOST_WORDS = 4
_NOT_SPEAKING = """
    note nb ps edit update warning error example todo fixme summary hint tip remember
    subject re fw fwd from to cc bcc date sent attn tel phone fax mobile email e-mail address
    web website url http https file source title topic location place time duration version
    language participants attendees present recording transcript id name step task result
    results pros cons conclusion yes no ok so but and or if for else try def class return
"""
_NO_SPEAKER = frozenset(_NOT_SPEAKING.split()) | {"transcript id", "for example", "to do"}
_BETWEEN_NAMES = "de del della der den di da du la le el al bin ibn van von zu of y"
_PARTICLES = frozenset(_BETWEEN_NAMES.split())
_NUMBERED = re.compile(
    r"(?:speaker|person|voice|group)[ _#-]?(?:\d{1,3}|[a-z])|spk[ _#-]?\d{1,3}|(?-i:S)\d{1,2}"
    r"|(?:unknown|unidentified) speaker(?: ?\d{1,3})?",
    re.IGNORECASE,
)
_ASIDE = re.compile(r" \([^()]*\)$")
_COUNTER = re.compile(r"[ #]*\d+$")


def words_of(label: str) -> list[str]:
    """Return the words of a label without what stands in brackets after it."""
    return _ASIDE.sub("", label).split()


def may_speak(label: str, roles: Roles) -> bool:
    """Tell whether the label could name a speaker, if it recurs."""
    if stands_for_role(label, roles):
        return True
    if is_heading(label):
        return False
    first, *more = words_of(label)
    if more:
        return has_capitals([first, *more]) or (len(more) == 1 and has_capitals([first]))
    return len(label) > 1 or has_capitals([first])


def stands_for_role(label: str, roles: Roles) -> bool:
    """Tell whether the label is one that people give to a speaker as such."""
    letter = len(label) == 1 and label.islower()
    return not letter and (roles.known(label) or _NUMBERED.fullmatch(label) is not None)


def is_heading(label: str) -> bool:
    """Tell whether the label names a kind of information, not a person."""
    return _COUNTER.sub("", label.casefold()) in _NO_SPEAKER


def has_capitals(words: Sequence[str]) -> bool:
    """Tell whether the words are written like a name."""
    titled = all(not w[0].islower() or w in _PARTICLES for w in words)
    return titled and len(words) <= _MOST_WORDS
