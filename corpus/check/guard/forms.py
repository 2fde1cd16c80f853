"""A roster's entries in, the forms out under which a check looks for them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from corpus import rules
from corpus.check.guard.folding import BREAK, fold
from corpus.check.guard.names import LONGEST, MOST, Form
from corpus.detect import language, roster
from corpus.detect.variants import FROM_ADDRESS, PUBLIC, Variant, variants

_SHORTEST = 3
"""Letters that a part of a name has at least to be looked for by itself."""
_DIGITS = 5
"""Digits that tell something by themselves."""


def of_roster(path: Path, folders: Sequence[Path]) -> Iterator[Form]:
    """Yield the forms of a roster's entries: as they are written, and parts that are names.

    What an entry means in its own transcript alone (initials, short forms, words that are also
    everyday words) is left out, or every other file would hold it.

    Args:
        path: the roster.
        folders: where rules and word lists come from.

    Raises:
        RuleError: the roster or a rule does not hold.
    """
    ruleset = rules.load(folders)
    everyday = (rules.builtin_folder() / language.FILE).read_text(encoding="utf-8")
    ordinary = ruleset.ambiguous.union(everyday.split())
    public = frozenset(ruleset.words.get(PUBLIC, ()))
    for entry in roster.load(path):
        if entry.mask != "none":
            for variant in variants(entry.label, entry.text, public):
                yield from _of_variant(entry, variant, ordinary)


def _of_variant(entry: roster.Entry, variant: Variant, ordinary: Collection[str]) -> Iterator[Form]:
    if variant.is_guarded or variant.is_exact or variant.rule in FROM_ADDRESS:
        return
    for words in {_words(variant.surface), _words(_without_accents(variant.surface))}:
        is_part = variant.surface != entry.text
        is_ordinary = words.decode("utf-8", "surrogatepass") in ordinary
        if _tells(words, is_part=is_part) and not (is_part and is_ordinary):
            yield Form(words, variant.label or entry.label, entry.mask, is_ordinary)


def _words(surface: str) -> bytes:
    return b" ".join(fold(surface).replace(BREAK, b" ").split()[:MOST])


def _without_accents(surface: str) -> str:
    parts = unicodedata.normalize("NFD", surface)
    return "".join(c for c in parts if unicodedata.category(c) != "Mn")


def _tells(words: bytes, *, is_part: bool) -> bool:
    bare = words.replace(b" ", b"")
    if bare.isdigit():
        return len(bare) >= _DIGITS
    return len(bare) >= (_SHORTEST if is_part else 2) and max(map(len, words.split())) <= LONGEST
