"""Other forms under which what a finding names may stand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.model import Label

_TITLE = re.compile(
    r"(?i)(?:dr|mr|mrs|ms|miss|mx|prof|professor|sir|dame|rev|fr|sr|jr|ii|iii|phd|md)"
)
_PARTICLE = re.compile(
    r"(?i)(?:a|al|and|bin|das?|de[lnr]?|della|di|dos?|du|el|en|for|in|l[ae]|of|on|san|st|ter|the"
    r"|van|von|y|zu)"
)
_LEGAL_FORM = re.compile(
    r"(?i)(?:inc|ltd|ll[cp]|plc|gmbh|ag|corp|corporation|co|company|limited|bv|nv|ab|as|oy|sas?|srl"
    r"|spa|pty|pvt|kg)"
)
_SCHEME = re.compile(r"(?i)^(?:https?://)?(?:www\.)?")
_EDGE = ".,;:()\"'"
_ACRONYM = 3
_HANDLE = 4


class Variant(NamedTuple):
    """A form to look for."""

    surface: str
    rule: str
    is_exact: bool = False
    """It counts in exactly this case only."""


def variants(label: Label, surface: str) -> Iterator[Variant]:
    """Yield the surface itself, then its parts and short forms."""
    yield Variant(surface, "repeats.surface")
    if surface.endswith("."):
        yield Variant(surface.rstrip("."), "repeats.surface")
    if label == "PERSON":
        yield from _of_person(surface)
    elif label in {"EMPLOYER", "ORGANIZATION"}:
        yield from _of_organisation(surface)
    elif label == "USERNAME" and len(surface.lstrip("@")) >= _HANDLE:
        yield Variant(surface.lstrip("@"), "repeats.handle")
    elif label == "URL":
        yield Variant(_SCHEME.sub("", surface).rstrip("/"), "repeats.address")


def _of_person(surface: str) -> Iterator[Variant]:
    words = [word.strip(_EDGE) for word in surface.split()]
    names = [word for word in words if word and not _TITLE.fullmatch(word)]
    parts = [name for name in names if len(name) > 1 and not _PARTICLE.fullmatch(name)]
    for part in parts:
        if len(words) > 1:
            yield Variant(part, "repeats.part-of-name")
        yield Variant(f"{part}s", "repeats.possessive")
    if len(parts) > 1:
        first, last = parts[0], parts[-1]
        yield Variant(f"{first} {last[0]}", "repeats.part-of-name")
        for form in (f"{first[0]}.{last[0]}.", f"{first[0]}. {last[0]}."):
            yield Variant(form.upper(), "repeats.initials", is_exact=True)


def _of_organisation(surface: str) -> Iterator[Variant]:
    words = surface.split()
    while len(words) > 1 and _LEGAL_FORM.fullmatch(words[-1].strip(_EDGE)):
        words.pop()
        yield Variant(" ".join(words).rstrip(" ,&"), "repeats.part-of-name")
    initials = "".join(w[0] for w in words if w[0].isalpha() and not _PARTICLE.fullmatch(w))
    if len(initials) >= _ACRONYM:
        yield Variant(initials.upper(), "repeats.initials", is_exact=True)
