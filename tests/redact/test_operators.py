"""Replacing: nothing else changes, and the new positions are right."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Label
from corpus.redact.operators import Replacement, apply
from corpus.redact.policy import Operator

OPERATORS: list[Operator] = ["pseudonym", "placeholder", "generalise", "mask"]
LABELS: list[Label] = ["PERSON", "DATE", "AGE"]


def replacement(
    start: int, end: int, operator: Operator, label: Label = "PERSON", number: int = 1
) -> Replacement:
    return Replacement(start=start, end=end, label=label, operator=operator, number=number)


@pytest.mark.parametrize(
    ("operator", "label", "expected"),
    [
        ("pseudonym", "PERSON", "in [PERSON_7]!"),
        ("placeholder", "PERSON", "in [PERSON]!"),
        ("generalise", "DATE", "in [DATE 2019]!"),
        ("generalise", "AGE", "in [AGE]!"),
        ("mask", "PERSON", "in ********!"),
        ("keep", "PERSON", "in May 2019!"),
    ],
)
def test_each_operator_leaves_its_stand_in(operator: Operator, label: Label, expected: str) -> None:
    rewritten = apply("in May 2019!", [replacement(3, 11, operator, label, 7)])
    assert rewritten.text == expected
    assert rewritten.ranges == ((3, len(expected) - 1),)


def test_neighbours_with_one_stand_in_are_not_merged() -> None:
    text = "Ada Ada  AdaAda"
    ranges = [(0, 3), (4, 7), (9, 12), (12, 15)]
    rewritten = apply(text, [replacement(a, b, "placeholder") for a, b in ranges])
    assert rewritten.text == "[PERSON] [PERSON]  [PERSON][PERSON]"


@pytest.mark.parametrize(
    "ranges", [[(0, 3), (2, 5)], [(4, 6), (0, 2)], [(2, 2)], [(5, 9)], [(-1, 2)]]
)
def test_ranges_that_overlap_or_leave_the_text_are_refused(ranges: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="disjoint"):
        apply("a text", [replacement(a, b, "mask") for a, b in ranges])


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[Replacement]]:
    text = draw(st.text(min_size=1, max_size=40))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    made = [
        replacement(
            start,
            end,
            draw(st.sampled_from(OPERATORS)),
            draw(st.sampled_from(LABELS)),
            draw(st.integers(1, 12)),
        )
        for start, end in pairwise(edges)
        if draw(st.booleans())
    ]
    return text, made


@given(cases())
def test_text_outside_stays_and_the_ranges_agree(case: tuple[str, list[Replacement]]) -> None:
    text, made = case
    rewritten = apply(text, made)
    assert list(rewritten.ranges) == sorted(rewritten.ranges)
    before = [0, *(edge for r in made for edge in (r.start, r.end)), len(text)]
    after = [0, *(edge for pair in rewritten.ranges for edge in pair), len(rewritten.text)]
    outside = [text[a:b] for a, b in zip(before[::2], before[1::2], strict=True)]
    assert [rewritten.text[a:b] for a, b in zip(after[::2], after[1::2], strict=True)] == outside
    for r, (start, end) in zip(made, rewritten.ranges, strict=True):
        alone = apply(
            text[r.start : r.end], [replacement(0, r.end - r.start, r.operator, r.label, r.number)]
        )
        assert rewritten.text[start:end] == alone.text
