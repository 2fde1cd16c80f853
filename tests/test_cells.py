"""What a spreadsheet would compute is kept from it, and comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cells import TURNS, as_written, harmless
from corpus.release.schema import TABLES


@given(st.text(max_size=30) | st.text("'=+-@\t\ra", max_size=5))
def test_any_cell_comes_back(cell: str) -> None:
    assert as_written(harmless(cell)) == cell


@given(st.text(max_size=5))
@pytest.mark.parametrize("sign", "=+-@\t\r")
def test_no_cell_begins_like_a_formula(sign: str, rest: str) -> None:
    assert harmless(sign + rest) == f"'{sign}{rest}"


def test_the_header_is_that_of_the_turns_of_a_release() -> None:
    assert tuple(column.name for column in TABLES["turns"].columns) == TURNS
