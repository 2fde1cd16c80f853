"""What is told by other rules than those of rules/, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.check import allow
from corpus.check.types import Fate, Level


@dataclass(frozen=True, slots=True)
class Own:
    """A rule of the check itself."""

    why: str
    remedy: str
    level: Level = "error"
    """As a rule; the settings may say otherwise."""


_OTHERS = ""
"""Stands for all rules that are not the check's own."""

OWN: Mapping[str, Own] = {
    "workspace-file": Own(
        "A file that a workspace keeps to itself: raw transcripts, names, or its key.",
        "keep the private folder of the workspace, and copies of what is in it, out of the"
        " repository (`git rm --cached`)",
    ),
    "guard-key": Own(
        "A key that is never committed.",
        "take the key out; where it was committed before, it has leaked: see docs/guard.md",
    ),
    "recalled-release": Own(
        "A file of a release that was taken back since.",
        "delete the files of the release that was taken back, and fetch the one that stands in its"
        " place",
    ),
    "unredacted-source": Own(
        "Turns of an interview as it was before redaction.",
        "take the turns out, or keep the file out of the repository (`git rm --cached`), and commit"
        " a release instead; where this is one, it is newer than the guard: `corpus guard export`",
    ),
    "unregistered-transcript": Own(
        "A transcript, or a file under a guarded path, that is in no pinned release.",
        "commit it as part of a pinned release, as nothing else may lie under guarded paths, or"
        " accept it with `corpus check --write-baseline --reason TEXT`",
        "warning",
    ),
    allow.WITHOUT_REASON: Own(
        "An allow that does not say why, and so accepts nothing.",
        "write behind each `corpus: allow[…]` why that may stay",
    ),
    _OTHERS: Own(
        "A personal detail.",
        "redact these places, or say why they may stay: `corpus: allow[LABEL] reason` on the line,"
        " or `corpus check --write-baseline --reason TEXT`",
    ),
    allow.UNUSED: Own(
        "An allow that accepts nothing.",
        "delete the allows that accept nothing",
        "warning",
    ),
}
"""By rule, what weighs most first."""

_UNREADABLE = "see to the files that could not be read: nothing is known of them"
_STALE = "take out of the baseline what is found no more: `corpus baseline prune`"


def of(rule: str) -> Own:
    """Return what is known of a rule, of whichever kind."""
    return OWN.get(rule, OWN[_OTHERS])


def advice(fates: Iterable[Fate], *, stale: int = 0) -> str:
    """Return what to do next, in one sentence; nothing where all is well.

    Args:
        fates: as they are told.
        stale: how many entries of the baseline are.
    """
    errors: set[str] = set()
    warnings: set[str] = set()
    is_unreadable = False
    for fate in fates:
        is_unreadable |= fate.treatment == "unreadable"
        for place in fate.places:
            rule = place.rule if place.rule in OWN else _OTHERS
            (errors if place.level == "error" else warnings).add(rule)
    said = [own.remedy for rule, own in OWN.items() if rule in errors]
    said += [_UNREADABLE] * is_unreadable
    said += [own.remedy for rule, own in OWN.items() if rule in warnings]
    said += [_STALE] * bool(stale)
    if not said:
        return ""
    return said[0] if errors or is_unreadable else f"nothing blocks; {said[0]}"
