"""What is confirmed in one transcript is found in another, and claims what is free there."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.confirmed import Identifier, Known, Lists, confirmed, kept_up, proposed, taken_over
from corpus.model import Finding, Label, Mask, Span, Transcript
from corpus.review.decisions import PROPOSED
from corpus.surfaces import Concordance, Coverage, key, occurrences
from tests.conftest import Build

LISTS = Lists(ambiguous={"will", "rose"}, kept={"ada lovelace"})


def finding(
    transcript: Transcript,
    text: str,
    label: Label = "PERSON",
    *,
    mask: Mask = "direct",
    score: float = 1,
    recognizer: str = "patterns",
) -> Finding:
    return Finding(
        span=next(occurrences(transcript, text)),
        label=label,
        mask=mask,
        score=score,
        rule="test",
        recognizer=recognizer,
        reason="for a test",
    )


def _hides(finding: Finding) -> bool:
    return finding.score >= 0.3


def _confirmed(transcript: Transcript, *findings: Finding) -> list[Identifier]:
    return list(confirmed(transcript, findings, _hides, LISTS).values())


@pytest.mark.parametrize(
    ("label", "text", "at_once"),
    [
        ("PERSON", "Maria Okafor", True),
        ("PERSON", "Ana-Lucia", True),
        ("PERSON", "Maria", False),
        ("PERSON", "M. Okafor", False),
        ("PERSON", "Rose Will", True),
        ("EMAIL_ADDRESS", "m@okafor.test", True),
        ("PHONE_NUMBER", "555 0143 22", True),
        ("PHONE_NUMBER", "0143", False),
        ("ID_NUMBER", "AB-204", True),
        ("ID_NUMBER", "204417", False),
        ("ID_NUMBER", "2044171", True),
        ("ID_NUMBER", "2000000", False),
        ("USERNAME", "@maria", True),
        ("USERNAME", "mariaO", True),
        ("USERNAME", "sunflower", False),
        ("EMPLOYER", "Kestrel Loom", False),
        ("DOMAIN_NAME", "kestrel.test", False),
        ("WORK_TITLE", "Blue Bobbins", False),
    ],
)
def test_what_is_taken_over_at_once(
    transcript: Build, label: Label, text: str, at_once: bool
) -> None:
    talk = transcript(f"P: it is {text} yes")
    start = talk.turns[0].text.index(text)
    span = Span(turn=0, start=start, end=start + len(text))
    found = finding(talk, "yes", label)
    (made,) = _confirmed(talk, replace(found, span=span))
    assert (made.surface, made.label, made.at_once) == (key(text), label, at_once)


def test_what_confirms_nothing(transcript: Build) -> None:
    talk = transcript("P: Maria, Al, Will, Rose, Ada Lovelace, Leeds and Bo Wolf")
    assert (
        _confirmed(
            talk,
            finding(talk, "Maria", score=0.2),
            finding(talk, "Al"),
            finding(talk, "Will"),
            finding(talk, "Rose", recognizer="model"),
            finding(talk, "Ada Lovelace"),
            finding(talk, "Leeds", "LOCATION", mask="quasi"),
            finding(talk, "Bo Wolf", mask="none"),
        )
        == []
    )


def test_a_repeat_confirms_a_whole_name_but_no_part_of_one(transcript: Build) -> None:
    talk = transcript("P: Maria Okafor and Maria")
    whole = finding(talk, "Maria Okafor", recognizer="repeats")
    part = finding(talk, "Maria", recognizer="repeats")
    assert [one.surface for one in _confirmed(talk, whole, part)] == ["maria okafor"]


def test_what_the_model_merely_suspects_is_proposed_where_it_means_one_person(
    transcript: Build,
) -> None:
    talk = transcript("P: Maria Okafor and Kestrel and Bo Wolf")
    made = _confirmed(
        talk,
        finding(talk, "Maria Okafor", recognizer="model", score=0.5),
        finding(talk, "Kestrel", recognizer="model", score=0.4),
        finding(talk, "Bo Wolf", recognizer="model", score=0.4),
    )
    assert [(one.surface, one.at_once) for one in made] == [
        ("maria okafor", True),
        ("bo wolf", False),
    ]


NAMES = ["Maria Okafor", "Bo Wolf", "Rose Will", "Kestrel", "Quillan Tree", "x@y.test"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(4)), st.data())
def test_the_order_of_transcripts_makes_no_difference(
    transcript: Build, order: list[int], data: st.DataObject
) -> None:
    chosen = [data.draw(st.lists(st.sampled_from(NAMES), max_size=3)) for _ in order]
    labels: list[Label] = ["PERSON", "EMPLOYER"]
    made = []
    for index, names in enumerate(chosen):
        talk = transcript(f"P: here {' , '.join(names)}")
        made.append(_confirmed(talk, *(finding(talk, n, labels[index % 2]) for n in names)))
    other = transcript(f"P: {' and '.join(NAMES)}")
    concordance = Concordance(other)
    results = []
    for arranged in (range(4), order):
        known = Known()
        for index in arranged:
            known.add(made[index])
        results.append(
            (taken_over(other, (), known, concordance), proposed(other, (), known, concordance))
        )
    assert results[0] == results[1]


WORDS = st.lists(
    st.sampled_from(["Maria", "Okafor", "maria", "and", "Kestrel", "MARIA", "Loom", "[PERSON]"]),
    min_size=1,
    max_size=14,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=3))
def test_what_comes_lies_on_what_is_free_and_nothing_is_left_standing(
    transcript: Build, spoken: list[str], places: list[tuple[int, int]]
) -> None:
    talk = transcript(f"Maria: {' '.join(spoken)}")
    size = len(talk.turns[0].text)
    drawn = [
        Span(turn=0, start=start, end=min(size, start + length))
        for start, length in places
        if start < size
    ]
    spans = [s for n, s in enumerate(drawn) if not any(s.overlaps(other) for other in drawn[:n])]
    base = finding(transcript("P: x"), "x")
    own = [replace(base, span=span) for span in spans]
    source = transcript("P: Maria Okafor, Kestrel Loom")
    known = Known()
    known.add(
        _confirmed(
            source, finding(source, "Maria Okafor"), finding(source, "Kestrel Loom", "EMPLOYER")
        )
    )
    concordance = Concordance(talk)
    taken = taken_over(talk, own, known, concordance)
    covered = Coverage(talk, (*spans, *(f.span for f in taken.taken)))
    assert all(covered.holds(span) for span in occurrences(talk, "Maria Okafor"))
    offered = proposed(talk, own, known, concordance)
    assert all(f.recognizer == PROPOSED for f in offered)
    assert not any(a.span.overlaps(b.span) for a, b in combinations(offered, 2))
    assert not any(f.span.overlaps(span) for f in offered for span in spans)
    standing = list(occurrences(talk, "Kestrel Loom"))
    covered = Coverage(talk, (*spans, *(f.span for f in offered)))
    assert all(covered.holds(span) for span in standing)


def test_what_was_decided_comes_back_only_where_nothing_took_its_place(transcript: Build) -> None:
    talk = transcript("P: Maria met Bo")
    maria, bo = finding(talk, "Maria"), finding(talk, "Bo")
    kept = kept_up(talk, [maria], [maria, bo])
    assert [(talk.text_of(f.span), f.recognizer) for f in kept] == [
        ("Maria", "patterns"),
        ("Bo", PROPOSED),
    ]
