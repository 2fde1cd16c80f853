"""The findings that a repository accepts: keyed hashes, counts and reasons; pure.

Neither line numbers nor dates, so that moving text about changes nothing; a further occurrence of
what was accepted once is a finding. An entry without a reason accepts nothing; none accepts an
unredacted interview or its like (`allow.NEVER`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus.check import allow
from corpus.check.types import Fate, Place
from corpus.errors import InputError

_OF_MODEL = ("model.", "repeats.", "speaker-name")
"""How the rules begin that are run with the model alone."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Entry:
    """One thing that may stay in one file."""

    path: str
    """The name of the file, below the root."""
    rule: str
    label: str
    print: str
    """Keyed fingerprint of path, rule and surface; of the file's bytes for what concerns all of
    it."""
    count: int
    reason: str = field(repr=False)

    @property
    def has_reason(self) -> bool:
        """Whether it says why."""
        return bool(self.reason.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """All that may stay."""

    key: str
    """By what the key of its prints is known."""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """An entry of which a file holds less than it accepts."""

    entry: Entry
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a baseline makes of the fates."""

    fates: tuple[Fate, ...]
    """Without the places that are accepted."""
    accepted: int
    stale: tuple[Stale, ...]


def apply(fates: Iterable[Fate], baseline: Baseline) -> Applied:
    """Drop the places that the baseline accepts, of each as many as it says."""
    kept = []
    counts: Counter[tuple[str, str]] = Counter()
    looked_at = {}
    allowance = {(e.path, e.print): e.count for e in baseline.entries if e.has_reason}
    for fate in fates:
        left = tuple(_left(fate, allowance, counts))
        kept.append(_told(fate, left))
        if fate.is_looked_at:
            looked_at[fate.name] = fate.is_whole
    return Applied(
        fates=tuple(kept),
        accepted=sum(min(counts[entry], most) for entry, most in allowance.items()),
        stale=tuple(_stale(baseline, counts, looked_at)),
    )


def _left(
    fate: Fate, allowance: Mapping[tuple[str, str], int], counts: Counter[tuple[str, str]]
) -> Iterator[Place]:
    for place in fate.places:
        if not is_acceptable(place):
            yield place
            continue
        known = (fate.name, place.print)
        counts[known] += 1
        if not place.print or counts[known] > allowance.get(known, 0):
            yield place


def _told(fate: Fate, left: tuple[Place, ...]) -> Fate:
    dropped = len(fate.places) - len(left)
    if not dropped:
        return fate
    return replace(fate, places=left, why=(*fate.why, f"findings the baseline accepts: {dropped}"))


def _stale(
    baseline: Baseline, counts: Mapping[tuple[str, str], int], looked_at: Mapping[str, bool]
) -> Iterator[Stale]:
    for entry in baseline.entries:
        found = counts.get((entry.path, entry.print), 0)
        if _was_looked_for(entry, looked_at) and found < entry.count:
            yield Stale(entry=entry, found=found)


def _was_looked_for(entry: Entry, looked_at: Mapping[str, bool]) -> bool:
    """Tell whether what an entry is of would have been found.

    Args:
        entry: the entry.
        looked_at: the files that were, and whether all was run on them that finds something.
    """
    is_whole = looked_at.get(entry.path)
    return is_whole is not None and (is_whole or not entry.rule.startswith(_OF_MODEL))


def written(fates: Sequence[Fate], baseline: Baseline, reason: str = "") -> Baseline:
    """Return a baseline of all that was found; entries that stay keep their reasons.

    Those of files that were not looked at, or could not be read, stay as they are; so does what
    only the model finds, in files that it did not read.

    Args:
        fates: with every place, prints included, before any baseline was applied.
        baseline: the one so far.
        reason: of entries that are new, or accept more than before.

    Raises:
        InputError: there are such entries, and no reason is given.
    """
    before = {(entry.path, entry.print): entry for entry in baseline.entries}
    looked_at = {fate.name: fate.is_whole for fate in fates if fate.is_looked_at}
    entries = {
        known: e
        for known, e in before.items()
        if e.rule not in allow.NEVER and not _was_looked_for(e, looked_at)
    }
    nameless = 0
    for entry in _found(fates):
        known = (entry.path, entry.print)
        old = before.get(known)
        stays = old is not None and old.has_reason and entry.count <= old.count
        entries[known] = replace(entry, reason=old.reason if old and stays else reason)
        nameless += not entries[known].has_reason
    if nameless:
        raise InputError(
            f"the baseline does not accept {nameless} of the findings yet, and nothing says why it"
            " should",
            remedy="add --reason TEXT",
        )
    return replace(baseline, entries=tuple(sorted(entries.values())))


def _found(fates: Iterable[Fate]) -> Iterator[Entry]:
    """Yield an entry of each print that can be accepted."""
    places: dict[str, list[Place]] = defaultdict(list)
    for fate in fates:
        places.clear()
        for place in fate.places:
            if place.print and is_acceptable(place):
                places[place.print].append(place)
        for found in places.values():
            yield Entry(
                path=fate.name,
                rule=found[0].rule,
                label=found[0].label,
                print=found[0].print,
                count=len(found),
                reason="",
            )


def is_acceptable(place: Place) -> bool:
    """Tell whether a baseline may accept a place; an allow that does nothing is mended instead."""
    return place.label != allow.LABEL and place.rule not in allow.NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """How it stands with an entry."""

    entry: Entry
    found: int | None
    """How often it is found now; None where its file was not looked at."""
    exists: bool
    """Whether its file does."""

    @property
    def is_stale(self) -> bool:
        """Whether less is found than it accepts."""
        return not self.exists or (self.found is not None and self.found < self.entry.count)


def audit(baseline: Baseline, fates: Iterable[Fate]) -> tuple[Audited, ...]:
    """Compare every entry with what is found.

    Args:
        baseline: the entries.
        fates: of all their files that exist, before any baseline was applied.
    """
    by_name = {fate.name: fate for fate in fates}
    counts = {
        name: Counter(place.print for place in fate.places if is_acceptable(place))
        if fate.is_looked_at
        else None
        for name, fate in by_name.items()
    }
    return tuple(
        Audited(
            entry=entry,
            found=_of(counts.get(entry.path, Counter()), entry.print),
            exists=entry.path in by_name,
        )
        for entry in sorted(baseline.entries)
    )


def _of(counts: Counter[str] | None, print_: str) -> int | None:
    return None if counts is None else counts[print_]


def pruned(baseline: Baseline, audited: Iterable[Audited]) -> Baseline:
    """Return the baseline without what is found no more, and with counts as they are now."""
    entries = (
        replace(a.entry, count=a.found or a.entry.count) if a.is_stale else a.entry
        for a in audited
        if not a.is_stale or a.found
    )
    return replace(baseline, entries=tuple(entries))
