"""Inline allows: for one line, with a reason, and never for more than they say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.check.allow import Allows
from corpus.check.types import Passage, Place
from tests.check.said import place, whole

WHY = "corpus: allow[EMAIL_ADDRESS] of a shop"


def _fed(*passages: Passage | str) -> Allows:
    allows = Allows(path="notes.md")
    for passage in passages:
        allows.feed(Passage(text=passage) if isinstance(passage, str) else passage)
    return allows


def _kept(text: str, *places: Place) -> list[tuple[str, int]]:
    """Return rule and line of what is left."""
    return [(p.rule, p.line) for p in _fed(text).apply(places)]


@pytest.mark.parametrize(
    "comment",
    ["# {}", "// {}", "<!-- {} -->", "% {}", "-- {}", "/* {} */", "{}", "; {}", "{{# {} #}}"],
)
def test_an_allow_is_for_its_own_line(comment: str) -> None:
    text = f"a\nmail x {comment.format(WHY)}\nc\n"
    assert _kept(text, place(line=2)) == []
    assert _kept(text, place(line=2), place(line=3)) == [("email", 3)]


@pytest.mark.parametrize(
    "comment",
    ["# {}", "// {}", "<!-- {} -->", "% {}", "-- {}", " * {}", "{}", '"{}",', "# {}\r"],
)
def test_alone_on_a_line_it_is_for_the_next_that_holds_something(comment: str) -> None:
    text = f"a\n{comment.format(WHY)}\n\n ---\nmail x\nmail y\n"
    assert _kept(text, place(line=5)) == []
    assert _kept(text, place(line=5), place(line=6)) == [("email", 6)]
    assert ("email", 1) in _kept(text, place(line=1), place(line=5))


def test_what_stands_behind_a_closing_sign_is_not_its_reason() -> None:
    assert _kept("<!-- corpus: allow[email] of a shop --> x\ny", place(line=1)) == []
    assert _kept("<!-- corpus: allow[email] --> of a shop", place(line=1)) == [
        ("email", 1),
        ("allow-without-reason", 1),
    ]


def test_several_alone_are_for_the_same_line() -> None:
    text = f"# {WHY}\n# corpus: allow[phone-us] of a shop too\nx\n"
    assert _kept(text, place(line=3), place(line=3, rule="phone-us", label="PHONE_NUMBER")) == []


def test_several_on_one_line_have_each_its_reason() -> None:
    text = "x # corpus: allow[email] corpus: allow[phone-us] of a shop"
    found = (place(line=1), place(line=1, rule="phone-us", label="PHONE_NUMBER"))
    assert _kept(text, *found) == [("email", 1), ("allow-without-reason", 1)]


@pytest.mark.parametrize("names", ["EMAIL_ADDRESS", "email", "PERSON, EMAIL_ADDRESS", "a,email"])
def test_it_names_labels_or_rules(names: str) -> None:
    assert _kept(f"x # corpus: allow[{names}] of a shop", place(line=1)) == []


@pytest.mark.parametrize("names", ["PERSON", "*", "", "EMAIL", "email_address"])
def test_what_it_does_not_name_stays(names: str) -> None:
    kept = _kept(f"x # corpus: allow[{names}] of a shop", place(line=1))
    assert kept == [("email", 1), ("allow-unused", 1)]


@pytest.mark.parametrize("reason", ["", " ", " --", ' ", "b": 1', " *", "`"])
def test_without_a_reason_it_accepts_nothing_and_is_an_error(reason: str) -> None:
    left = _fed(f"ab corpus: allow[EMAIL_ADDRESS]{reason}").apply([place(line=1)])
    assert [p.rule for p in left] == ["email", "allow-without-reason"]
    assert (left[1].label, left[1].level) == ("ALLOW", "error")
    assert (left[1].line, left[1].column, left[1].length) == (1, 4, 28)


@pytest.mark.parametrize("reason", [": of a shop", " - of a shop", "\t(see 12)", " für"])
def test_a_reason_may_begin_in_several_ways(reason: str) -> None:
    assert _kept(f"ab corpus: allow[email]{reason}", place(line=1)) == []


def test_one_that_matched_nothing_is_a_warning_where_all_was_run() -> None:
    allows = _fed(f"a\nx # {WHY}\n")
    (unused,) = allows.apply([])
    assert (unused.rule, unused.level, unused.line, unused.column) == (
        "allow-unused",
        "warning",
        2,
        5,
    )
    assert allows.apply([], tell_unused=False) == ()


def test_one_at_the_end_of_a_file_is_for_nothing() -> None:
    assert _kept(f"mail\n# {WHY}\n\n", place(line=1)) == [("email", 1), ("allow-unused", 2)]


def test_what_a_manual_quotes_is_no_allow() -> None:
    assert _kept("write `corpus: allow[PERSON]` behind it", place(line=1)) == [("email", 1)]


def test_how_many_it_accepted_is_known() -> None:
    allows = _fed(f"x # {WHY}")
    allows.apply([place(line=1), place(line=1, column=9), place(line=2)])
    assert allows.accepted == 2


def test_a_passage_may_begin_where_the_one_before_ended() -> None:
    line = Passage(text="mail x ", line=4), Passage(text=f"# {WHY}\n", line=4, column=8)
    allows = _fed(*line, Passage(text="mail y\n", line=5))
    (left,) = allows.apply([place(line=4), place(line=5)])
    assert (left.rule, left.line) == ("email", 5)
    alone = _fed(Passage(text=f"# {WHY}\n", line=4), Passage(text="mail y\n", line=5))
    assert alone.apply([place(line=5)]) == ()
    cells = _fed(Passage(text=WHY, line=4), Passage(text="mail x", line=4, column=60))
    assert cells.apply([place(line=4)]) == ()


def test_a_column_counts_from_where_the_passage_begins() -> None:
    (told,) = _fed(Passage(text="x corpus: allow[A]", line=4, column=8)).apply([])
    assert (told.line, told.column) == (4, 10)


def test_an_allow_is_for_the_part_that_it_stands_in() -> None:
    cell = Passage(text=f"x # {WHY}", inside="cell 1")
    last = Passage(text=f"# {WHY}", inside="cell 2")
    other = Passage(text="mail", inside="cell 3")
    left = _fed(cell, last, other).apply(
        [place(line=1, inside=cell.inside), place(line=1), place(line=1, inside=other.inside)]
    )
    assert [(p.rule, p.inside) for p in left] == [
        ("email", ""),
        ("email", "cell 3"),
        ("allow-unused", "cell 2"),
    ]


def test_where_there_are_no_lines_there_are_no_allows() -> None:
    cell = Passage(text=f"x {WHY}", inside="table turns, row 1, column text", line=0)
    found = place(inside=cell.inside, line=0)
    assert _fed(cell).apply([found]) == (found,)


@pytest.mark.parametrize("name", ["TRANSCRIPT", "unregistered-transcript"])
@pytest.mark.parametrize(("before", "after"), [(9, 90), (90, 9)])
def test_an_allow_near_either_end_is_for_the_whole_file(name: str, before: int, after: int) -> None:
    allow = f"# corpus: allow[{name}] invented for a lesson\n"
    text = "x\n" * before + allow + "x\n" * after
    assert _kept(text, whole()) == []
    passages = [Passage(text=line + "\n", line=n) for n, line in enumerate(text.split("\n"), 1)]
    assert _fed(*passages[:-1]).apply([whole()]) == ()


@pytest.mark.parametrize(("before", "after"), [(10, 90), (90, 10), (50, 50)])
def test_an_allow_in_the_midst_is_not(before: int, after: int) -> None:
    allow = "# corpus: allow[TRANSCRIPT] invented for a lesson\n"
    kept = _kept("x\n" * before + allow + "x\n" * after, whole())
    assert [rule for rule, _ in kept] == ["unregistered-transcript", "allow-unused"]


def test_other_allows_near_the_end_are_not_for_the_whole_file() -> None:
    assert _kept(f"{WHY}\nx\n", whole())[0] == ("unregistered-transcript", 0)


LINES = st.sampled_from(["", "mail", f"# {WHY}", f"mail # {WHY}", "#", "corpus: allow[email]"])


@given(st.lists(LINES, max_size=12), st.data())
@settings(max_examples=100)
def test_it_matters_not_how_a_text_is_cut(written: list[str], data: st.DataObject) -> None:
    text = "".join(f"{line}\n" for line in written)
    found = [place(line=number) for number in range(1, len(written) + 1)]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(written)), max_size=4)))
    at = [0, *cuts, len(written)]
    pieces = [
        Passage(text="".join(f"{line}\n" for line in written[a:b]), line=a + 1)
        for a, b in pairwise(at)
    ]
    fed = _fed(*(piece for piece in pieces if piece.text.strip()))
    assert fed.apply(found) == _fed(text).apply(found)


@given(
    st.lists(st.sampled_from(["corpus: allow[", "]", "a", "\n", " ", "`", "-->", ","]), max_size=40)
)
@settings(max_examples=100)
def test_it_never_accepts_without_names_and_reason(parts: list[str]) -> None:
    text = "".join(parts)
    found = [place(line=number) for number in range(1, text.count("\n") + 2)]
    assert set(found) <= set(_fed(text).apply(found))


def test_many_allows_on_a_line_with_many_places_take_no_time() -> None:
    text = "mail " + "corpus: allow[email] why " * 20_000
    found = [place(line=1, column=n) for n in range(20_000)]
    assert sum(p.label == "EMAIL_ADDRESS" for p in _fed(text).apply(found)) == 0


def test_neither_reason_nor_names_are_in_what_it_shows_of_itself() -> None:
    allows = _fed("x # corpus: allow[Ada Brook] she is Ada Brook\n# corpus: allow[Brook]\n")
    shown = repr(allows) + repr(allows.apply([]))
    assert "Ada" not in shown
    assert "Brook" not in shown
