"""What the wording of a label alone says: a role, a name, a heading, or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from corpus.ingest.speakers.roles import Roles

_MOST_WORDS = 4
_SIDES = 2
_OFTEN = 3
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


def that_may_speak(labels: Sequence[str], roles: Roles) -> frozenset[str]:
    """Return those of a text's labels that could name speakers, if they recur.

    "q" and "a" do where they are two sides; initials such as TO do where they recur
    and no heading stands beside them, as in a mail.
    """
    counts = Counter(labels)
    letters = {x for x in counts if len(x) == 1 and x.islower() and roles.known(x)}
    sides = {roles.of(x) for x in letters if counts[x] >= _SIDES}
    headings = {x for x in counts if is_heading(x)}
    initials = {x for x in headings if len(x) == _SIDES and x.isupper() and counts[x] >= _OFTEN}
    allowed = letters if len(sides) == _SIDES else set[str]()
    allowed |= initials if len(headings) == 1 else set()
    return frozenset(x for x in counts if x in allowed or _may_speak(x, roles))


def _may_speak(label: str, roles: Roles) -> bool:
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
