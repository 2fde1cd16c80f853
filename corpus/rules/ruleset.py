"""The types that the rule files become, and the digest of them all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Literal

from corpus.engine import Engaged
from corpus.model import Field, Label, Mask

Origin = Literal["builtin", "steward"]
Check = Literal["luhn", "iban", "ipv4"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern that proposes findings, with the examples that hold it to its word."""

    id: str
    label: Label
    mask: Mask
    pattern: str
    """Its group `mention`, where it has one, is the span to hide; else the whole match."""
    score: float
    why: str
    match: tuple[str, ...]
    """Texts in which it finds something; «…» marks the span exactly."""
    miss: tuple[str, ...]
    """Texts in which it finds nothing."""
    keywords: tuple[str, ...] = ()
    """Lower-case; the rule runs only where one of them occurs in the lower-cased text."""
    field: Field | Literal["both"] = "text"
    ignore_case: bool = False
    check: Check | None = None
    """A computation that the mention must pass as well."""
    only: tuple[str, ...] = ()
    """Word lists; a mention that is in none of them is dropped."""
    unless: tuple[str, ...] = ()
    """Word lists; a mention that is in one, or begins with a word of one, is dropped."""
    origin: Origin = "builtin"

    @property
    def flags(self) -> int:
        """How the pattern is compiled."""
        import regex

        return regex.V0 | (regex.IGNORECASE if self.ignore_case else 0)

    @property
    def group(self) -> str | int:
        """The group that marks the span to hide."""
        return "mention" if "(?P<mention>" in self.pattern else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepEntry:
    """What tempts a detector and must stay."""

    id: str
    surfaces: tuple[str, ...] = ()
    pattern: str = ""
    keywords: tuple[str, ...] = ()
    """Lower-case; the pattern runs only on a turn that holds one of them."""
    capitals: bool = False
    """Whether a surface counts only where the text has the capitals that it is written with."""
    before: str = ""
    """A pattern; a surface counts only right after what it matches."""
    after: str = ""
    """A pattern; a surface counts right before what it matches, too."""
    why: str
    match: tuple[str, ...]
    miss: tuple[str, ...]
    origin: Origin = "builtin"


@dataclass(frozen=True, eq=False, kw_only=True)
class RuleSet:
    """Everything that the folders say; compared by identity, so what follows from it is kept."""

    rules: tuple[Rule, ...] = ()
    """In the order of their ids."""
    keep: tuple[KeepEntry, ...] = ()
    ambiguous: frozenset[str] = frozenset()
    """Lower-case words that are also names or firms."""
    engine: tuple[Engaged, ...] = ()
    """Presidio's recognizers to run beside ours."""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Lower-case word lists by id, for a rule's `only` and `unless`."""

    def of_steward(self) -> RuleSet:
        """Return the steward's own rules and keep entries alone."""
        return replace(
            self,
            rules=tuple(r for r in self.rules if r.origin == "steward"),
            keep=tuple(k for k in self.keep if k.origin == "steward"),
        )

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all content, whatever the files and their order."""
        content = {
            "rules": list(map(asdict, self.rules)),
            "keep": list(map(asdict, self.keep)),
            "ambiguous": sorted(self.ambiguous),
            "engine": [recognizer.identity for recognizer in self.engine],
            "words": dict(self.words),
        }
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
