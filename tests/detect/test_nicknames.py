"""Other names for the same person, from either side."""

from __future__ import annotations

import pytest

from corpus.detect.nicknames import others


@pytest.mark.parametrize(
    ("name", "other"),
    [("Jonathan", "jon"), ("JON", "jonathan"), ("Kate", "katherine"), ("José", "pepe")],
)
def test_a_name_leads_to_its_others(name: str, other: str) -> None:
    assert other in others(name)


def test_a_name_is_not_among_its_own_others() -> None:
    assert "jon" not in others("Jon")


def test_an_unknown_name_has_no_others() -> None:
    assert others("Zorgolin") == ()


def test_john_is_not_jonathan() -> None:
    assert "john" not in others("Jonathan")
