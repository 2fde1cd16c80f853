"""Two releases -> what differs; reads the tables only of transcripts whose digests differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from corpus.model import Redacted
from corpus.release.claims import UNKNOWN
from corpus.release.compare import TranscriptChange, compare
from corpus.release.manifest import Manifest

_TOTALS = "totals"

EFFECTS = ("added", "removed", "otherwise", "uncovered", "covered")
"""What a rule can do: redactions that are new, gone, or otherwise than before; places hidden before
that stand now, and standing before that are hidden now."""


class Side(Protocol):
    """A version to compare: a `Release`, or one that is not written yet."""

    @property
    def manifest(self) -> Manifest:
        """What it says of itself."""

    def select(self, transcript_ids: Collection[str]) -> Iterable[Redacted]:
        """Return some of its transcripts in order of their IDs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwritten:
    """A version whose folder is yet to come; of its manifest neither digest nor files are used."""

    manifest: Manifest
    transcripts: Sequence[Redacted]
    """In order of their IDs."""

    def select(self, transcript_ids: Collection[str]) -> Iterable[Redacted]:
        """Return some of its transcripts in order of their IDs."""
        return (t for t in self.transcripts if t.transcript_id in transcript_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What tells a version from others."""

    name: str
    """The corpus's."""
    version: str
    digest: str
    logical_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What differs between two versions; a pair holds the value before and after."""

    before: Identity
    after: Identity
    made_with: Mapping[str, tuple[Any, Any]]
    """Tool, digests and settings by name, equal ones included; None where one version has none."""
    counts: Mapping[str, Mapping[str, tuple[int, int]]]
    """"totals", and the counts by label, operator, mask, cohort and reason."""
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[TranscriptChange, ...]
    causes: Mapping[str, Mapping[str, int]]
    """What changed by which rule, or by the policy: how often each of `EFFECTS`. Places that only
    may stand are not counted."""
    equal: int
    """How many transcripts are the same in both."""

    @property
    def differs(self) -> bool:
        """Whether the transcripts differ, or what is said in them."""
        return bool(self.added or self.removed or self.changed)

    def places(self) -> dict[str, int]:
        """Return how many places are "uncovered" and "covered", and how many only perhaps."""
        sides = {
            "uncovered": [s for change in self.changed for s in change.uncovered],
            "covered": [s for change in self.changed for s in change.covered],
        }
        certain = {name: sum(s.is_certain for s in found) for name, found in sides.items()}
        perhaps = {f"{name}_perhaps": len(found) - certain[name] for name, found in sides.items()}
        return certain | perhaps


def diff(before: Side, after: Side) -> Diff:
    """Return what differs between two versions.

    Raises:
        ReleaseError: a table is damaged.
    """
    old, new = before.manifest["transcripts"], after.manifest["transcripts"]
    both = sorted(old.keys() & new.keys())
    differing = {i for i in both if old[i]["digest"] != new[i]["digest"]}
    pairs = zip(before.select(differing), after.select(differing), strict=True)
    changed = tuple(c for c in (compare(*pair) for pair in pairs) if c.differs)
    return Diff(
        before=_identity(before.manifest),
        after=_identity(after.manifest),
        made_with=_paired(_made_with(before.manifest), _made_with(after.manifest), None),
        counts=_counts(before.manifest, after.manifest),
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=changed,
        causes=_causes(changed),
        equal=len(both) - len(changed),
    )


def _causes(changed: Iterable[TranscriptChange]) -> dict[str, dict[str, int]]:
    found: Counter[tuple[str, str]] = Counter()
    for change in changed:
        for effect, places in (("uncovered", change.uncovered), ("covered", change.covered)):
            found.update((s.hidden.rule or UNKNOWN, effect) for s in places if s.is_certain)
        for redaction in change.redactions:
            (what,) = {*redaction.what} & {"added", "removed"} or {"otherwise"}
            found.update((cause, what) for cause in redaction.causes)
    rules = sorted({rule for rule, _ in found})
    return {rule: {effect: found[rule, effect] for effect in EFFECTS} for rule in rules}


def _identity(manifest: Manifest) -> Identity:
    return Identity(
        name=manifest["name"],
        version=manifest["version"],
        digest=manifest["digest"],
        logical_digest=manifest["logical_digest"],
    )


def _made_with(manifest: Manifest) -> dict[str, Any]:
    came = {key: manifest["ingested"][key] for key in ("consent_required", "access")}
    return {**manifest["made_with"], **came}


def _counts(before: Manifest, after: Manifest) -> dict[str, dict[str, tuple[int, int]]]:
    old, new = _groups(before), _groups(after)
    names = sorted({*old, *new}, key=lambda name: (name != _TOTALS, name))
    return {name: _paired(old.get(name, {}), new.get(name, {}), 0) for name in names}


def _groups(manifest: Manifest) -> dict[str, dict[str, int]]:
    """Return the counts by name, and those of one kind each under their own."""
    counts, came = manifest["counts"], manifest["ingested"]
    totals = {key: count for key, count in counts.items() if isinstance(count, int)}
    ingested = {"ingested": came["transcripts"], "withheld": came["withheld"]}
    by_kind = {
        key: count
        for key, count in counts.items()
        if isinstance(count, dict) and all(isinstance(n, int) for n in count.values())
    }
    return {
        _TOTALS: {**ingested, **totals},
        "withheld_by_reason": came["withheld_by_reason"],
        **by_kind,
    }


def _paired(old: Mapping[str, Any], new: Mapping[str, Any], missing: Any) -> dict[str, Any]:
    return {key: (old.get(key, missing), new.get(key, missing)) for key in sorted({*old, *new})}
