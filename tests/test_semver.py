"""Versions in the order of semver.org, and the steps between them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import semver
from corpus.errors import ReleaseError
from corpus.semver import STEPS, Step, Version

ORDER = (
    *("0.0.1", "0.2.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta"),
    *("1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"),
)
NUMBERS = st.integers(min_value=0, max_value=300)
VERSIONS = st.builds(Version, NUMBERS, NUMBERS, NUMBERS, st.just(""))


def test_they_are_in_the_order_of_the_standard() -> None:
    versions = [semver.parse(text) for text in ORDER]
    assert all(a.precedence < b.precedence for a, b in pairwise(versions))
    assert [str(version) for version in versions] == list(ORDER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.0",
        "v1.0.0",
        "01.0.0",
        "1.0.0-",
        "1.0.0-01",
        "1.0.0+a",
        "1.0.0\n",
        "٣.0.0",
        "../1",
    ],
)
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ReleaseError, match="no semantic version"):
        semver.parse(text)


def test_a_text_of_any_length_is_refused_at_once() -> None:
    with pytest.raises(ReleaseError) as caught:
        semver.parse("1" * 1_000_000)
    assert len(str(caught.value)) < 200


@given(before=VERSIONS, step=st.sampled_from(STEPS))
def test_a_version_is_raised_by_the_step_that_is_asked_for(before: Version, step: Step) -> None:
    after = before.raised(step)
    assert after.precedence > before.precedence
    wanted = "major" if step == "minor" and before.major == 0 else step
    assert after.step_from(before) == wanted


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("1.2.3", "1.2.4", "patch"),
        ("1.2.3", "1.9.0", "minor"),
        ("1.2.3", "2.0.0", "major"),
        ("1.2.3", "2.0.0-rc.1", "major"),
        ("2.0.0-rc.1", "2.0.0", "major"),
        ("0.2.3", "0.3.0", "major"),
        ("0.2.3", "0.2.4", "patch"),
    ],
)
def test_how_large_a_step_is(before: str, after: str, step: Step) -> None:
    assert semver.parse(after).step_from(semver.parse(before)) == step
