"""Which rules count in which files.

In a transcript a link or a number gives somebody away; in code and manuals they are what files
are made of. A hook that stops every second commit is switched off, so what says little outside
of talk does not block there.
"""

from __future__ import annotations

from typing import Literal

from corpus.rules.ruleset import Rule

Reach = Literal["talk", "prose", "data"]
"""What a file is: a transcript or in its place, what people read, code and figures."""

_IN_DATA = frozenset(
    ("email", "email-in-brackets", "iban", "national-insurance", "social-security")
)
"""Told in code and figures, too: their form alone says what they are."""
_OF_TALK = frozenset(
    (
        *("url", "url-wrapped", "url-without-scheme", "unc-path", "user-folder"),
        *("domain", "domain-of-country", "domain-of-word", "host-numbered", "host-by-context"),
        *("host-by-form", "ip-address"),
        *("handle", "handle-by-context", "handle-own", "handle-reddit", "handle-slack"),
        *("firm-by-legal-form", "firm-by-form", "organisation-by-form"),
        *("id-by-context", "id-by-form", "id-in-parts", "id-in-one", "long-number", "card"),
        *("number-plate", "coordinates", "phone-local"),
        *("name-in-mail-header", "name-beside-e-mail", "name-signed", "name-signed-in-line"),
        *("initial-signed", "name-speaks", "name-addressed", "name-i-am"),
    )
)
"""Told outside of talk as a warning: manuals are full of what they find."""


def is_run(rule: Rule, reach: Reach) -> bool:
    """Tell whether a rule is run on such a file; the steward's own are on all."""
    return reach != "data" or rule.origin == "steward" or rule.id in _IN_DATA


def blocks(rule_id: str, reach: Reach) -> bool:
    """Tell whether what a rule finds in such a file is an error."""
    return reach == "talk" or rule_id not in _OF_TALK
