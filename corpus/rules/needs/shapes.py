"""A row of variants in, the shapes that one of must stand out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import fsum, prod

from corpus.rules.needs import rarity
from corpus.rules.needs.chars import DIGITS, LETTERS, LOWER, UPPER, mask, seen
from corpus.rules.needs.known import Need, Shape
from corpus.rules.needs.variants import CASES, Variant, once

_MOST = 20
_LENGTHS = (1, 2, 3, 4, 5, 7, 9, 12, 16)


def needed(row: list[Variant]) -> Iterator[Need]:
    """Yield shapes that one of must stand, in as many ways as there are."""
    whole = once(tuple(seen(chars) for chars in variant if chars) for variant in row)
    bare = once(min(_unlettered(variant), key=rarity.of_row) for variant in row)
    coarse = once(tuple(map(_coarse, variant)) for variant in bare)
    for rows in (whole, bare, coarse):
        if rows and all(rows):
            yield from _formed(sorted(rows, key=len))


def _unlettered(variant: Variant) -> Iterator[Variant]:
    """Yield the pieces between certain letters, which are left to words."""
    piece: list[int] = []
    for chars in (*variant, mask("a")):
        if 0 < (chars & LETTERS).bit_count() <= CASES:
            yield tuple(piece)
            piece = []
        elif chars:
            piece.append(seen(chars))


def _coarse(chars: int) -> int:
    return next((whole for whole in (DIGITS, UPPER, LOWER) if not chars & ~whole), chars)


def _formed(rows: list[Variant]) -> Iterator[Need]:
    for length in _LENGTHS:
        chosen = _windows(rows, length)
        for sets in (_atoms(chosen), _merged(chosen)):
            shapes = _shapes(chosen, sets)
            if shapes:
                cost = fsum(rarity.of_row(tuple(sets[i] for i in shape.row)) for shape in shapes)
                yield Need(frozenset(), shapes, cost + rarity.COST_OF_SHAPE * len(shapes))


def _windows(rows: Iterable[Variant], length: int) -> list[Variant]:
    """Return stretches that one of is in each row; none if they are too many."""
    chosen: dict[Variant, None] = {}
    for row in rows:
        windows = [row[at : at + length] for at in range(max(1, len(row) - length + 1))]
        if not any(window in chosen for window in windows):
            chosen[min(windows, key=rarity.of_row)] = None
        if len(chosen) > _MOST:
            return []
    return list(chosen)


def _atoms(rows: Iterable[Variant]) -> tuple[int, ...]:
    """Return disjoint sets that all those of the rows are made of."""
    atoms: list[int] = []
    for chars in {chars for row in rows for chars in row}:
        rest = chars
        cut = []
        for atom in atoms:
            cut += [part for part in (atom & chars, atom & ~chars) if part]
            rest &= ~atom
        atoms = [*cut, *([rest] if rest else [])]
    return tuple(sorted(atoms))


def _merged(rows: Iterable[Variant]) -> tuple[int, ...]:
    """Return disjoint sets each of which holds whole sets of the rows."""
    merged: list[int] = []
    for chars in {chars for row in rows for chars in row}:
        both = chars
        for other in [other for other in merged if other & chars]:
            merged.remove(other)
            both |= other
        merged.append(both)
    return tuple(sorted(merged))


def _shapes(rows: Iterable[Variant], sets: tuple[int, ...]) -> frozenset[Shape]:
    """Return the rows in terms of the sets; none if that is too many."""
    shapes: set[Shape] = set()
    for row in rows:
        ways = [[i for i, one in enumerate(sets) if one & chars] for chars in row]
        if prod(map(len, ways)) + len(shapes) > _MOST:
            return frozenset()
        shapes.update(Shape(sets, found) for found in product(*ways))
    return frozenset(shapes)
