"""What is hidden once is hidden everywhere, or its standing has a recorded reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.detect.repeats import repeat
from corpus.detect.resolve import resolve
from corpus.model import Finding, Label, Mask, Span, Transcript
from corpus.surfaces import Concordance, Coverage, occurrences

Build = Callable[..., Transcript]
AMBIGUOUS = frozenset({"will", "rose", "may", "target", "us"})
PUBLIC = frozenset({"many.example"})


def said(
    transcript: Transcript,
    surface: str,
    label: Label = "PERSON",
    *,
    mask: Mask = "direct",
    recognizer: str = "patterns",
) -> Finding:
    """Find the first mention that is written exactly so."""
    for turn in transcript.turns:
        at = turn.text.find(surface)
        if at >= 0:
            break
    return Finding(
        span=Span(turn=turn.index, start=at, end=at + len(surface)),
        label=label,
        mask=mask,
        score=0.8,
        rule="invented",
        recognizer=recognizer,
        reason="invented",
    )


def settled(transcript: Transcript, *findings: Finding) -> tuple[Finding, ...]:
    concordance = Concordance(transcript)
    found = resolve(transcript, findings)
    for _ in range(9):
        repeated = repeat(
            transcript, found, concordance=concordance, ambiguous=AMBIGUOUS, public=PUBLIC
        )
        grown = resolve(transcript, repeated)
        if grown == found:
            return found
        found = grown
    raise AssertionError("repeats do not come to rest")


def hidden(transcript: Transcript, *findings: Finding) -> list[str]:
    found = settled(transcript, *findings)
    return [transcript.text_of(f.span) for f in found if f.mask != "none"]


@pytest.mark.parametrize(
    ("text", "first", "label", "expected"),
    [
        ("P: Ola here\nI: hi OLA, ola's?", "Ola", "PERSON", ["Ola", "OLA", "ola"]),
        (
            "P: Ola Brandt\nI: So Ola, Ms Brandt",
            "Ola Brandt",
            "PERSON",
            ["Ola Brandt", "Ola", "Brandt"],
        ),
        ("P: Ola Brandt\nI: ask Ola B", "Ola Brandt", "PERSON", ["Ola Brandt", "Ola B"]),
        ("P: Ola Brandt signed O.B.", "Ola Brandt", "PERSON", ["Ola Brandt", "O.B."]),
        ("P: Ola de Vries and de facto", "Ola de Vries", "PERSON", ["Ola de Vries"]),
        ("P: I'm at Zorgo Ltd.\nI: zorgo?", "Zorgo Ltd.", "EMPLOYER", ["Zorgo Ltd.", "zorgo"]),
        (
            "P: Bureau of Odd Maps\nI: the BOM and bom",
            "Bureau of Odd Maps",
            "EMPLOYER",
            ["Bureau of Odd Maps", "BOM", "bom"],
        ),
        ("P: @olab on git, olab", "@olab", "USERNAME", ["@olab", "olab"]),
        ("P: https://ola.test/x or ola.test/x", "https://ola.test/x", "URL", None),
        ("P: I live in Lund. LUND", "Lund", "LOCATION", ["Lund", "LUND"]),
        ("P: Ola said [OLA], [NAME]", "Ola", "PERSON", ["Ola", "OLA"]),
        (
            "P: Ole Gunnarsen-Berg\nI: Gunnarsen, BERG, Gunnarsen Berg, Ole Gunnarsen\u2013Berg",
            "Ole Gunnarsen-Berg",
            "PERSON",
            [
                *("Ole Gunnarsen-Berg", "Gunnarsen", "BERG", "Gunnarsen Berg"),
                "Ole Gunnarsen\u2013Berg",
            ],
        ),
        (
            "P: José García-Márquez, García, GARCIA MARQUEZ",
            "José García-Márquez",
            "PERSON",
            ["José García-Márquez", "García", "GARCIA MARQUEZ"],
        ),
        (
            "P: Kees de Vries\nI: de Vries, DeVries, de facto",
            "Kees de Vries",
            "PERSON",
            ["Kees de Vries", "de Vries", "DeVries"],
        ),
        (
            "P: Ina van der Loom, Van der Loom, vander loom, van der Valk",
            "Ina van der Loom",
            "PERSON",
            ["Ina van der Loom", "Van der Loom", "loom"],
        ),
    ],
)
def test_what_is_hidden_is_hidden_in_every_form(
    transcript: Build, text: str, first: str, label: Label, expected: list[str] | None
) -> None:
    built = transcript(text)
    expected = expected or ["https://ola.test/x", "ola.test/x"]
    assert hidden(built, said(built, first, label)) == expected


@pytest.mark.parametrize(
    ("text", "first", "label", "expected"),
    [
        (
            "P: tove@rifs.no\nI: at RIFS.no, tove? rifs.norway",
            "tove@rifs.no",
            "EMAIL_ADDRESS",
            [("RIFS.no", "DOMAIN_NAME", "repeats.domain")],
        ),
        (
            "P: mail jane.roe+x @ brindlewood.co.uk, jane.roe is my login on brindlewood.co.uk",
            "jane.roe+x @ brindlewood.co.uk",
            "EMAIL_ADDRESS",
            [
                ("jane.roe", "USERNAME", "repeats.handle"),
                ("brindlewood.co.uk", "DOMAIN_NAME", "repeats.domain"),
            ],
        ),
        (
            "P: loom42@gmail.com. I: gmail.com is down, loom42",
            "loom42@gmail.com",
            "EMAIL_ADDRESS",
            [("loom42", "USERNAME", "repeats.handle")],
        ),
        (
            "P: http://www.kestrel.my:80/a?b and kestrel.my",
            "http://www.kestrel.my:80/a?b",
            "URL",
            [("kestrel.my", "DOMAIN_NAME", "repeats.domain")],
        ),
        ("P: on many.example/ola, many.example", "many.example/ola", "URL", []),
        ("P: \\\\loom\\x and loom", "\\\\loom\\x", "URL", []),
        ("P: ola at zorgo dot no, ola", "ola at zorgo dot no", "EMAIL_ADDRESS", []),
    ],
)
def test_what_an_address_is_made_of_is_hidden_where_it_stands_alone(
    transcript: Build,
    text: str,
    first: str,
    label: Label,
    expected: list[tuple[str, str, str]],
) -> None:
    built = transcript(text)
    _, *found = settled(built, said(built, first, label))
    assert [(built.text_of(f.span), f.label, f.rule) for f in found] == expected
    assert all(f.mask == "direct" and f.reason for f in found)


def test_speaker_labels_are_searched_and_lead_back_to_the_first_mention(transcript: Build) -> None:
    built = transcript("P: I am Ola\nOla: yes")
    first = said(built, "Ola")
    (_, label) = settled(built, first)
    assert (label.span.turn, label.span.field) == (1, "speaker")
    assert (label.repeats, label.label, label.mask) == (first.span, "PERSON", "direct")
    assert (label.rule, label.recognizer, label.score) == ("repeats.surface", "repeats", 0.8)


@pytest.mark.parametrize(
    ("text", "first", "label", "kept"),
    [
        ("P: I am Will\nI: will you, Will?", "Will", "PERSON", {"will": "keep.ambiguous-word"}),
        (
            "P: Rose Brandt\nI: it rose. Rose said no",
            "Rose Brandt",
            "PERSON",
            {"rose": "keep.ambiguous-word"},
        ),
        ("P: at Target\nI: the target", "Target", "EMPLOYER", {"target": "keep.ambiguous-word"}),
        ("P: in the US\nI: tell us", "US", "LOCATION", {"us": "keep.ambiguous-word"}),
        ("P: I am 34\nI: 34 tickets", "34", "AGE", {"34": "keep.bare-number"}),
        ("P: I'm here\nI: So I'm told", "I'm", "EMPLOYER", {"I'm": "keep.ambiguous-word"}),
        ("P: Zed at a zed", "Zed", "PERSON", {"zed": "keep.ambiguous-word"}),
        ("P: K said\nI: a k", "K", "PERSON", {"k": "keep.short-surface"}),
    ],
)
def test_what_means_something_else_stays_and_says_why(
    transcript: Build, text: str, first: str, label: Label, kept: dict[str, str]
) -> None:
    built = transcript(text)
    found = settled(built, said(built, first, label))
    standing = {built.text_of(f.span): f.rule for f in found if f.mask == "none"}
    assert standing == kept
    assert all(f.recognizer == "keep" and f.reason for f in found if f.mask == "none")


def test_a_number_is_repeated_where_the_text_ties_it_to_a_person(transcript: Build) -> None:
    built = transcript("P: I am 34\nI: so at age 34, 34 years old")
    assert hidden(built, said(built, "34", "AGE")) == ["34", "34", "34"]


def test_a_tool_named_after_the_employer_stays(transcript: Build) -> None:
    built = transcript("P: I work at Zorgo\nI: in Zorgo Sheets at Zorgo")
    tool = said(built, "Zorgo Sheets", "ORGANIZATION", mask="none", recognizer="keep")
    assert hidden(built, said(built, "Zorgo", "EMPLOYER"), tool) == ["Zorgo", "Zorgo"]


def test_a_keep_rule_on_the_bare_name_gives_way_to_the_employer(transcript: Build) -> None:
    built = transcript("P: I work at Zorgo\nI: zorgo")
    tool = said(built, "zorgo", "ORGANIZATION", mask="none", recognizer="keep")
    assert hidden(built, said(built, "Zorgo", "EMPLOYER"), tool) == ["Zorgo", "zorgo"]


def test_a_keep_rule_on_the_bare_name_stands_against_a_guessed_handle(transcript: Build) -> None:
    built = transcript("P: my handle is Zorgo\nI: zorgo")
    tool = said(built, "zorgo", "ORGANIZATION", mask="none", recognizer="keep")
    assert hidden(built, said(built, "Zorgo", "USERNAME"), tool) == ["Zorgo"]
    named = said(built, "Zorgo", "USERNAME", recognizer="roster")
    assert hidden(built, named, tool) == ["Zorgo", "zorgo"]


def test_a_reviewer_who_keeps_a_mention_is_not_overruled(transcript: Build) -> None:
    built = transcript("P: I work at Zorgo\nI: zorgo")
    verdict = said(built, "zorgo", "EMPLOYER", mask="none", recognizer="decision")
    assert hidden(built, said(built, "Zorgo", "EMPLOYER"), verdict) == ["Zorgo"]


def test_where_two_entities_share_a_surface_the_stronger_claim_names_the_repeat(
    transcript: Build,
) -> None:
    built = transcript("P: Lee\nP: Leeward\nI: lee")
    place = said(built, "Lee", "LOCATION", mask="quasi")
    person = said(built, "lee", "PERSON", recognizer="roster")
    assert [f.label for f in settled(built, place, person)] == ["LOCATION", "PERSON"]


WORDS = st.sampled_from(
    [
        *("Ola", "ola", "Brandt", "BRANDT", "Ola Brandt", "O.B.", "Zorgo", "Zorgo Ltd", "said."),
        *("Will", "will", "34", "K", "k", "US", "us", "of", "the", "met", "[NAME]"),
    ]
)
LABELS: st.SearchStrategy[Label] = st.sampled_from(["PERSON", "EMPLOYER", "AGE", "LOCATION"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(WORDS, min_size=2, max_size=14),
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12), LABELS), max_size=4),
)
def test_every_occurrence_of_a_hidden_surface_is_covered(
    transcript: Build, spoken: list[str], marks: list[tuple[int, int, Label]]
) -> None:
    built = transcript(f"P: {' '.join(spoken)}\nI: {' '.join(reversed(spoken))}")
    length = len(built.turns[0].text)
    proposed = [
        Finding(
            span=Span(turn=0, start=start, end=min(length, start + size)),
            label=label,
            mask="direct",
            score=0.9,
            rule="invented",
            recognizer="patterns",
            reason="invented",
        )
        for start, size, label in marks
        if start < length
    ]
    found = settled(built, *proposed)
    coverage = Coverage(built, [f.span for f in found])
    for finding in found:
        if finding.mask != "none":
            surface = built.text_of(finding.span)
            assert all(coverage.holds(span) for span in occurrences(built, surface))
