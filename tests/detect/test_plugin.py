"""Our detector as one recognizer in anybody's Presidio; any text as turns, offsets intact."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngine, SpacyNlpEngine

from corpus.detect import Detector
from corpus.detect.plain import plain
from corpus.detect.presidio import recognizer
from corpus.model import FIELDS, LABELS
from corpus.rules.ruleset import RuleSet

LABELLED = """\
Interviewer: Who did you ask?

P7: My boss Tjeerd Quist, t.quist@kestrel-weaving.com. We use ChatGPT.
Hanneke: And then?
P7: Tjeerd again.
Hanneke: I see.
"""
BARE = "Yesterday my boss Tjeerd Quist wrote from t.quist@kestrel-weaving.com. Tjeerd again."


@pytest.fixture(scope="module")
def nlp(tmp_path_factory: pytest.TempPathFactory) -> NlpEngine:
    """Give what a user brings: a language model of any kind."""
    folder = tmp_path_factory.mktemp("model")
    spacy.blank("en").to_disk(folder)
    return SpacyNlpEngine([{"lang_code": "en", "model_name": str(folder)}])


@pytest.fixture(scope="module")
def analyzer(nlp: NlpEngine) -> AnalyzerEngine:
    """Make a plain user's analyzer with our detector in its registry."""
    nlp.load()
    registry = RecognizerRegistry(recognizers=[recognizer()], supported_languages=["en"])
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])


def _found(text: str, results: list[RecognizerResult]) -> list[tuple[str, str]]:
    ordered = sorted(results, key=lambda result: result.start)
    return [(text[r.start : r.end], r.entity_type) for r in ordered]


def test_offsets_are_those_of_the_text_with_speaker_labels(analyzer: AnalyzerEngine) -> None:
    assert _found(LABELLED, analyzer.analyze(LABELLED, language="en")) == [
        ("Tjeerd Quist", "PERSON"),
        ("t.quist@kestrel-weaving.com", "EMAIL_ADDRESS"),
        ("Hanneke", "PERSON"),
        ("Tjeerd", "PERSON"),
        ("Hanneke", "PERSON"),
    ]


def test_offsets_are_those_of_the_text_without_labels(analyzer: AnalyzerEngine) -> None:
    assert _found(BARE, analyzer.analyze(BARE, language="en")) == [
        ("Tjeerd Quist", "PERSON"),
        ("t.quist@kestrel-weaving.com", "EMAIL_ADDRESS"),
        ("Tjeerd", "PERSON"),
    ]


def test_only_what_is_asked_for_is_found(analyzer: AnalyzerEngine) -> None:
    results = analyzer.analyze(BARE, language="en", entities=["EMAIL_ADDRESS"])
    assert _found(BARE, results) == [("t.quist@kestrel-weaving.com", "EMAIL_ADDRESS")]


def test_every_result_explains_itself(analyzer: AnalyzerEngine) -> None:
    results = analyzer.analyze(LABELLED, language="en", return_decision_process=True)
    explained = [r.analysis_explanation for r in results]
    assert {e.recognizer for e in explained} == {"CorpusRecognizer"}
    assert all(e.pattern_name and e.textual_explanation for e in explained)
    assert [e.original_score for e in explained] == [r.score for r in results]
    assert not any("Tjeerd" in str(e) for e in explained)


def test_a_detector_of_ones_own_may_be_given() -> None:
    given = recognizer(Detector(RuleSet(), use_presidio=False))
    assert set(given.supported_entities) == set(LABELS)
    assert given.analyze(BARE, [], None) == []  # type: ignore[arg-type]


LINES = st.lists(
    st.sampled_from(
        ["P1: hello", "I: so", "**Ana:** yes", "Ana: no", "", "   ", "and: more", "Note: é\u0301 ﬁ"]
    )
    | st.text(max_size=12),
    max_size=12,
)


@given(LINES)
def test_every_offset_of_a_turn_leads_to_the_same_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    transcript = plain(text)
    last = 0
    for index, turn in enumerate(transcript.turns):
        assert turn.index == index
        for name in FIELDS:
            said = turn.of(name)
            if said:
                source = turn.speaker_source if name == "speaker" else turn.text_source
                start, end = source.to_source(0, len(said))
                assert text[start:end] == said
                assert start >= last
                last = end
    if not text:
        assert all(not turn.text for turn in transcript.turns)


def test_a_label_is_a_role_or_comes_twice() -> None:
    turns = plain("Intro\nP1: hi\nNote: x\n**Ana:** a\nAna: b\nHours: 9:30").turns
    assert [(t.speaker, t.role) for t in turns] == [
        ("", "other"),
        ("P1", "participant"),
        ("Ana", "other"),
        ("Ana", "other"),
    ]
    assert turns[1].text == "hi\nNote: x\n"
