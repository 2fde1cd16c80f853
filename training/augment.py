"""The same transcript with other names, firms, places and numbers in it, and slips of the keys.

Only what is marked changes, the same way in all of a transcript. A string that is marked as
nothing elsewhere in it changes there, too, so that what surrounds the two tells them apart and not
the string; a word that also stands there unmarked stays. Some give-aways and some marks of nothing
are given one string, for the same end.
"""

from __future__ import annotations

import random
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from faker import Faker

from corpus import rules
from training.example import Example, rewritten, turn_of
from training.sources import shared

_LOCALES = (
    *("en_US", "en_GB", "en_IN", "en_NZ", "de_DE", "fr_FR", "es_MX", "it_IT", "pl_PL", "tr_TR"),
    *("nl_NL", "pt_BR", "sv_SE", "no_NO", "fi_FI", "cs_CZ", "hu_HU", "ro_RO", "id_ID", "hr_HR"),
    *("vi_VN", "yo_NG", "zu_ZA", "fr_CA", "et_EE", "lt_LT", "de_CH", "es_CO", "da_DK", "sl_SI"),
)
_PER_LOCALE = 250
_SHARE = {
    "PERSON": 0.6,
    "EMPLOYER": 0.5,
    "ORGANIZATION": 0.4,
    "LOCATION": 0.4,
    "DEMOGRAPHIC": 0.4,
}
"""How often a label's mentions are swapped in a transcript."""
_NAMESAKES = 0.5
"""Share of transcripts in which give-aways get namesakes that are nothing, up to `_MOST` each."""
_MOST = 3
_NUMBERS = 0.5
_TYPING = 0.12
_SLIPS = 0.025

_WORD = re.compile(r"[^\W\d_]{2,}")
_PARTICLES = frozenset(
    {
        *("al", "bin", "da", "das", "de", "den", "der", "del", "della", "di", "dos", "du", "el"),
        *("la", "le", "van", "von", "ten", "ter", "zu", "st", "dr", "mr", "mrs", "ms"),
    }
)
_GENERIC = frozenset(
    {
        *("the", "and", "of", "for", "in", "at", "on", "by", "to", "a", "an", "inc", "ltd"),
        *("llc", "plc", "gmbh", "corp", "co", "company", "group", "holdings", "labs", "lab"),
        *("studio", "studios", "university", "college", "school", "institute", "academy"),
        *("hospital", "clinic", "centre", "center", "health", "care", "trust", "foundation"),
        *("bank", "insurance", "council", "city", "county", "state", "national", "royal"),
        *("press", "media", "news", "times", "books", "records", "music", "design", "systems"),
        *("software", "solutions", "services", "partners", "consulting", "logistics"),
        *("transport", "energy", "water", "power", "foods", "farm", "farms", "hotel", "church"),
        *("union", "society", "association", "club", "museum", "library", "theatre", "ministry"),
        *("department", "office", "team", "international", "research", "science", "technologies"),
        *("technology", "digital", "data", "cloud", "online", "works", "house", "street", "road"),
        *("north", "south", "east", "west", "new", "great", "saint", "community", "legal", "law"),
        *("public", "training"),
    }
)
_LIKE = {
    "PERSON": ("PERSON",),
    "EMPLOYER": ("OTHER", "ORGANIZATION"),
    "ORGANIZATION": ("OTHER", "ORGANIZATION"),
    "WORK_TITLE": ("OTHER", "WORK_TITLE"),
    "DEMOGRAPHIC": ("DEMOGRAPHIC",),
}
"""Labels whose give-aways may have a namesake, and what the namesake is marked as."""
_NUMBERED = frozenset({"PHONE_NUMBER", "ID_NUMBER"})
_ADDRESSES = frozenset({"EMAIL_ADDRESS", "URL", "DOMAIN_NAME", "USERNAME"})
_ACRONYM = 5
_SHORT = 3
"""Words up to this length are neither mistyped nor looked for in an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    first: tuple[str, ...] = field(repr=False)
    last: tuple[str, ...] = field(repr=False)
    firms: tuple[str, ...] = field(repr=False)
    places: tuple[str, ...] = field(repr=False)
    is_place: frozenset[str] = field(repr=False)


@cache
def _names() -> _Names:
    first: set[str] = set()
    last: set[str] = set()
    for locale in _LOCALES:
        fake = Faker(locale)
        fake.seed_instance(locale)
        first |= {fake.first_name() for _ in range(_PER_LOCALE)}
        last |= {fake.last_name() for _ in range(_PER_LOCALE)}
    given = _lines("first_names_us_ssa.tsv")[1:4000]
    first |= {line.split("\t")[0] for line in given}
    places = _lines("cities_geonames5000.txt")
    firms = {
        word.title() if word.isupper() and len(word) > _ACRONYM else word
        for line in _lines("companies_us_sec.txt")
        for word in _WORD.findall(line)[:1]
        if word.casefold() not in _GENERIC and len(word) >= _SHORT
    }
    return _Names(
        first=tuple(sorted(name for name in first if _WORD.fullmatch(name))),
        last=tuple(sorted(name for name in last if _WORD.fullmatch(name))),
        firms=tuple(sorted(firms)),
        places=tuple(sorted(set(places))),
        is_place=frozenset(place.casefold() for place in places),
    )


def _lines(name: str) -> list[str]:
    return shared("data", "lists", name).read_text(encoding="utf-8").splitlines()


def augmented(example: Example, chance: random.Random) -> Example:
    """Return a variation of the example; the same one for the same state of `chance`."""
    if chance.random() < _NAMESAKES:
        example = _with_namesakes(example, chance)
    surfaces = [example.surface(mark) for mark in example.marks]
    labels = {
        surface.casefold(): mark.label
        for mark, surface in zip(example.marks, surfaces, strict=True)
        if mark.mask != "none"
    }
    standing = _standing(example, surfaces, labels)
    swap = _Swap(places={}, words={}, numbers=None)
    for label, share in _SHARE.items():
        if chance.random() < share:
            own = [
                surface
                for mark, surface in zip(example.marks, surfaces, strict=True)
                if mark.label == label and mark.mask != "none"
            ]
            known = swap.places if label == "LOCATION" else swap.words
            known.update(_OTHERS[label](own, standing, chance))
    if chance.random() < _NUMBERS:
        swap = swap._replace(numbers=chance)
    changed = {
        number: swap.of(labels[surface.casefold()], surface)
        for number, surface in enumerate(surfaces)
        if surface.casefold() in labels
    }
    example = rewritten(example, changed)
    return _mistyped(example, chance) if chance.random() < _TYPING else example


def _with_namesakes(example: Example, chance: random.Random) -> Example:
    """Return the example with one string for some give-aways and for what is marked as nothing."""
    written: dict[str, str] = {}
    hidden: dict[str, str] = {}
    kept: dict[str, str] = {}
    for mark in example.marks:
        surface = example.surface(mark)
        written.setdefault(surface.casefold(), surface)
        (kept if mark.mask == "none" else hidden)[surface.casefold()] = mark.label
    pairs = [
        (one, other)
        for one, label in hidden.items()
        for other, kind in kept.items()
        if kind in _LIKE.get(label, ()) and one not in kept and other not in hidden
    ]
    chance.shuffle(pairs)
    becomes: dict[str, str] = {}
    taken: set[str] = set()
    for pair in pairs:
        if len(becomes) < _MOST and taken.isdisjoint(pair):
            taken.update(pair)
            old, new = chance.sample(pair, 2)
            becomes[old] = written[new]
    surfaces = enumerate(map(example.surface, example.marks))
    return rewritten(
        example,
        {n: _cased(becomes[s.casefold()], s) for n, s in surfaces if s.casefold() in becomes},
    )


class _Swap(NamedTuple):
    """What becomes of a transcript's mentions; keys in lower case."""

    places: dict[str, str]
    words: dict[str, str]
    numbers: random.Random | None
    """Where other digits come from."""

    def of(self, label: str, surface: str) -> str:
        if label == "LOCATION":
            return _cased(self.places.get(surface.casefold(), surface), surface)
        if label in _ADDRESSES:
            return _address(surface, self.words)
        if label in _NUMBERED:
            return _digits(surface, self.numbers) if self.numbers else surface
        return _WORD.sub(lambda m: _cased(self.words.get(m[0].casefold(), m[0]), m[0]), surface)


def _standing(
    example: Example, surfaces: Iterable[str], hidden_somewhere: Container[str]
) -> frozenset[str]:
    """Return the words outside what is hidden here or elsewhere, in lower case."""
    hidden: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for mark, surface in zip(example.marks, surfaces, strict=True):
        if surface.casefold() in hidden_somewhere:
            place = (mark.span.turn, mark.span.field)
            hidden.setdefault(place, []).append((mark.span.start, mark.span.end))
    return frozenset(
        match[0].casefold()
        for turn in example.turns
        for name in ("speaker", "text")
        for match in _WORD.finditer(turn.of(name))
        if not any(
            start <= match.start() < end for start, end in hidden.get((turn.index, name), ())
        )
    )


def _other_places(
    surfaces: list[str], standing: frozenset[str], chance: random.Random
) -> dict[str, str]:
    names = _names()
    known = dict.fromkeys(surface.casefold() for surface in surfaces)
    return {
        surface: chance.choice(names.places)
        for surface in known
        if surface in names.is_place and surface not in standing
    }


def _other_people(
    surfaces: list[str], standing: frozenset[str], chance: random.Random
) -> dict[str, str]:
    names = _names()
    is_last: dict[str, bool] = {}
    for surface in surfaces:
        for number, word in enumerate(_WORD.findall(surface)):
            is_last[word.casefold()] = is_last.get(word.casefold(), True) and number > 0
    return {
        word: chance.choice(names.last if last else names.first)
        for word, last in is_last.items()
        if word not in standing | _PARTICLES
    }


def _other_firms(
    surfaces: list[str], standing: frozenset[str], chance: random.Random
) -> dict[str, str]:
    words = dict.fromkeys(word for surface in surfaces for word in _WORD.findall(surface))
    return {
        word.casefold(): _firm_word(word, chance)
        for word in words
        if word.casefold() not in standing | _GENERIC | _PARTICLES
    }


def _other_origins(
    surfaces: list[str], standing: frozenset[str], chance: random.Random
) -> dict[str, str]:
    origins = _origins()
    known = dict.fromkeys(surface.casefold() for surface in surfaces)
    return {
        surface: chance.choice(origins).title()
        for surface in known
        if surface in origins and surface not in standing
    }


@cache
def _origins() -> tuple[str, ...]:
    words = rules.load([rules.builtin_folder()]).words["demonyms"]
    return tuple(sorted(word for word in words if _WORD.fullmatch(word)))


_OTHERS = {
    "PERSON": _other_people,
    "EMPLOYER": _other_firms,
    "ORGANIZATION": _other_firms,
    "LOCATION": _other_places,
    "DEMOGRAPHIC": _other_origins,
}


def _firm_word(word: str, chance: random.Random) -> str:
    if word.isupper() and len(word) <= _ACRONYM:
        return "".join(chance.choice("ABCDEFGHIJKLMNOPRSTUVWZ") for _ in word)
    names = _names()
    return chance.choice(chance.choice((names.firms, names.firms, names.last, names.places)))


def _address(surface: str, words: dict[str, str]) -> str:
    lower = surface.casefold()
    for old, new in words.items():
        if len(old) > _SHORT and old in lower:
            plain = re.sub(r"[^a-z]", "", new.casefold())
            lower = lower.replace(old, plain) if plain else lower
    return surface if lower == surface.casefold() else lower


def _digits(surface: str, chance: random.Random) -> str:
    return re.sub(r"\d", lambda _: chance.choice("0123456789"), surface)


def _cased(new: str, like: str) -> str:
    if like.islower():
        return new.lower()
    return new.upper() if like.isupper() and len(like) > 1 else new


def _mistyped(example: Example, chance: random.Random) -> Example:
    """Swap neighbouring letters here and there; offsets stay."""
    turns = tuple(
        turn_of(turn.index, turn.speaker, "".join(_slips(turn.text, chance)))
        for turn in example.turns
    )
    return Example(id=example.id, source=example.source, turns=turns, marks=example.marks)


def _slips(text: str, chance: random.Random) -> Iterator[str]:
    at = 0
    for match in _WORD.finditer(text):
        yield text[at : match.start()]
        word = match[0]
        if len(word) > _SHORT and chance.random() < _SLIPS:
            cut = chance.randrange(1, len(word) - 1)
            word = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
        yield word
        at = match.end()
    yield text[at:]
