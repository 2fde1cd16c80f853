"""Findings that may overlap become disjoint ones, and nothing is uncovered on the way."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.detect.resolve import AGREED, LISTED, POWER, is_hint, resolve
from corpus.model import Field, Finding, Label, Mask, Role, SourceMap, Span, Transcript, Turn

TEXT = "Ada Lovelace, 12 High Street [NAME] Leeds"


def spoken(text: str, speaker: str = "P") -> Transcript:
    role: Role = "participant"
    nowhere = SourceMap(segments=())
    turn = Turn(
        index=0,
        speaker=speaker,
        role=role,
        text=text,
        speaker_source=nowhere,
        text_source=nowhere,
    )
    return Transcript(transcript_id="work_0001", cohort="work", source="", turns=(turn,))


def finding(
    start: int,
    end: int,
    *,
    recognizer: str = "patterns",
    label: Label = "PERSON",
    mask: Mask = "direct",
    score: float = 0.9,
    field: Field = "text",
) -> Finding:
    return Finding(
        span=Span(turn=0, field=field, start=start, end=end),
        label=label,
        mask=mask,
        score=score,
        rule=recognizer,
        recognizer=recognizer,
        reason="invented",
    )


def ranges(findings: tuple[Finding, ...]) -> list[tuple[int, int, str]]:
    return [(f.span.start, f.span.end, f.recognizer) for f in findings]


ORDER = ["decision", "roster", "steward", "checksum", "patterns", "keep", "model", "repeats"]


@pytest.mark.parametrize(("strong", "weak"), list(pairwise(ORDER)))
def test_the_more_powerful_recognizer_has_the_place(strong: str, weak: str) -> None:
    one = finding(0, 12, recognizer=weak, score=0.8)
    both = [one, finding(0, 12, recognizer=strong, score=0.5)]
    assert ranges(resolve(spoken(TEXT), both)) == [(0, 12, strong)]


def test_what_the_model_merely_suspects_gives_way_to_a_repeat() -> None:
    both = [finding(0, 12, recognizer="model", score=0.4), finding(0, 3, recognizer="repeats")]
    assert ranges(resolve(spoken(TEXT), both))[0] == (0, 3, "repeats")


def test_among_equals_the_longer_span_wins() -> None:
    both = [finding(0, 3, score=1.0), finding(0, 12, score=0.5)]
    assert ranges(resolve(spoken(TEXT), both)) == [(0, 12, "patterns")]


def test_at_equal_length_direct_comes_before_quasi_and_score_decides_last() -> None:
    quasi = finding(0, 3, mask="quasi", score=1.0)
    low, high = finding(0, 3, score=0.4), finding(0, 3, score=0.6)
    assert resolve(spoken(TEXT), [quasi, low, high]) == (high,)


def test_a_loser_keeps_what_is_left_without_the_blank_between() -> None:
    both = [finding(0, 12, label="LOCATION"), finding(4, 12, recognizer="roster")]
    assert ranges(resolve(spoken(TEXT), both)) == [(0, 3, "patterns"), (4, 12, "roster")]


def test_a_name_stays_whole_around_a_part_that_a_roster_knows() -> None:
    both = [finding(0, 12), finding(4, 12, recognizer="roster")]
    assert ranges(resolve(spoken(TEXT), both)) == [(0, 12, "patterns")]


def test_a_winner_takes_on_the_direct_mask_of_an_equal_that_it_covers() -> None:
    address = finding(14, 28, label="LOCATION", mask="quasi")
    (only,) = resolve(spoken(TEXT), [address, finding(17, 21)])
    assert (only.label, only.mask) == ("LOCATION", "direct")


def test_a_winner_stays_quasi_where_a_weaker_word_is_direct() -> None:
    address = finding(14, 28, label="LOCATION", mask="quasi", recognizer="roster")
    assert resolve(spoken(TEXT), [address, finding(17, 21)]) == (address,)


def test_neighbours_of_one_label_stay_two() -> None:
    both = [finding(0, 3), finding(4, 12)]
    assert ranges(resolve(spoken(TEXT), both)) == [(0, 3, "patterns"), (4, 12, "patterns")]


ADDRESSES: tuple[Label, ...] = ("EMAIL_ADDRESS", "URL", "USERNAME", "DOMAIN_NAME")


@pytest.mark.parametrize("label", ADDRESSES)
@pytest.mark.parametrize("strong", ["roster", "steward", "checksum"])
def test_an_address_stays_whole_around_more_powerful_names(label: Label, strong: str) -> None:
    address = finding(0, 19, label=label)
    names = [finding(0, 4, recognizer=strong), finding(5, 8, recognizer=strong, mask="quasi")]
    assert resolve(spoken("jane.roe@quill.test"), [*names, address]) == (address,)


@pytest.mark.parametrize(
    "inner",
    [
        finding(5, 8, recognizer="steward", mask="none"),
        finding(5, 8, recognizer="decision"),
        finding(0, 19, recognizer="roster"),
        finding(15, 24, recognizer="roster"),
    ],
    ids=["none", "decision", "as long", "sticks out"],
)
def test_an_address_gives_way_to_what_is_kept_decided_or_no_part_of_it(inner: Finding) -> None:
    address = finding(0, 19, label="EMAIL_ADDRESS")
    assert inner in resolve(spoken("jane.roe@quill.test gave"), [inner, address])


def test_an_address_is_as_sure_as_the_surest_name_in_it() -> None:
    address = finding(0, 19, label="EMAIL_ADDRESS", score=0.2)
    name = finding(0, 4, recognizer="roster", score=1.0)
    (whole,) = resolve(spoken("jane.roe@quill.test"), [address, name])
    assert (whole.label, whole.score) == ("EMAIL_ADDRESS", 1.0)


def test_a_placeholder_in_an_address_stays() -> None:
    text = "jane.roe@[DOMAIN_NAME_1].test"
    both = [finding(0, 29, label="EMAIL_ADDRESS"), finding(0, 4, recognizer="roster")]
    found = resolve(spoken(text), both)
    assert [text[f.span.start : f.span.end] for f in found] == ["jane", ".roe@", ".test"]


def test_a_quasi_address_is_broken_up() -> None:
    address = finding(0, 19, label="DOMAIN_NAME", mask="quasi")
    found = resolve(spoken("jane.roe@quill.test"), [address, finding(0, 4, recognizer="roster")])
    assert len(found) == 2


def test_a_keep_rule_vetoes_the_model_and_not_the_roster() -> None:
    keep = finding(0, 3, recognizer="keep", mask="none")
    model, roster = finding(0, 3, recognizer="model"), finding(0, 3, recognizer="roster")
    assert resolve(spoken(TEXT), [keep, model]) == (keep,)
    assert resolve(spoken(TEXT), [keep, roster]) == (roster,)


@pytest.mark.parametrize(
    ("listed", "label", "score", "winner"),
    [
        (LISTED, "EMPLOYER", 0.86, "model"),
        (LISTED, "PERSON", 0.99, "model"),
        (LISTED, "EMPLOYER", 0.85, "keep"),
        (LISTED, "WORK_TITLE", 0.99, "keep"),
        (1.0, "EMPLOYER", 0.99, "keep"),
    ],
)
def test_a_built_in_list_gives_way_to_a_sure_model_and_a_stewards_never(
    listed: float, label: Label, score: float, winner: str
) -> None:
    keep = finding(0, 3, recognizer="keep", mask="none", score=listed)
    model = finding(0, 3, recognizer="model", label=label, score=score)
    assert ranges(resolve(spoken(TEXT), [keep, model])) == [(0, 3, winner)]


def test_nothing_is_found_inside_a_placeholder() -> None:
    found = resolve(spoken(TEXT), [finding(22, 41, recognizer="decision")])
    assert ranges(found) == [(22, 28, "decision"), (36, 41, "decision")]


@pytest.mark.parametrize("ends", [(29, 33), (28, 34), (30, 33)])
def test_a_name_in_a_placeholder_is_not_made_whole_again(ends: tuple[int, int]) -> None:
    assert resolve(spoken(TEXT), [finding(*ends, recognizer="model")]) == ()


def test_an_article_that_a_place_leaves_of_a_name_stays_hidden() -> None:
    """Else the whole name would stand uncovered here, and its transcript be withheld."""
    both = [finding(4, 12, label="LOCATION", mask="quasi"), finding(0, 12, recognizer="repeats")]
    found = resolve(spoken("the Old Mill"), both)
    assert ranges(found) == [(0, 3, "repeats"), (4, 12, "patterns")]


def test_speaker_and_text_do_not_overlap() -> None:
    both = [finding(0, 1, field="speaker"), finding(0, 1)]
    assert len(resolve(spoken(TEXT), both)) == 2


def test_a_keep_rule_notes_that_the_model_agrees() -> None:
    keep = finding(0, 6, recognizer="keep", mask="none")
    assert [f.recognizer for f in resolve(spoken(TEXT), [keep])] == ["keep"]
    model = finding(0, 6, recognizer="model", mask="none")
    (agreed,) = resolve(spoken(TEXT), [keep, model])
    assert (agreed.recognizer, agreed.rule, agreed.mask) == (AGREED, keep.rule, "none")
    against = finding(0, 6, recognizer="model", mask="direct")
    assert [f.recognizer for f in resolve(spoken(TEXT), [keep, against])] == ["keep"]


@st.composite
def findings(draw: st.DrawFn, labels: tuple[Label, ...] = ("PERSON", "URL")) -> Finding:
    start = draw(st.integers(0, len(TEXT) - 1))
    mask: Mask = draw(st.sampled_from(["direct", "quasi", "none"]))
    return finding(
        start,
        draw(st.integers(start + 1, len(TEXT))),
        recognizer=draw(st.sampled_from(sorted(POWER))),
        label=draw(st.sampled_from(labels)),
        mask=mask,
        score=draw(st.sampled_from([0.2, 0.9])),
    )


OUTSIDE = [at for at, c in enumerate(TEXT) if c.isalnum() and not 29 <= at < 35]


def power_of(one: Finding) -> int:
    return 0 if is_hint(one) else POWER[one.recognizer]


def over(found: tuple[Finding, ...] | list[Finding], at: int) -> list[Finding]:
    return [f for f in found if f.span.start <= at < f.span.end]


@given(st.lists(findings(), max_size=8))
def test_the_result_is_disjoint_and_in_reading_order(proposed: list[Finding]) -> None:
    spans = [f.span for f in resolve(spoken(TEXT), proposed)]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(TEXT[s.start : s.end] == TEXT[s.start : s.end].strip() for s in spans)


@given(st.lists(findings(labels=("LOCATION",)), max_size=8))
def test_each_letter_goes_to_the_most_powerful_finding_on_it(proposed: list[Finding]) -> None:
    settled = resolve(spoken(TEXT), proposed)
    for at in OUTSIDE:
        claims = [power_of(f) for f in over(proposed, at)]
        assert [power_of(f) for f in over(settled, at)] == ([max(claims)] if claims else [])


@given(st.lists(findings(), max_size=8))
def test_what_is_hidden_stays_hidden_but_by_a_more_powerful_word(proposed: list[Finding]) -> None:
    settled = resolve(spoken(TEXT), proposed)
    for at in OUTSIDE:
        claims = over(proposed, at)
        power = max(map(power_of, claims), default=0)
        strongest = [f for f in claims if power_of(f) == power]
        masks = {f.mask for f in strongest}
        if "direct" in masks and "none" not in masks:
            assert [f.mask for f in over(settled, at)] == ["direct"]


@given(
    st.lists(findings(), max_size=8).flatmap(lambda f: st.tuples(st.just(f), st.permutations(f)))
)
def test_the_order_of_the_proposals_does_not_matter(
    orders: tuple[list[Finding], list[Finding]],
) -> None:
    assert resolve(spoken(TEXT), orders[0]) == resolve(spoken(TEXT), orders[1])


@given(st.lists(findings(), max_size=8))
def test_resolving_again_changes_nothing(proposed: list[Finding]) -> None:
    settled = resolve(spoken(TEXT), proposed)
    assert resolve(spoken(TEXT), settled) == settled


def test_an_age_that_a_rule_found_without_its_unit_is_one_thing() -> None:
    number = finding(0, 3, label="AGE", mask="quasi", recognizer="patterns")
    whole = finding(0, 12, label="AGE", mask="quasi", recognizer="model")
    assert ranges(resolve(spoken(TEXT), [number, whole])) == [(0, 12, "model")]
