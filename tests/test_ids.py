from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import ids
from corpus.model import Span
from tests.conftest import Build

KEY = b"k" * 32


@given(st.from_regex(r"\A[a-z][a-z0-9-]{0,8}\Z"), st.integers(0, 10**8))
def test_a_stable_id_splits_into_what_it_was_joined_from(cohort: str, number: int) -> None:
    assert ids.split(ids.join(cohort, number)) == (cohort, number)


@pytest.mark.parametrize(
    "text", ["work_580", "Work_0580", "work-0580", "../work_0580", "work_0580 "]
)
def test_other_forms_are_no_stable_id(text: str) -> None:
    assert not ids.is_stable(text)


@pytest.mark.parametrize("text", ["../x", "a/b", "a\\b", "", "a\nb", "..", "x\x00", "~/x"])
def test_a_foreign_id_that_could_be_a_path_or_a_control_is_not_safe(text: str) -> None:
    assert not ids.is_safe(text)


@given(st.text(), st.text())
def test_parts_are_told_apart(left: str, right: str) -> None:
    assert (ids.keyed(KEY, left, right) == ids.keyed(KEY, left + right, "")) == (right == "")


def _anchor(build: Build, text: str, surface: str, transcript_id: str = "work_0001") -> str:
    transcript = build(text, transcript_id)
    for turn in transcript.turns:
        start = turn.text.find(surface)
        if start >= 0:
            span = Span(turn=turn.index, start=start, end=start + len(surface))
            return ids.anchor(KEY, transcript, span)
    raise AssertionError(surface)


def test_an_anchor_survives_an_edit_in_another_turn(transcript: Build) -> None:
    before = _anchor(transcript, "I: Hello\nP: I met Ada there", "Ada")
    after = _anchor(transcript, "I: Hello you\nI: well\nP: I met Ada there", "Ada")
    assert before == after


def test_an_anchor_differs_by_context_transcript_and_key(transcript: Build) -> None:
    before = _anchor(transcript, "P: I met Ada there", "Ada")
    assert before != _anchor(transcript, "P: I saw Ada there", "Ada")
    assert before != _anchor(transcript, "P: I met Ada there", "Ada", "work_0002")
