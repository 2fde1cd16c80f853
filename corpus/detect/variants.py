"""Other forms under which what a finding names may stand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from corpus.detect import nicknames
from corpus.detect.handles import firm_in, handles_of, letters_of, names_in, parts_in
from corpus.model import Label

_TITLE = re.compile(
    r"(?i)(?:dr|mr|mrs|ms|miss|mx|prof|professor|sir|dame|rev|fr|sr|jr|ii|iii|phd|md)"
)
_PARTICLE = re.compile(
    r"(?i)(?:al|bin|das?|de[lnr]?|della|di|dos?|du|el|en|l[ae]|san|st|te[nr]|van|von|y|zu)"
)
_CONNECTIVE = re.compile(r"(?i)(?:a|and|for|in|of|on|the)")
_LEGAL_FORM = re.compile(
    r"(?i)(?:inc|ltd|ll[cp]|plc|gmbh|ag|corp|corporation|co|company|limited|incorporated|bv|nv|ab|as"
    r"|oy|sas?|srl|spa|pty|pvt|kg|kk|kft|sro|doo|zoo|ac)"
)
_OPENING = re.compile(
    r"(?i)(?:saint|sainte|sankt|san|santa|santo|s[ãa]o|st|mount|lake|port|fort|new)\.?"
)
"""What a name begins with that is no short form of it."""
_SCHEME = re.compile(r"(?i)^(?:https?://)?(?:www\.)?")
_MAIL = re.compile(r"(?P<handle>[^@\s:<+]+)(?:\+[^@\s]*)?\s*@\s*(?P<domain>[^@\s]+\.[^\W\d_]{2,})")
_HOST = re.compile(r"(?i)^(?:[\w:+]+://)?(?:[^@/\s]*@)?(?:www\.)?([^@/:?#\s]+\.[a-z]{2,})(?![\w.])")
_TELLING = re.compile(r"[.\d]")
"""What a local part has that is no plain word: a dot or a digit."""
_HYPHEN = re.compile("[-\u2010-\u2014]")
_WRAP = re.compile(r"[ \t]*\n[ \t]*")
_PARTED = re.compile(rf"(?<=[^\W\d_])-{_WRAP.pattern}(?=[a-z])")
"""Where a line's end parts an address, and a word."""
_ADDRESSES = frozenset({"EMAIL_ADDRESS", "URL"})
_EDGE = ".,;:()\"'"
_HUMP = re.compile(r"(?<=[a-z])[A-Z]")
_ARTICLES = (
    "the",
    "la",
    "le",
    "les",
    "el",
    "los",
    "las",
    "il",
    "der",
    "die",
    "das",
    "o",
    "os",
    "as",
)
_ACRONYM = 3
_WITH_AND = 3
_HANDLE = 4
_RUN_TOGETHER = 6
_SPELT = 5
"""Letters of a name that is looked for letter by letter; fewer are made of other words, too."""
_SHORT_FORM = 4

ARTICLE = "the "
"""A form that begins so counts after it, and is what follows it."""

PUBLIC = "public-sites"
"""The word list (rules/words.yaml) of sites that everyone uses."""

# Their domain is on half of all addresses, so that it leads to nobody and is often spoken of.
# The sites of words.yaml are not enough: it lists what is mentioned, not where mail goes.
PUBLIC_MAIL = frozenset(
    {
        *("aol.com", "btinternet.com", "fastmail.com", "free.fr", "gmail.com", "gmx.at", "gmx.de"),
        *("gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.fr"),
        *("icloud.com", "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru"),
        *("me.com", "msn.com", "naver.com", "orange.fr", "outlook.com", "pm.me", "proton.me"),
        *("protonmail.com", "qq.com", "t-online.de", "tutanota.com", "web.de", "wp.pl"),
        *("yahoo.co.uk", "yahoo.com", "yahoo.fr", "yandex.ru", "ymail.com", "zoho.com", "163.com"),
    }
)
"""Mail providers' domains, which repeat nobody's address."""


class Variant(NamedTuple):
    """A form to look for."""

    surface: str
    rule: str
    is_exact: bool = False
    """It counts in exactly this case only."""
    label: Label | None = None
    """What the form is, if that differs from the whole."""
    is_guarded: bool = False
    """It counts only where it stands like a name, see `corpus.detect.forms`."""
    is_strange: bool = False
    """It counts only if it is no everyday word, wherever it stands."""
    is_run_together: bool = False
    """The surface is bare letters; blanks and marks may stand between them."""


FROM_ADDRESS = frozenset({"repeats.named-in-address", "repeats.part-of-address"})
"""Rules of forms that are read out of an address or handle."""

DERIVED = frozenset(
    {"repeats.short-form", "repeats.nickname", "repeats.misspelt", "repeats.part-of-address"}
)
"""Rules of guarded forms: what they find leads to nothing else, and counts in its own case."""


def variants(label: Label, surface: str, public: frozenset[str] = frozenset()) -> Iterator[Variant]:
    """Yield the surface itself, then its parts and short forms.

    Args:
        label: what the surface is.
        surface: a mention, as it was written.
        public: domains that everyone uses, lower case; they are no part of an address.
    """
    yield Variant(surface, "repeats.surface")
    if "\n" in surface:
        surface = (_WRAP if label in _ADDRESSES else _PARTED).sub("", surface)
        yield Variant(surface, "repeats.surface")
    if surface.endswith("."):
        yield Variant(surface.rstrip("."), "repeats.surface")
    if label == "PERSON":
        yield from _of_person(surface)
    elif label in {"EMPLOYER", "ORGANIZATION"}:
        yield from _of_organisation(surface)
    elif label == "USERNAME" and len(surface.lstrip("@")) >= _HANDLE:
        yield Variant(surface.lstrip("@"), "repeats.handle")
        yield from _named_in(surface)
    elif label == "DOMAIN_NAME":
        yield from _firm_in(surface, public)
    elif label == "EMAIL_ADDRESS":
        yield from _of_mail(surface, public)
    elif label == "URL":
        yield Variant(_SCHEME.sub("", surface).rstrip("/"), "repeats.address")
        if host := _HOST.match(surface):
            yield from _domain(host[1], public)
            yield from _firm_in(host[1], public)


def spelt(label: Label, surface: str) -> Iterator[str]:
    """Yield the words of a name that point at its bearer even when misspelt."""
    words = [word.strip(_EDGE) for word in surface.split()]
    if label == "PERSON":
        yield from (word for word in words if word and not _TITLE.fullmatch(word))
    elif label in {"EMPLOYER", "ORGANIZATION"} or (label == "WORK_TITLE" and len(words) == 1):
        yield from words[:1]


def _of_mail(surface: str, public: frozenset[str]) -> Iterator[Variant]:
    match = _MAIL.search(surface)
    if match is None:
        return
    yield from _domain(match["domain"], public)
    yield from _firm_in(match["domain"], public)
    handle = match["handle"]
    yield from _named_in(handle)
    for part in parts_in(handle):
        yield Variant(part, "repeats.part-of-address", label="PERSON", is_guarded=True)
    if len(handle) >= _HANDLE and _TELLING.search(handle):
        yield Variant(handle, "repeats.handle", label="USERNAME")


def _domain(name: str, public: frozenset[str]) -> Iterator[Variant]:
    if name.lower() not in PUBLIC_MAIL | public:
        yield Variant(name, "repeats.domain", label="DOMAIN_NAME")


def _firm_in(domain: str, public: frozenset[str]) -> Iterator[Variant]:
    if domain.lower() not in PUBLIC_MAIL | public:
        for letters in firm_in(domain):
            yield Variant(
                letters,
                "repeats.part-of-address",
                label="EMPLOYER",
                is_guarded=True,
                is_run_together=True,
            )


def _named_in(handle: str) -> Iterator[Variant]:
    for letters in names_in(handle):
        yield Variant(
            letters,
            "repeats.named-in-address",
            label="PERSON",
            is_guarded=True,
            is_run_together=True,
        )


def _of_person(surface: str) -> Iterator[Variant]:
    words = [word.strip(_EDGE) for word in surface.split()]
    names = [word for word in words if word and not _TITLE.fullmatch(word)]
    parts = [name for name in names if _is_name(name)]
    for part in parts:
        if len(words) > 1:
            yield Variant(part, "repeats.part-of-name")
        yield Variant(f"{part}s", "repeats.possessive")
        yield from _of_double_name(part)
        if len(letters := letters_of(part)) >= _SPELT:
            yield Variant(letters, "repeats.run-together", is_run_together=True)
    yield from _of_surname(names)
    if len(parts) > 1:
        first, last = parts[0], parts[-1]
        yield Variant(f"{first} {last[0]}", "repeats.part-of-name")
        yield Variant(f"{' '.join(words)}s", "repeats.possessive")
        yield Variant(f"{first[0]}. {last}", "repeats.part-of-name", is_exact=True)
        for form in (f"{first[0]}.{last[0]}.", f"{first[0]}. {last[0]}."):
            yield Variant(form.upper(), "repeats.initials", is_exact=True)
        yield Variant(letters_of(first + last), "repeats.run-together", is_run_together=True)
        for handle in handles_of((first, last)):
            yield Variant(handle, "repeats.handle", label="USERNAME", is_run_together=True)
    if names:
        for name in nicknames.others(names[0]):
            shown = name.capitalize() if names[0][0].isupper() else name
            yield Variant(shown, "repeats.nickname", is_guarded=True)


def _is_name(word: str) -> bool:
    return len(word) > 1 and not _is_small(word)


def _is_small(word: str) -> bool:
    return bool(_PARTICLE.fullmatch(word) or _CONNECTIVE.fullmatch(word))


def _of_double_name(name: str) -> Iterator[Variant]:
    """Yield the halves of "Gunnarsen-Berg", and the whole with a blank between."""
    halves = _HYPHEN.split(name)
    if len(halves) > 1:
        yield Variant(" ".join(halves), "repeats.part-of-name")
        yield from (Variant(half, "repeats.part-of-name") for half in halves if _is_name(half))


def _of_surname(names: Sequence[str]) -> Iterator[Variant]:
    """Yield "de Vries" for a name that ends so, and the same in one word."""
    start = len(names) - 1
    while start > 0 and _PARTICLE.fullmatch(names[start - 1]):
        start -= 1
    surname = names[start:]
    if len(surname) > 1 and _is_name(surname[-1]):
        yield Variant(" ".join(surname), "repeats.part-of-name")
        yield Variant("".join(surname), "repeats.part-of-name")


def _of_organisation(surface: str) -> Iterator[Variant]:
    words = surface.split()
    while len(words) > 1 and _LEGAL_FORM.fullmatch(words[-1].strip(_EDGE).replace(".", "")):
        words.pop()
        yield Variant(" ".join(words).rstrip(" ,&"), "repeats.part-of-name")
    for initials in _initials(words):
        yield Variant(initials, "repeats.initials", is_exact=True)
    letters = letters_of(" ".join(words))
    if len(letters) >= _RUN_TOGETHER:
        yield Variant(letters, "repeats.run-together", is_run_together=True)
    yield from _short_forms(words)


def _initials(words: Sequence[str]) -> Iterator[str]:
    """Yield "BOM" for "Bureau of Odd Maps", "E&Y" for "Ernst & Young", "PSD" for "PetSky Data"."""
    kept = [word for word in words if word[0].isalpha() and not _is_small(word)]
    initials = "".join(word[0] for word in kept)
    humps = "".join(word[0] + "".join(_HUMP.findall(word)) for word in kept)
    for form in dict.fromkeys((initials.upper(), humps.upper())):
        if len(form) >= _ACRONYM:
            yield form
    if len(words) == _WITH_AND and words[1].lower() in {"&", "and", "+"} and len(initials) > 1:
        yield "&".join(initials.upper())


def _short_forms(words: Sequence[str]) -> Iterator[Variant]:
    """Yield "Quayle", "Quayle Data" and "Data Services" for "Quayle Data Services"."""
    if len(words) > 1 and words[0].lower() in _ARTICLES:
        words = words[1:]
        yield Variant(" ".join(words), "repeats.short-form", is_guarded=True)
    runs = [*(words[:size] for size in range(len(words) - 1, 0, -1))]
    runs += [words[start:] for start in range(1, len(words) - 1)]
    for run in runs:
        form = " ".join(run)
        whole = not _is_small(run[0]) and not _is_small(run[-1]) and run[-1][-1].isalnum()
        if whole and len(form) >= _SHORT_FORM and not _OPENING.fullmatch(form):
            yield Variant(form, "repeats.short-form", is_guarded=True)
    for before, word in zip(("", *words), words, strict=False) if len(words) > 1 else ():
        is_opened = _OPENING.fullmatch(before) or _OPENING.fullmatch(word)
        if len(word) >= _SHORT_FORM and not is_opened and not _is_small(word):
            yield Variant(f"{ARTICLE}{word}", "repeats.short-form", is_guarded=True)
            yield Variant(word, "repeats.short-form", is_guarded=True, is_strange=True)
