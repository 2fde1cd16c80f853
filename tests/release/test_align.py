"""What two sequences share is found whole, in order, and whichever comes first."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.release import align

LETTERS = st.lists(st.sampled_from("abcd"), max_size=14)


def _ascend(pairs: align.Pairs) -> bool:
    return all(i < x and j < y for (i, j), (x, y) in pairwise(pairs))


def _most_shared(a: list[str], b: list[str]) -> int:
    """Return the length of the longest common subsequence, by the textbook."""
    row = [0] * (len(b) + 1)
    for one in a:
        above = row
        row = [0]
        for j, other in enumerate(b):
            row.append(above[j] + 1 if one == other else max(above[j + 1], row[-1]))
    return row[-1]


@given(LETTERS, LETTERS)
def test_the_closest_pairs_are_the_most_there_can_be(a: list[str], b: list[str]) -> None:
    pairs = align.closest(a, b)
    assert _ascend(pairs)
    assert all(a[i] == b[j] for i, j in pairs)
    assert len(pairs) == _most_shared(a, b)


@given(LETTERS, LETTERS)
def test_the_order_of_the_two_decides_nothing(a: list[str], b: list[str]) -> None:
    for align_ in (align.closest, align.unique):
        assert align_(b, a) == [(j, i) for i, j in align_(a, b)]


@given(st.permutations("abcdefgh"), st.permutations("efghijkl"))
def test_unique_members_are_paired_in_order_as_many_as_can_be(a: list[str], b: list[str]) -> None:
    pairs = align.unique(a, b)
    assert _ascend(pairs)
    assert len(pairs) == _most_shared(a, b)


def test_what_stands_twice_is_not_paired_as_unique() -> None:
    assert align.unique(list("axbx"), list("xab")) == [(0, 1), (2, 2)]


@given(st.lists(st.integers(0, 40), max_size=60), st.lists(st.integers(0, 40), max_size=60))
def test_gaps_and_pairs_cover_both(a: list[int], b: list[int]) -> None:
    pairs = align.unique(a, b)
    gaps = list(align.gaps(pairs, len(a), len(b)))
    assert len(gaps) == len(pairs) + 1
    assert sum(end - start for start, end, _, _ in gaps) + len(pairs) == len(a)
    assert sum(end - start for _, _, start, end in gaps) + len(pairs) == len(b)


def test_beyond_the_bound_pieces_between_what_stands_once_are_aligned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(align, "MOST_EDITS", 3)
    a, b = list("pqrs.uvw.xy"), list("kp.uvw.xyrlmno")
    assert align.closest(a, b) == [(4, 2), (5, 3), (6, 4), (7, 5), (8, 6)]


def test_what_is_too_different_has_no_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(align, "MOST_EDITS", 3)
    assert align.closest(list("ababab"), list("bbbbaaaaabb")) == []
