"""What ties names and firms to handles and addresses, in both directions.

`jon.smyth@qdsclearing.com` leads to Jon Smyth and to QDS Clearing; Jon Smyth to `jsmyth`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.surfaces import words

_SHORTEST = 5
"""From how many letters on a name that is run together is taken for one."""
_SHORTEST_FIRM = 4
_SHORTEST_PART = 3
_INITIAL_AND_SURNAME = 6

_NOBODY = frozenset(
    {
        *("account", "accounts", "admin", "billing", "booking", "bookings", "career", "careers"),
        *("contact", "enquiries", "enquiry", "events", "feedback", "finance", "hello", "help"),
        *("helpdesk", "info", "invoice", "invoices", "jobs", "kontakt", "legal", "mail", "mailbox"),
        *("marketing", "media", "news", "newsletter", "noreply", "office", "orders", "post"),
        *("postmaster", "press", "privacy", "reception", "reply", "root", "sales", "secretary"),
        *("security", "service", "shop", "staff", "studio", "support", "team", "test", "user"),
        *("webmaster", "www"),
    }
)
"""Local parts that are a function and no person."""

_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gov", "ne", "net", "nom", "or", "org"})
"""What stands before a country in its domains: co.uk, com.br."""

_LETTERS = re.compile(r"[^\W\d_]+")


def names_in(handle: str) -> Iterator[str]:
    """Yield the letters that a person's name, run together, may have: `jon.smyth` -> jonsmyth."""
    parts = _parts(handle)
    whole = "".join(parts)
    if whole not in _NOBODY and len(whole) >= _SHORTEST:
        yield whole


def parts_in(handle: str) -> Iterator[str]:
    """Yield the single names that a handle is made of; `jsmyth` may hold Smyth.

    A handle that is one word is as likely an everyday one, so that its names count with a
    capital only.
    """
    parts = _parts(handle)
    if len(parts) > 1:
        yield from (p for p in parts if len(p) >= _SHORTEST_PART and p not in _NOBODY)
    elif parts and parts[0] not in _NOBODY:
        whole = parts[0]
        if len(whole) >= _SHORTEST_PART:
            yield whole.capitalize()
        if len(whole) >= _INITIAL_AND_SURNAME:
            yield whole[1:].capitalize()


def firm_in(domain: str) -> Iterator[str]:
    """Yield the letters of the firm that a domain is named after, if it has a name."""
    labels = [label for label in domain.split(".") if label][:-1]
    if len(labels) > 1 and labels[-1].lower() in _SECOND_LEVEL:
        labels.pop()
    letters = letters_of(labels[-1]) if labels else ""
    if len(letters) >= _SHORTEST_FIRM and letters not in _NOBODY:
        yield letters


def handles_of(names: Sequence[str]) -> Iterator[str]:
    """Yield how someone of these names may sign: smythjon, jsmyth, smythj, jons."""
    first, last = letters_of(names[0]), letters_of(names[-1])
    for handle in (
        last + first,
        first[:1] + last,
        last + first[:1],
        first + last[:1],
    ):
        if len(handle) >= _SHORTEST:
            yield handle


def letters_of(text: str) -> str:
    """Return the folded letters and digits of a text, run together."""
    return "".join(word.text for word in words(text))


def _parts(handle: str) -> tuple[str, ...]:
    return tuple(part for word in words(handle) for part in _LETTERS.findall(word.text))
