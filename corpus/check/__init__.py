"""Files that are about to be committed in, what must not be in them out.

    targets ──▶ Item ──known?──▶ opened ──▶ passages ──rules, names, sources, model──▶ Fate
                                                     allows, baseline ──▶ Checked ──▶ told

What is of a pinned release is clean at once: nothing else is imported for it. Places say where
and what kind, never what stands there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.check import git, index, targets
from corpus.check.inspect import Inspector
from corpus.check.setup import Setup
from corpus.check.types import Depth, Fate, Item, Place, Target
from corpus.errors import InputError

if TYPE_CHECKING:
    from corpus.check.baseline import Baseline, Stale

__all__ = ["Checked", "Fate", "Place", "check", "inspected", "look_through", "wanted"]

_MIB = 1 << 20
_BATCH = 1 << 21
"""Bytes that a process is given at a time."""
_MOST_IN_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check saw."""

    fates: tuple[Fate, ...]
    """In the order in which items were given; without what the baseline accepts."""
    accepted: int = 0
    """Findings that the files themselves or the baseline accept."""
    stale: tuple[Stale, ...] = ()
    """Entries of the baseline of which less was found."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """What each rule that was run is for, by ID, in the package's own words: of the steward's none.
    Empty where nothing had to be looked through."""
    guarded_by: Path | None = None
    """The workspace or the guard file that told of sources, names and releases, if any did."""
    settings: Path | None = None
    """The file whose settings were followed; None where they are the defaults."""

    @property
    def places(self) -> tuple[Place, ...]:
        """Everything that was found, in order."""
        return tuple(place for fate in self.fates for place in fate.places)

    @property
    def exit_code(self) -> int:
        """3 where something could not be read, 1 where something blocks, else 0."""
        if any(fate.treatment == "unreadable" for fate in self.fates):
            return 3
        return int(any(place.level == "error" for place in self.places))


def check(
    paths: Sequence[Path] = (),
    *,
    staged: bool = False,
    everything: bool = False,
    start: Path | None = None,
    stdin_name: str = "",
    depth: Depth = "usual",
    workers: int = 1,
) -> Checked:
    """Look through files.

    Args:
        paths: the files, "-" for standard input; a folder is an error.
        staged: what a commit would add or change, instead.
        everything: all that git tracks, outside of git all files below the folder, instead.
        start: what repository, settings, guard and baseline are looked for from, upwards; the
            current folder by default.
        stdin_name: the name that standard input is to be taken for.
        depth: how far to look.
        workers: processes to use where there is much to look through; 0 for every core.

    Raises:
        InputError: settings, rules, guard or baseline do not hold, a path is a folder, or
            nothing can be staged here.
        DetectorError: a rule or the model could not do its work.
        GuardError: there is a guard, and its key is not here.
        MachineError: settings, guard or baseline cannot be read; or git is not there, or failed.
    """
    setup = Setup.of(start or Path.cwd(), staged=staged)
    found = wanted(setup, paths, staged=staged, everything=everything, stdin_name=stdin_name)
    return look_through(found, setup, depth=depth, workers=workers)


def wanted(
    setup: Setup,
    paths: Sequence[Path] = (),
    *,
    staged: bool = False,
    everything: bool = False,
    stdin_name: str = "",
) -> Iterator[Target]:
    """Yield what is to be looked through; arguments and errors as for `check`."""
    top, most = setup.settings.top, setup.settings.largest * _MIB
    if staged:
        if git.root(top) is None:
            raise InputError("no git repository here", path=top, remedy="name the files instead")
        return index.staged(top, most=most)
    if everything:
        return targets.everything(top, most=most)
    return targets.named(paths, root=top, most=most, stdin_name=stdin_name)


def look_through(
    found: Iterable[Target], setup: Setup, *, depth: Depth = "usual", workers: int = 1
) -> Checked:
    """Look through what was found, and drop what the baseline accepts.

    Raises:
        InputError, DetectorError, MachineError: as for `check`.
    """
    settings = setup.settings
    accepted = _accepted(setup)
    fates = tuple(inspected(found, setup, depth=depth, workers=workers))
    rules = _rules(setup, fates)
    checked = Checked(
        fates=fates,
        accepted=sum(fate.accepted for fate in fates),
        rules=rules,
        guarded_by=setup.guarded_by,
        settings=settings.source,
    )
    if accepted is None:
        return checked
    from corpus.check import baseline

    applied = baseline.apply(fates, accepted)
    return replace(
        checked,
        fates=applied.fates,
        accepted=checked.accepted + applied.accepted,
        stale=applied.stale,
    )


def _accepted(setup: Setup) -> Baseline | None:
    """Return the baseline; where the index is checked that of the index, if it has one."""
    settings = setup.settings
    path = settings.root / settings.baseline
    if not setup.is_staged and not os.path.lexists(path):
        return None
    from corpus.check import baseline_file

    if setup.is_staged:
        name = path.relative_to(settings.top).as_posix()
        held = index.held(settings.top, [name], most=baseline_file.LARGEST)
        if name in held:
            return baseline_file.opened(held[name], path, setup.key)
    return baseline_file.load(path, setup.key)


def _rules(setup: Setup, fates: Iterable[Fate]) -> dict[str, str]:
    if all(fate.treatment in {"known", "ignored"} for fate in fates):
        return {}
    from corpus.check.scanning import Rules

    rules = (m.rule for m in Rules.of(setup.settings).ready["talk"])
    return {rule.id: rule.why if rule.origin == "builtin" else "" for rule in rules}


def inspected(
    found: Iterable[Target], setup: Setup, *, depth: Depth, workers: int = 1
) -> Iterator[Fate]:
    """Yield what became of each, whatever the baseline says.

    Raises:
        InputError, DetectorError, MachineError: as for `check`.
    """
    batches = _batches(found)
    first = list(islice(batches, 2))
    inspector = Inspector.of(setup, depth)  # what does not hold is told before a process starts
    if workers == 1 or len(first) == 1:  # which is done before one has started
        yield from (inspector.look(target) for batch in chain(first, batches) for target in batch)
        return
    from corpus import executors

    make = partial(_looker, setup, depth)
    workers = workers or executors.available()
    for fates in executors.run(make, chain(first, batches), workers=workers):
        yield from fates


def _looker(setup: Setup, depth: Depth) -> Callable[[Sequence[Target]], list[Fate]]:
    inspector = Inspector.of(setup, depth)
    return lambda batch: [inspector.look(target) for target in batch]


def _batches(found: Iterable[Target]) -> Iterator[list[Target]]:
    """Yield the targets in batches of some size."""
    batch: list[Target] = []
    size = 0
    for target in found:
        batch.append(target)
        size += target.size if isinstance(target, Item) else 0
        if size > _BATCH or len(batch) >= _MOST_IN_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
