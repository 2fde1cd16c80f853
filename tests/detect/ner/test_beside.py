"""Sheets hold every place that is asked about once, with what stands around it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.detect.ner.beside import ROOM, sheets
from corpus.detect.ner.encoding import ASKED, Encoded, Pieces

SEPARATOR = 9999


def stream(size: int) -> Encoded:
    """A transcript in which every piece is another one, and a word."""
    return Encoded(
        ids=np.arange(size),
        shapes=np.arange(size) % ASKED,
        word_of=np.arange(size),
        words=(),
        turn_starts=np.zeros(1, dtype=np.int64),
    )


@given(
    st.integers(min_value=1, max_value=3000),
    st.lists(st.tuples(st.integers(min_value=0, max_value=2990), st.integers(1, 12)), max_size=60),
)
def test_what_is_asked_about_stands_on_one_sheet_once(
    size: int, drawn: list[tuple[int, int]]
) -> None:
    encoded, places, free = stream(size), [], 0
    for start, length in sorted(drawn):
        if free <= start < size:
            free = min(size, start + length)
            places.append(Pieces(start, free))
    read = list(sheets(encoded, places, SEPARATOR))
    asked = [at for sheet in read for at in sheet.at[sheet.shapes >= ASKED].tolist()]
    assert asked == [at for place in places for at in range(place.start, place.end)]
    for sheet in read:
        assert 0 < len(sheet.ids) <= ROOM
        said = sheet.at >= 0
        assert (sheet.ids[said] == sheet.at[said]).all()
        assert (sheet.shapes[said] % ASKED == encoded.shapes[sheet.at[said]]).all()
        assert (sheet.ids[~said] == SEPARATOR).all()


def test_what_stands_around_a_place_is_read_with_it() -> None:
    (sheet,) = sheets(stream(1000), [Pieces(100, 101), Pieces(500, 502)], SEPARATOR)
    first, second, _ = np.split(sheet.at, np.flatnonzero(sheet.at < 0) + 1)
    assert first.tolist() == [*range(64, 129), -1]
    assert second.tolist() == [*range(464, 530), -1]


def test_places_that_are_near_are_cut_out_in_one() -> None:
    (sheet,) = sheets(stream(1000), [Pieces(100, 101), Pieces(140, 141)], SEPARATOR)
    assert sheet.at.tolist() == [*range(64, 169), -1]


def test_more_than_fits_goes_on_another_sheet() -> None:
    places = [Pieces(at, at + 1) for at in range(100, 1300, 100)]
    read = list(sheets(stream(2000), places, SEPARATOR))
    assert [int((sheet.shapes >= ASKED).sum()) for sheet in read] == [7, 5]


@pytest.mark.parametrize("step", [20, 31, 45, 63, 70])
def test_each_place_has_what_stands_around_it_however_dense_they_are(step: int) -> None:
    places = [Pieces(at, at + 1) for at in range(100, 2000, step)]
    for sheet in sheets(stream(2100), places, SEPARATOR):
        for row in np.flatnonzero(sheet.shapes >= ASKED).tolist():
            around = sheet.at[row - 36 : row + 29]
            assert around.tolist() == list(range(sheet.at[row] - 36, sheet.at[row] + 29))


def test_a_place_longer_than_a_sheet_is_asked_about_in_part() -> None:
    (sheet,) = sheets(stream(2000), [Pieces(100, 1200)], SEPARATOR)
    assert len(sheet.ids) == ROOM
    assert (sheet.shapes >= ASKED).sum() == ROOM - 1 - 36
