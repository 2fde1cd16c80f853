"""Labels in, which of them are one speaker's whose label was not always spelt alike."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from corpus.ingest.speakers.roles import Roles

_BETWEEN_DIGITS = re.compile(r"(?<=\d)\W+(?=\d)")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_SLIPS_FROM = 6
_MUCH_LESS = 3
_STRAY = 2
_MOST_COMPARED = 20


@lru_cache(maxsize=4096)
def fold(label: str) -> str:
    """Return what spellings share that differ by case, spaces and punctuation alone."""
    plain = unicodedata.normalize("NFKC", label).casefold()
    apart = _BETWEEN_DIGITS.sub("/", plain)
    kept = "".join(c for c in apart if unicodedata.category(c)[0] in "LMN" or c in "[]/")
    return kept or plain


def is_slip(written: str, meant: str) -> bool:
    """Tell whether one slip of the fingers inside a longer word parts the two labels.

    Figures and initials tell speakers apart, and so do the ends of words: Interviewee is
    no Interviewer and Martina no Martin.
    """
    words = _WORDS.findall(written.casefold()), _WORDS.findall(meant.casefold())
    if len(words[0]) != len(words[1]) or abs(len(written) - len(meant)) > 1:
        return False
    parted = [(a, b) for a, b in zip(*words, strict=True) if a != b]
    return len(parted) == 1 and _are_a_slip_apart(*parted[0])


def unified(labels: Sequence[str], roles: Roles) -> dict[str, str]:
    """Return for each label of one transcript, turn by turn, how its speaker is mostly called.

    A slip counts where it is rare and what is meant is common. A role's word is meant
    wherever the slip gives no such word; another name may be another person, so that it
    counts in a talk of two alone, where nobody else spoke right beside the one meant.
    """
    counts = Counter(labels)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for label, n in counts.items():
        spellings[fold(label)][label] = n
    usual = {key: max(spelt, key=spelt.__getitem__) for key, spelt in spellings.items()}
    total = {key: spelt.total() for key, spelt in spellings.items()}
    meant = _slips(labels, usual, total, roles)
    keys = {label: fold(label) for label in counts}
    return {label: usual[meant.get(key, key)] for label, key in keys.items()}


def _slips(
    labels: Sequence[str], usual: Mapping[str, str], total: Mapping[str, int], roles: Roles
) -> dict[str, str]:
    common = sorted(total, key=total.__getitem__, reverse=True)[:_MOST_COMPARED]
    beside = {pair for a, b in pairwise(map(fold, labels)) for pair in ((a, b), (b, a))}
    found = {}
    for key, n in total.items():
        meant = [c for c in common if n * _MUCH_LESS <= total[c] and is_slip(usual[key], usual[c])]
        if len(meant) != 1 or roles.known(usual[key]):
            continue
        talk_of_two = len(total) <= 2 + 1 and n <= _STRAY and (key, meant[0]) not in beside
        if roles.known(usual[meant[0]]) or talk_of_two:
            found[key] = meant[0]
    return found


def _are_a_slip_apart(a: str, b: str) -> bool:
    """Tell whether a letter was dropped, doubled, mistaken or swapped inside the word."""
    if min(len(a), len(b)) < _SLIPS_FROM or not a.isalpha() or (a[0], a[-1]) != (b[0], b[-1]):
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    rest, other = a[start:], b[start:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other or rest == other[1:] or rest[1:] == other[1:]
