"""What a check needs to know where it runs: settings, guard, key."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from corpus.check import git, settings
from corpus.check.guard import file, key
from corpus.check.guard.file import Guard
from corpus.check.settings import Settings

_DATABASE = Path("private") / "workspace.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """All of it."""

    settings: Settings
    guard: Guard | None
    key: bytes | None = field(repr=False)
    """What fingerprints are made with; None where this machine has none."""

    @classmethod
    def of(cls, start: Path) -> Setup:
        """Find what holds for a folder: of the workspace it lies in, else of its repository.

        Raises:
            InputError: settings, guard file or key do not hold.
            GuardError: there is a guard file, and its key is not here.
            MachineError: something cannot be read.
        """
        top = git.root(start)
        found = settings.load(start, top)
        if (found.root / _DATABASE).is_file():
            from corpus import workspace
            from corpus.check.guard import own

            guard = own.guard(workspace.open_at(found.root), found.guarded)
            return cls(settings=found, guard=guard, key=guard.key)
        secret = key.find(start)
        path = file.above(start)
        guard_of_clone = file.load(path, secret) if path else None
        return cls(settings=found, guard=guard_of_clone, key=secret)
