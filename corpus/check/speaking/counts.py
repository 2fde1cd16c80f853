"""What a check comes to, and the line that tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from corpus.check.types import Fate, Level, Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a check comes to."""

    files: Mapping[Treatment, int]
    places: Mapping[Level, int]
    accepted: int
    """Places that an allow or the baseline accepts."""
    rules: int
    seconds: float
    has_guard: bool = True
    """Whether sources, roster and releases of a workspace were known."""

    @classmethod
    def of(
        cls,
        fates: Iterable[Fate],
        *,
        rules: int,
        seconds: float,
        accepted: int = 0,
        has_guard: bool = True,
    ) -> Counts:
        """Count what became of the items; arguments are the attributes of the same names."""
        files: Counter[Treatment] = Counter()
        places: Counter[Level] = Counter()
        for fate in fates:
            files[fate.treatment] += 1
            places.update(place.level for place in fate.places)
        return cls(
            files=files,
            places=places,
            accepted=accepted,
            rules=rules,
            seconds=seconds,
            has_guard=has_guard,
        )

    @property
    def line(self) -> str:
        """The one line that ends every check."""
        kinds = [f"{n} {kind}" for kind in get_args(Treatment) if (n := self.files.get(kind, 0))]
        shares = f" ({', '.join(kinds)})" if kinds else ""
        files = f"{_many(sum(self.files.values()), 'file')}{shares}"
        took = f"checked {files} with {_many(self.rules, 'rule')} in {self.seconds:.2f} s"
        accepted = f"{_many(self.accepted, 'finding')} accepted" if self.accepted else ""
        guard = "" if self.has_guard else "no guard"
        return ", ".join(filter(None, (took, accepted, guard)))


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
