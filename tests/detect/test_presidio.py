"""Presidio's engine finds what our recognizers find, what its own find, and never fails open."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from presidio_analyzer import RecognizerResult, pattern_recognizer, predefined_recognizers
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, PhoneRecognizer

from corpus.detect import foreign
from corpus.detect.foreign import KNOWN, Foreign
from corpus.detect.presidio import Engine
from corpus.detect.rendering import Rendering
from corpus.engine import Engaged
from corpus.errors import DetectorError, RuleError
from corpus.model import Finding, Label, Mask, Span, Transcript

Build = Callable[..., Transcript]
CARD = "4111 1111 1111 1111"


class Given:
    """A recognizer that finds what it is told."""

    name = "given"
    labels: frozenset[Label] = frozenset({"PERSON", "PHONE_NUMBER", "ID_NUMBER"})

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)

    def recognize(self, transcript: Transcript) -> Iterable[Finding]:  # noqa: ARG002 - as told
        return self.findings


def finding(
    span: Span, label: Label = "PERSON", mask: Mask = "direct", score: float = 1
) -> Finding:
    return Finding(
        span=span, label=label, mask=mask, score=score, rule="r", recognizer="patterns", reason="x"
    )


def chosen(names: Iterable[str]) -> tuple[Foreign, ...]:
    return foreign.chosen(Engaged(class_name=name) for name in names)


def found(transcript: Transcript, *names: str) -> list[tuple[str, str, str]]:
    engine = Engine([], chosen(names))
    claims = sorted(engine.recognize(transcript), key=lambda f: f.span.position)
    return [(transcript.text_of(f.span), f.label, f.recognizer) for f in claims]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (f"my card {CARD}", "CreditCardRecognizer", (CARD, "ID_NUMBER", "checksum")),
        (
            "IBAN GB33BUKB20201555555555",
            "IbanRecognizer",
            ("GB33BUKB20201555555555", "ID_NUMBER", "checksum"),
        ),
        ("NHS 401 023 2137", "NhsRecognizer", ("401 023 2137", "ID_NUMBER", "checksum")),
        ("ring (212) 555-0143", "PhoneRecognizer", ("(212) 555-0143", "PHONE_NUMBER", "presidio")),
    ],
)
def test_what_presidio_confirms_is_found(
    transcript: Build, text: str, name: str, expected: tuple[str, str, str]
) -> None:
    assert found(transcript(f"I: Hello\nP: {text}"), name) == [expected]


def test_wrong_check_digits_and_weak_candidates_are_not_found(transcript: Build) -> None:
    built = transcript("P: 4111 1111 1111 1112 and 123456789, for 16.90 in 1648")
    assert found(built, "CreditCardRecognizer", "UsSsnRecognizer", "PhoneRecognizer") == []


def test_every_known_recognizer_exists_and_can_be_made(transcript: Build) -> None:
    assert all(hasattr(predefined_recognizers, name) for name in KNOWN)
    Engine([], chosen(KNOWN))


def test_an_unknown_recognizer_is_an_error_with_the_known_ones() -> None:
    with pytest.raises(RuleError, match=r"EmailRecognizer is not .* CreditCardRecognizer"):
        chosen(["EmailRecognizer"])


def test_a_candidate_never_joins_two_turns(transcript: Build) -> None:
    assert found(transcript("P: 4111 1111\n1111: 1111"), "CreditCardRecognizer") == []


TEXT = "P: Ada met Bo at 12 High Street\nI: Ada who?"
SPANS = st.builds(
    lambda start, size: Span(turn=0, start=start, end=start + size),
    st.integers(0, 20),
    st.integers(1, 6),
)
FINDINGS = st.builds(
    finding,
    SPANS,
    st.sampled_from(["PERSON", "PHONE_NUMBER", "ID_NUMBER"]),
    st.sampled_from(["direct", "quasi", "none"]),
    st.sampled_from([0.01, 0.5, 1.0]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(FINDINGS, max_size=8), st.lists(FINDINGS, max_size=4))
def test_both_ways_give_the_same_findings(
    transcript: Build, one: list[Finding], other: list[Finding]
) -> None:
    """Nested, equal and same-labelled findings come through Presidio untouched."""
    engine = Engine([Given(one), Given(other)], ())
    assert set(engine.recognize(transcript(TEXT))) == {*one, *other}


def test_a_finding_of_ours_does_not_swallow_one_of_presidios(transcript: Build) -> None:
    built = transcript(f"P: pay {CARD} now")
    wide = finding(Span(turn=0, start=0, end=27), "ID_NUMBER", "none")
    engine = Engine([Given([wide])], chosen(["CreditCardRecognizer"]))
    assert len(set(engine.recognize(built))) == 2


def test_a_regex_that_times_out_stops_the_run(
    transcript: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine([], chosen(["CreditCardRecognizer"]))
    monkeypatch.setattr(pattern_recognizer, "REGEX_TIMEOUT_SECONDS", 1e-9)
    with pytest.raises(DetectorError, match="nothing was passed as clean"):
        list(engine.recognize(transcript(f"P: {CARD * 2000}")))


def test_a_recognizer_that_fails_stops_the_run_without_quoting(
    transcript: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: PhoneRecognizer, text: str, *_: object) -> None:
        raise ValueError(text)

    monkeypatch.setattr(PhoneRecognizer, "analyze", fail)
    with pytest.raises(DetectorError, match="PhoneRecognizer") as caught:
        found(transcript("P: canary"), "PhoneRecognizer")
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__


def _result(start: int, end: int, score: float) -> list[RecognizerResult]:
    return [RecognizerResult("PHONE_NUMBER", start, end, score)]


@pytest.mark.parametrize(
    "answer",
    [
        lambda: None,
        lambda: sys.exit(0),
        lambda: _result(-4, 2, 0.5),
        lambda: _result(0, 10**6, 0.5),
        lambda: _result(0, 2, 7.5),
        lambda: _result(0, 2, float("nan")),
    ],
)
def test_an_answer_that_is_none_stops_the_run(
    transcript: Build, monkeypatch: pytest.MonkeyPatch, answer: Callable[[], object]
) -> None:
    monkeypatch.setattr(PhoneRecognizer, "analyze", lambda *_: answer())
    with pytest.raises(DetectorError, match="PhoneRecognizer"):
        found(transcript("P: 0171 2345 678"), "PhoneRecognizer")


def test_a_warning_of_presidios_is_an_error_and_is_not_logged(
    transcript: Build, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def complain(self: CreditCardRecognizer, text: str) -> None:
        logging.getLogger("presidio-analyzer").error("Failed to validate text %s", text)

    monkeypatch.setattr(CreditCardRecognizer, "validate_result", complain)
    with pytest.raises(DetectorError):
        found(transcript(f"P: {CARD}"), "CreditCardRecognizer")
    assert CARD not in caplog.text


def test_nothing_asks_the_network(transcript: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert len(found(transcript(f"P: a@b.test, http://b.test/x, {CARD}"), *KNOWN)) >= 1


def test_a_rendering_leads_back_to_the_transcript(transcript: Build) -> None:
    built = transcript("P: Ada\nBo: yes\nI: no")
    rendering = Rendering(built)
    assert rendering.text == "P: Ada\n\nBo: yes\n\nI: no"
    for turn in built.turns:
        for start, end in pairwise(range(len(turn.text) + 1)):
            span = Span(turn=turn.index, start=start, end=end)
            assert list(rendering.spans(*rendering.range_of(span))) == [span]


def test_a_range_across_turns_is_cut_at_their_borders(transcript: Build) -> None:
    built = transcript("P: Ada\nBo: yes")
    pieces = list(Rendering(built).spans(4, 13))
    assert [built.text_of(piece) for piece in pieces] == ["da", "Bo", "y"]
