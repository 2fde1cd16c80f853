"""Stretches in, those that hold what a rule needs as well out."""

from __future__ import annotations

from typing import NamedTuple

from corpus.rules.lines import APART, Stretch
from corpus.rules.needs.known import Need
from corpus.rules.tables import row


class Also(NamedTuple):
    """What else has to be in a stretch."""

    texts: tuple[bytes, ...]
    """In lower case."""
    rows: tuple[tuple[bytes | None, tuple[bytes, ...]], ...]

    @classmethod
    def of(cls, need: Need) -> Also:
        """Return what a need asks for."""
        rows: dict[bytes | None, list[bytes]] = {}
        for shape in sorted(need.shapes):
            table, needle = row(shape)
            rows.setdefault(table, []).append(needle)
        texts = {word.text.lower().encode() for word in need.words}
        return cls(tuple(texts), tuple((table, tuple(found)) for table, found in rows.items()))

    def held(self, data: bytes, stretches: list[Stretch]) -> list[Stretch]:
        """Return the stretches that hold one of it."""
        if len(stretches) * APART < len(data):
            return [one for one in stretches if _holds(self._shown(data[slice(*one)]), (0, one[1]))]
        shown = self._shown(data)
        return [one for one in stretches if _holds(shown, one)]

    def _shown(self, data: bytes) -> list[tuple[bytes, tuple[bytes, ...]]]:
        """Return the bytes as what is looked for in them is written, and that."""
        shown = [(data.lower(), self.texts)] if self.texts else []
        rows = ((data.translate(table) if table else data, needles) for table, needles in self.rows)
        return [*shown, *rows]


def _holds(shown: list[tuple[bytes, tuple[bytes, ...]]], stretch: Stretch) -> bool:
    start, end = stretch
    for data, needles in shown:
        for needle in needles:
            if data.find(needle, start, end) >= 0:
                return True
    return False
