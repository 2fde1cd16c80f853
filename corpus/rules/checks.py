"""Computations that a mention must pass besides its pattern."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from corpus.rules.ruleset import Check

_IBAN_LENGTH = 15


def _luhn(mention: str) -> bool:
    digits = [int(c) for c in mention if c.isdigit()]
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits[::-1])]
    return len(digits) > 1 and sum(doubled) % 10 == 0


def _iban(mention: str) -> bool:
    compact = "".join(c for c in mention.upper() if c.isalnum())
    if len(compact) < _IBAN_LENGTH or not compact.isascii():
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def _ipv4(mention: str) -> bool:
    parts = mention.split(".")
    return len(parts) == 4 and all(p.isdigit() and int(p) < 256 for p in parts)  # noqa: PLR2004


CHECKS: Mapping[Check, Callable[[str], bool]] = {"luhn": _luhn, "iban": _iban, "ipv4": _ipv4}
