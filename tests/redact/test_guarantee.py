"""What is hidden in one place stands nowhere else, or the transcript is withheld."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.model import Finding, Redacted, Transcript, Withheld
from corpus.redact import HIDDEN_ELSEWHERE, SURFACE_SURVIVES, redact
from corpus.redact.policy import Policy
from corpus.surfaces import occurrences

Build = Callable[..., Transcript]
Find = Callable[..., Finding]


def done(
    talk: Transcript, findings: Sequence[Finding], policy: Policy, elsewhere: Collection[str] = ()
) -> Redacted | Withheld:
    return redact(talk, findings, policy, elsewhere).outcome


def texts(outcome: Redacted | Withheld) -> list[str]:
    assert isinstance(outcome, Redacted)
    return [f"{turn.speaker}: {turn.text}" for turn in outcome.turns]


def with_quasi_kept(policy: Policy) -> Policy:
    return replace(policy, treatments=tuple(replace(t, quasi="keep") for t in policy.treatments))


def test_text_and_speaker_labels_are_redacted(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("Ada: I joined Brindle in May 2019\nI: So, Ada, how old?\nAda: 34")
    outcome = done(
        talk,
        [
            finding(talk, "Ada"),
            finding(talk, "Brindle", "EMPLOYER"),
            finding(talk, "May 2019", "DATE", "quasi"),
            finding(talk, "Ada", nth=1),
            finding(talk, "Ada", nth=2),
            finding(talk, "34", "AGE", "quasi"),
        ],
        default,
    )
    assert texts(outcome) == [
        "[PERSON_1]: I joined [EMPLOYER_1] in [DATE 2019]",
        "I: So, [PERSON_1], how old?",
        "[PERSON_1]: [AGE 30-39]",
    ]
    assert isinstance(outcome, Redacted)
    shown = [
        (outcome.turns[r.turn].speaker if r.field == "speaker" else outcome.turns[r.turn].text)[
            r.start : r.end
        ]
        for r in outcome.redactions
    ]
    assert shown == [
        "[PERSON_1]",
        "[EMPLOYER_1]",
        "[DATE 2019]",
        "[PERSON_1]",
        "[PERSON_1]",
        "[AGE 30-39]",
    ]
    assert [r.operator for r in outcome.redactions][1:3] == ["pseudonym", "generalise"]


@pytest.mark.parametrize("said", ["so ADA did", "it is _ada_", "Ada's", "A\u00addá"])
def test_a_surface_that_survives_withholds_and_is_placed(
    transcript: Build, finding: Find, default: Policy, said: str
) -> None:
    talk = transcript(f"P: Ada it was\nI: {said}")
    outcome = done(talk, [finding(talk, "Ada")], default)
    at = next(s for s in occurrences(talk, "ada") if s.turn == 1)
    assert outcome == Withheld(
        transcript_id="work_0001",
        cohort="work",
        reason="surface-survives",
        detail=f"turn 1 text {at.start}-{at.end}",
    )


def test_a_surface_in_a_speaker_label_withholds(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("Ada: hello\nI: hello Ada")
    outcome = done(talk, [finding(talk, "Ada", nth=1)], default)
    assert isinstance(outcome, Withheld)
    assert outcome.detail == "turn 0 speaker 0-3"


def test_a_longer_word_is_no_survivor(transcript: Build, finding: Find, default: Policy) -> None:
    talk = transcript("P: Ada likes Adana")
    assert texts(done(talk, [finding(talk, "Ada")], default)) == ["P: [PERSON_1] likes Adana"]


def test_what_a_none_finding_covers_is_excused(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: I work at Brindle\nP: Ada, we use Brindle Notes")
    found = [
        finding(talk, "Brindle", "EMPLOYER"),
        finding(talk, "Ada"),
        finding(talk, "Brindle Notes", "EMPLOYER", "none", recognizer="keep"),
    ]
    outcome = done(talk, found, default)
    assert texts(outcome) == ["P: I work at [EMPLOYER_1]", "P: [PERSON_1], we use Brindle Notes"]
    assert isinstance(outcome, Redacted)
    assert outcome.kept == 1


def test_a_surface_hidden_in_pieces_does_not_survive(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: Cork, Ireland is home\nP: in Cork, Ireland")
    found = [
        finding(talk, "Cork, Ireland", "LOCATION", "quasi"),
        finding(talk, "Cork", "LOCATION", "quasi", nth=1),
        finding(talk, "Ireland", "LOCATION", "quasi", nth=1),
    ]
    assert texts(done(talk, found, default))[1] == "P: in [LOCATION_2], [LOCATION_3]"


def test_half_of_a_surface_left_standing_withholds(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: Bank of Cork\nI: Bank of Cork")
    found = [
        finding(talk, "Bank of Cork", "EMPLOYER"),
        finding(talk, "Cork", "LOCATION", "quasi", nth=1),
    ]
    assert isinstance(done(talk, found, default), Withheld)


def test_what_the_policy_keeps_is_no_hidden_surface(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: Ada lives in Cork\nI: Cork is nice")
    found = [finding(talk, "Ada"), finding(talk, "Cork", "LOCATION", "quasi")]
    outcome = done(talk, found, with_quasi_kept(default))
    assert texts(outcome) == ["P: [PERSON_1] lives in Cork", "I: Cork is nice"]
    assert isinstance(outcome, Redacted)
    assert outcome.kept == 1


def test_the_policy_keeping_a_place_does_not_excuse_a_name(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: Lee lives in Lee")
    found = [finding(talk, "Lee"), finding(talk, "Lee", "LOCATION", "quasi", nth=1)]
    assert isinstance(done(talk, found, with_quasi_kept(default)), Withheld)


def test_a_verdict_to_hide_overrules_a_policy_that_keeps(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: I live in Cork")
    found = [finding(talk, "Cork", "LOCATION", "quasi", recognizer="decision")]
    assert texts(done(talk, found, with_quasi_kept(default))) == ["P: I live in [LOCATION]"]


def test_an_unsure_finding_is_left_alone(transcript: Build, finding: Find, default: Policy) -> None:
    talk = transcript("P: I live in Cork")
    outcome = done(talk, [finding(talk, "Cork", "LOCATION", "quasi", score=0.1)], default)
    assert texts(outcome) == ["P: I live in Cork"]


def test_an_unsure_finding_is_hidden_where_its_surface_is_hidden_elsewhere(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: Ada\nI: is Ada Fox here\nP: Fox, you say")
    found = [
        finding(talk, "Ada"),
        finding(talk, "Ada Fox", score=0.1),
        finding(talk, "Fox", nth=1, score=0.1),
    ]
    assert texts(done(talk, found, default)) == [
        "P: [PERSON_1]",
        "I: is [PERSON_1] here",
        "P: Fox, you say",
    ]


def test_a_verdict_that_keeps_a_mention_leaves_those_that_repeat_it_one_person(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: Ada Fox\nI: Fox, ask Ada")
    kept = finding(talk, "Ada Fox", mask="none", recognizer="decision")
    fox = finding(talk, "Fox", nth=1, repeats=kept.span)
    ada = finding(talk, "Ada", nth=1, repeats=kept.span)
    assert texts(done(talk, [kept, fox, ada], default)) == [
        "P: Ada Fox",
        "I: [PERSON_1], ask [PERSON_1]",
    ]


def test_placeholders_of_the_source_stay_and_are_counted(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: [REDACTED] and Ada of [PERSON_1]")
    outcome = done(talk, [finding(talk, "Ada")], default)
    assert texts(outcome) == ["P: [REDACTED] and [PERSON_2] of [PERSON_1]"]
    assert isinstance(outcome, Redacted)
    assert outcome.placeholders == 2


def test_a_surface_that_redacting_itself_lays_bare_withholds(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: annafox and Fox\nP: Anna")
    found = [finding(talk, "anna"), finding(talk, "Fox"), finding(talk, "Anna")]
    outcome = done(talk, found, default)
    assert isinstance(outcome, Withheld)
    assert outcome.detail == "in the redacted text: turn 0 text 10-13"


def test_overlapping_findings_are_refused(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: Ada Fox")
    with pytest.raises(ValueError, match="disjoint"):
        done(talk, [finding(talk, "Ada Fox"), finding(talk, "Fox")], default)


def test_redacting_twice_changes_nothing(transcript: Build, finding: Find, default: Policy) -> None:
    talk = transcript("P: Ada, 4 May 2019, 34")
    first = done(
        talk,
        [
            finding(talk, "Ada"),
            finding(talk, "4 May 2019", "DATE", "quasi"),
            finding(talk, "34", "AGE", "quasi"),
        ],
        default,
    )
    again = transcript("\n".join(texts(first)))
    second = done(again, [], default)
    assert texts(second) == texts(first)
    assert isinstance(second, Redacted)
    assert second.placeholders == 3


WORDS = st.lists(
    st.sampled_from(
        ["Qanary", "qanary", "QANARY", "Qanary's", "tell", "2019", "[PERSON]", "é", "Fox"]
    ),
    min_size=1,
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_a_canary_that_is_found_once_occurs_nowhere_in_the_result(
    transcript: Build, default: Policy, lines: list[list[str]], data: st.DataObject
) -> None:
    talk = transcript("\n".join(f"Qanary: {' '.join(words)}" for words in lines))
    everywhere = list(occurrences(talk, "qanary"))
    spans = data.draw(st.lists(st.sampled_from(everywhere), min_size=1, unique=True))
    found = [
        Finding(
            span=span,
            label=data.draw(st.sampled_from(["PERSON", "EMPLOYER", "DATE"])),
            mask="direct",
            score=data.draw(st.sampled_from([0.1, 1.0])),
            rule="test",
            recognizer="patterns",
            reason="for a test",
        )
        for span in spans
    ]
    outcome = done(talk, found, default)
    if all(finding.score < 1 for finding in found):
        assert isinstance(outcome, Redacted)
        assert outcome.redactions == ()
    elif isinstance(outcome, Redacted):
        assert set(spans) == set(everywhere)
        assert "qanary" not in repr(outcome).casefold()
    else:
        assert len(spans) < len(everywhere)
        assert "qanary" not in repr(outcome).casefold()


def test_what_another_transcript_hides_withholds_where_nothing_hides_it(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: Ada Fox met Bo Wolf\nI: Ada who?")
    named = [finding(talk, "Bo Wolf")]
    outcome = done(talk, named, default, elsewhere={"ada fox"})
    assert isinstance(outcome, Withheld)
    assert (outcome.reason, outcome.detail) == (HIDDEN_ELSEWHERE, "turn 0 text 0-7")
    assert isinstance(done(talk, named, default, elsewhere={"bo wolf"}), Redacted)
    kept = finding(talk, "Ada Fox", mask="none")
    assert isinstance(done(talk, [kept, *named], default, elsewhere={"ada fox"}), Redacted)


def test_a_surface_of_its_own_is_the_reason_before_those_of_others(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: Ada Fox met Bo Wolf\nI: Bo Wolf?")
    outcome = done(talk, [finding(talk, "Bo Wolf")], default, elsewhere={"ada fox"})
    assert isinstance(outcome, Withheld)
    assert outcome.reason == SURFACE_SURVIVES


def test_a_weak_finding_is_hidden_where_another_transcript_hides_the_same(
    transcript: Build, finding: Find, default: Policy
) -> None:
    talk = transcript("P: Ada Fox met Bo Wolf")
    weak = finding(talk, "Ada Fox", score=0.01)
    assert texts(done(talk, [weak], default)) == ["P: Ada Fox met Bo Wolf"]
    outcome = done(talk, [weak], default, elsewhere={"ada fox"})
    assert texts(outcome) == ["P: [PERSON_1] met Bo Wolf"]
