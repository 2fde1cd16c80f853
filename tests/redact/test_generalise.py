"""Dates keep their year, ages their decade, and neither looks like an original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.redact.generalise import generalise
from corpus.rules.placeholders import PLACEHOLDER


@pytest.mark.parametrize(
    ("text", "stand_in"),
    [
        ("March 2019", "[DATE 2019]"),
        ("2019-03-04", "[DATE 2019]"),
        ("1987", "[DATE 1987]"),
        ("the 1990s", "[DATE 1990-1999]"),
        ("1990\u2019s", "[DATE 1990-1999]"),
        ("May 2018 to June 2020", "[DATE 2018 AND 2020]"),
        ("2018, then 2018", "[DATE 2018]"),
        ("4 March", "[DATE]"),
        ("3/12/87", "[DATE]"),
        ("'87", "[DATE]"),
        ("20190304", "[DATE]"),
    ],
)
def test_a_date_keeps_its_year_where_it_is_written_out(text: str, stand_in: str) -> None:
    assert generalise("DATE", text) == stand_in


@pytest.mark.parametrize(
    ("text", "stand_in"),
    [
        ("34", "[AGE 30-39]"),
        ("52-year-old", "[AGE 50-59]"),
        ("30 years", "[AGE 30-39]"),
        ("thirty-four", "[AGE 30-39]"),
        ("Forty two years old", "[AGE 40-49]"),
        ("nineteen", "[AGE 10-19]"),
        ("7", "[AGE 0-9]"),
        ("18-month-old", "[AGE 0-9]"),
        ("240 months", "[AGE]"),
        ("34 years and 2 months", "[AGE]"),
        ("31 or 32", "[AGE 30-39]"),
        ("29 or 30", "[AGE]"),
        ("89", "[AGE 80-89]"),
        ("90", "[AGE 90 OR OVER]"),
        ("a hundred", "[AGE 90 OR OVER]"),
        ("one hundred and two", "[AGE]"),
        ("1987", "[AGE]"),
        ("old enough", "[AGE]"),
    ],
)
def test_an_age_keeps_its_decade(text: str, stand_in: str) -> None:
    assert generalise("AGE", text) == stand_in


@given(st.text(), st.sampled_from(["DATE", "AGE"]))
def test_the_stand_in_is_a_placeholder_to_whoever_reads_it_again(text: str, label: str) -> None:
    stand_in = generalise("DATE" if label == "DATE" else "AGE", text)
    assert PLACEHOLDER.fullmatch(stand_in)
