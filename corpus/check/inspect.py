"""One item in, its fate out: known, or opened, looked through and judged."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.check import bounded, known, prints, private
from corpus.check.known import Known, Standing
from corpus.check.setup import Setup
from corpus.check.types import (
    Depth,
    Fails,
    Fate,
    Item,
    Level,
    Opened,
    Passage,
    Place,
    Target,
    Treatment,
    Unread,
)
from corpus.errors import CorpusError, DetectorError, MachineError, arose

if TYPE_CHECKING:
    from corpus.check.guard.sources import Hit
    from corpus.check.search import Search

_MIB = 1 << 20
_SNIFFED = 1 << 13
WHOLE = "TRANSCRIPT"
"""The label of what concerns an item as a whole."""


@dataclass(slots=True)
class Inspector:
    """Looks at one item after the other; made once a process."""

    setup: Setup
    depth: Depth
    known: Known
    _search: Search | None = field(default=None, repr=False)
    """What looks through texts; made when the first comes that is not known."""

    @classmethod
    def of(cls, setup: Setup, depth: Depth) -> Inspector:
        """Return one that is ready.

        Raises:
            InputError: a pin of the settings does not hold.
        """
        return cls(setup, depth, Known.of(setup.settings, setup.guard))

    @property
    def search(self) -> Search:
        """What looks through texts.

        Raises:
            RuleError: the steward's rules do not hold.
        """
        if self._search is None:
            from corpus.check.search import Search

            self._search = Search.of(self.setup, self.depth)
        return self._search

    def look(self, target: Target) -> Fate:
        """Return what became of the item.

        Raises:
            DetectorError: a rule or the model could not do its work; it names the item.
        """
        if self.setup.settings.ignores(target.name):
            return _fate(target, "ignored", "the settings ignore it")
        if self._lies_in_private(target):
            return self._private(target, "lies in the private folder of a workspace")
        try:
            return self._unread(target) if isinstance(target, Unread) else self._look(target)
        except DetectorError as error:
            raise DetectorError(f"{target.path}: {error}") from error
        except MachineError as error:
            return _fate(target, "unreadable", str(error))
        except CorpusError:
            raise
        except Exception as error:  # one file must not hide what the others hold
            if os.environ.get("CORPUS_DEBUG"):
                raise
            return _fate(target, "unreadable", f"could not be looked through: {arose(error)}")

    def _look(self, item: Item) -> Fate:
        try:
            sha256, data, is_large = _read(item, self.setup.settings.largest * _MIB)
        except OSError as error:
            return _fate(item, "unreadable", f"cannot be read: {error.strerror}")
        standing = self.known.standing(sha256, self._lies_at(item))
        if standing is not None:
            return self._known(item, standing, sha256)
        if private.is_of_workspace(data):
            return self._private(item, "is a file that a workspace keeps to itself", sha256)
        from corpus.check import opening

        opened = opening.open_item(data, item.name, most=self.setup.settings.largest * _MIB)
        if is_large and (opening.is_read(opened.kind) or private.is_database(data)):
            return _fate(item, "unreadable", f"has more than {self.setup.settings.largest} MiB")
        if opened.is_private:
            return self._private(item, "holds a file that a workspace keeps to itself", sha256)
        is_ledger = self._is_guarded(item) and known.is_ledger(item.name, data)
        return self._opened(item, opened, sha256, is_ledger=is_ledger)

    def _unread(self, target: Unread) -> Fate:
        if target.sha256:
            standing = self.known.standing(target.sha256, self._lies_at(target))
            if standing is not None:
                return self._known(target, standing, target.sha256)
        return self._shut(target, target.why, fails=target.fails)

    def _shut(self, target: Target, why: str, *, fails: Fails = "guarded") -> Fate:
        """What cannot be looked into is skipped, where that is no failure."""
        places = list(self.search.of_name(target))
        if fails == "always" or (fails == "guarded" and self._is_guarded(target)):
            return _fate(target, "unreadable", why, places=places)
        return _fate(target, "skipped", why, places=places)

    def _lies_at(self, target: Target) -> Path:
        """Return where a target lies, or would: what is checked may be the index's."""
        return Path(os.path.abspath(self.setup.settings.top / target.name))  # noqa: PTH100, no links

    def _known(self, target: Target, standing: Standing, sha256: str) -> Fate:
        if not standing.is_recalled:
            return _fate(target, "known", f"is a file of the pinned release {standing.version}")
        why = f"is a file of the release {standing.version} that was taken back since"
        place = self._whole(target, "recalled-release", sha256)
        return _fate(target, "scanned", why, places=[place])

    def _lies_in_private(self, target: Target) -> bool:
        folder = self.setup.private
        return folder is not None and (self.setup.settings.top / target.name).is_relative_to(folder)

    def _private(self, target: Target, why: str, sha256: str = "") -> Fate:
        return _fate(target, "scanned", why, places=[self._whole(target, "workspace-file", sha256)])

    def _opened(self, item: Item, opened: Opened, sha256: str, *, is_ledger: bool) -> Fate:
        from corpus.check import opening
        from corpus.check.allow import Allows

        if not opening.is_read(opened.kind):
            return self._unopened(item, opened, sha256)
        is_guarded = self._is_guarded(item)
        allows = Allows(path=item.path)
        found = self.search.through(item, opened, allows, is_guarded=is_guarded)
        places = list(found.places)
        places += (self._whole(item, "unredacted-source", sha256, at) for at in found.sources)
        places += (self._whole(item, "guard-key", sha256, at) for at in found.keys)
        level = self._unregistered(
            is_guarded=is_guarded and not is_ledger, is_suspect=found.is_transcript
        )
        if level:
            rule = "unregistered-transcript"
            places.append(self._whole(item, rule, sha256, level=level))
        kept = allows.apply(places, tell_unused=found.is_whole)
        why = ["is in no pinned release", f"was opened as {opened.kind}", *found.why]
        if found.sources:
            why.append("holds turns of an ingested interview")
        if is_guarded:
            why.append("lies under a guarded path")
        if found.is_transcript:
            why.append("looks like a transcript")
        if allows.accepted:
            why.append(f"findings that it accepts itself: {allows.accepted}")
        treatment: Treatment = "scanned"
        if opened.problem:
            treatment = "unreadable"
            why.append(opened.problem)
        if opened.skipped:
            treatment = "unreadable" if is_guarded else treatment
            why.append(opened.skipped)
        return _fate(
            item,
            treatment,
            *why,
            places=kept,
            is_whole=found.is_whole,
            accepted=allows.accepted,
        )

    def _unopened(self, item: Item, opened: Opened, sha256: str) -> Fate:
        """What is in no format that is read may hold a source all the same."""
        shut = self._shut(item, opened.problem or "is not text")
        hits = self.search.sources(opened.passages)
        if not hits:
            return shut
        places = [self._whole(item, "unredacted-source", sha256, at) for at in hits]
        why = (*shut.why, "holds turns of an ingested interview")
        treatment: Treatment = "unreadable" if shut.treatment == "unreadable" else "scanned"
        return _fate(item, treatment, *why, places=(*shut.places, *places))

    def _is_guarded(self, target: Target) -> bool:
        guard = self.setup.guard
        by_guard = guard is not None and guard.guards(target.name)
        return by_guard or self.setup.settings.is_guarded(target.name)

    def _unregistered(self, *, is_guarded: bool, is_suspect: bool) -> Level | None:
        if is_guarded:
            return "error"
        setting = self.setup.settings.unregistered
        return setting if is_suspect and setting != "off" else None

    def _whole(
        self,
        target: Target,
        rule: str,
        sha256: str,
        at: Hit | Passage | None = None,
        *,
        level: Level = "error",
    ) -> Place:
        """Return what concerns an item as a whole."""
        key = self.setup.key
        return Place(
            path=target.path,
            inside=at.inside if at else "",
            line=at.line if at else 1,
            column=at.column if at else 1,
            length=0,
            label=WHOLE,
            rule=rule,
            level=level,
            print=prints.of_file(key, target.name, rule, sha256) if key else "",
        )


def _fate(
    target: Target,
    treatment: Treatment,
    *why: str,
    places: Iterable[Place] = (),
    is_whole: bool = True,
    accepted: int = 0,
) -> Fate:
    found = list(places)
    parts = {part: number for number, part in enumerate(dict.fromkeys(p.inside for p in found))}
    found.sort(key=lambda p: (parts[p.inside], p.line, p.column, p.rule))
    return Fate(
        path=target.path,
        name=target.name,
        treatment=treatment,
        why=why,
        places=tuple(found),
        is_whole=is_whole,
        accepted=accepted,
    )


def _read(item: Item, most: int) -> tuple[str, bytes, bool]:
    """Return the SHA-256 of an item, its bytes, and whether there are more than that.

    Where there are, only the first ones are returned. What is vouched for is what was read.
    """
    if isinstance(item.source, bytes):
        is_large = item.size > most
        data = item.source[:_SNIFFED] if is_large else item.source
        return hashlib.sha256(item.source).hexdigest(), data, is_large
    with bounded.regular(item.source) as file:
        data = file.read(most + 1)
        hashed = hashlib.sha256(data)
        while more := file.read(_MIB):
            hashed.update(more)
    if len(data) <= most:
        return hashed.hexdigest(), data, False
    return hashed.hexdigest(), data[:_SNIFFED], True
