"""From a transcript to its findings: disjoint, in order, repeats and reasons included."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import rules
from corpus.detect import Detector, detect
from corpus.errors import RuleError
from corpus.model import LABELS, Finding, Transcript
from corpus.surfaces import Coverage, occurrences

Build = Callable[..., Transcript]

TALK = """\
I: Hello, who are you?
P: My name is Ola Brandtsen and I work at Zorgovia Partners. Write to ola@zorgovia.test.
I: Thanks Ola. At ZORGOVIA PARTNERS, do you use Google Docs?
P: Yes, and Claude, and a Dictionary<int, string>. My card is 4111 1111 1111 1111.
Ola: That was me, [REDACTED].
"""


RULES = r"""
- id: zorgo-name
  label: PERSON
  mask: direct
  pattern: 'My name is (?P<mention>\w+ \w+)'
  score: 0.9
  why: an introduction
  match: ['My name is «Ola Brandtsen»']
  miss: ['his name']
- id: zorgo-firm
  label: EMPLOYER
  mask: direct
  pattern: 'work at (?P<mention>\w+ \w+)'
  score: 0.9
  why: says where they work
  match: ['I work at «Zorgovia Partners»']
  miss: ['at home']
- id: zorgo-mail
  label: EMAIL_ADDRESS
  mask: direct
  pattern: '\b\w+@\w+\.test\b'
  score: 0.9
  why: an address
  match: ['«ola@zorgovia.test»']
  miss: ['at zorgovia']
"""


@pytest.fixture
def stewards(tmp_path: Path) -> Path:
    (tmp_path / "zorgo.yaml").write_text(RULES, "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def direct() -> Detector:
    return Detector.load([rules.builtin_folder()], use_model=False, use_presidio=False)


@pytest.fixture(scope="module")
def through_presidio() -> Detector:
    return Detector.load([rules.builtin_folder()], use_model=False)


def shown(transcript: Transcript, findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(transcript.text_of(f.span), f.label) for f in findings if f.mask != "none"]


def test_a_conversation_is_searched_with_its_repeats(transcript: Build, stewards: Path) -> None:
    detector = Detector.load([rules.builtin_folder(), stewards])
    built = transcript(TALK)
    assert shown(built, detect(built, detector)) == [
        ("Ola Brandtsen", "PERSON"),
        ("Zorgovia Partners", "EMPLOYER"),
        ("ola@zorgovia.test", "EMAIL_ADDRESS"),
        ("Ola", "PERSON"),
        ("ZORGOVIA PARTNERS", "EMPLOYER"),
        ("4111 1111 1111 1111", "ID_NUMBER"),
        ("Ola", "PERSON"),
    ]


def test_what_stays_is_among_the_findings_with_its_reason(
    transcript: Build, direct: Detector
) -> None:
    built = transcript(TALK)
    kept = {built.text_of(f.span): f for f in detect(built, direct) if f.mask == "none"}
    assert {"Google Docs", "Claude", "Dictionary<int, string>"} <= kept.keys()
    assert all(f.reason and f.recognizer == "keep" for f in kept.values())


def test_a_roster_outweighs_the_keep_list(transcript: Build, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("transcript_id,label,text\n*,PERSON,Claude\n", "utf-8")
    detector = Detector.load([rules.builtin_folder()], roster, use_presidio=False)
    built = transcript("P: I spoke to claude")
    assert shown(built, detect(built, detector)) == [("claude", "PERSON")]


def test_a_rostered_name_leaves_the_address_around_it_whole(
    transcript: Build, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("transcript_id,label,text\n*,PERSON,Tove Lindqvarn\n", "utf-8")
    detector = Detector.load([rules.builtin_folder()], roster)
    built = transcript("P: Tove, tove.lindqvarn@rifs.no. I: rifs.no?")
    assert shown(built, detect(built, detector)) == [
        ("Tove", "PERSON"),
        ("tove.lindqvarn@rifs.no", "EMAIL_ADDRESS"),
        ("rifs.no", "DOMAIN_NAME"),
    ]


def test_a_site_that_everyone_uses_stays_when_a_page_on_it_is_hidden(
    transcript: Build, direct: Detector
) -> None:
    built = transcript("P: github.com/ada-brook/loom is mine. I: on github.com?")
    assert shown(built, detect(built, direct)) == [("github.com/ada-brook/loom", "URL")]


class Employer:
    """A stand-in that finds the employer at its first mention, and sees a tool at the others."""

    name = "model"
    labels = frozenset(LABELS)

    def __init__(self, firm: str) -> None:
        self._firm = firm

    def recognize(self, transcript: Transcript) -> Iterator[Finding]:
        for number, span in enumerate(occurrences(transcript, self._firm)):
            yield Finding(
                span=span,
                label="EMPLOYER",
                mask="none" if number else "direct",
                score=0.9,
                rule="invented",
                recognizer="model" if number else "patterns",
                reason="invented",
            )


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Zoom", [("Zoom", "EMPLOYER")]), ("Zorgovia", [("Zorgovia", "EMPLOYER")] * 2)],
)
def test_an_employer_that_is_a_tool_too_is_decided_mention_by_mention(
    transcript: Build, name: str, expected: list[tuple[str, str]]
) -> None:
    detector = Detector.load([rules.builtin_folder()], use_model=False, use_presidio=False)
    detector.recognizers = (*detector.recognizers, Employer(name))
    built = transcript(f"P: I work at {name}.\nI: And {name} crashed again?")
    assert shown(built, detect(built, detector)) == expected


def test_a_wrong_engine_name_is_an_error_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "engine.yaml").write_text("presidio: [NoSuchRecognizer]\nwhy: none\n", "utf-8")
    with pytest.raises(RuleError, match="NoSuchRecognizer"):
        Detector.load([tmp_path])


def test_the_digest_changes_with_whatever_may_change_findings(tmp_path: Path) -> None:
    folder = rules.builtin_folder()
    roster = tmp_path / "roster.csv"
    roster.write_text("transcript_id,label,text\n*,PERSON,Ola\n", "utf-8")
    digests = {
        Detector.load([folder]).digest,
        Detector.load([folder], roster).digest,
        Detector.load([folder], use_presidio=False).digest,
        Detector.load([]).digest,
    }
    assert len(digests) == 4
    assert Detector.load([folder], roster).digest in digests


def test_a_detector_travels_to_a_worker(transcript: Build, direct: Detector) -> None:
    again = pickle.loads(pickle.dumps(direct))  # noqa: S301 - our own
    built = transcript(TALK)
    assert detect(built, again) == detect(built, direct)


def test_without_presidio_nothing_of_it_is_imported() -> None:
    code = (
        "import sys; from corpus import rules; from corpus.detect import Detector;"
        "d = Detector.load([rules.builtin_folder()]); d.digest;"
        "sys.exit(any(m.startswith(('presidio', 'spacy', 'rapidfuzz')) for m in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


LINES = st.lists(
    st.sampled_from(
        [
            "My name is Ola Brandtsen.",
            "I work at Zorgovia Partners.",
            "ola brandtsen, zorgovia",
            "Mail ola@zorgovia.test or call 212-555-0143",
            "Born in 1987, I'm 34 and we had 34 tickets.",
            "We use Google Docs and Claude at Google.",
            "[REDACTED] said [NAME] would",
            "see https://zorgovia.test/x or zorgovia.test",
            "Best,\nOla",
        ]
    ),
    min_size=1,
    max_size=6,
)


def conversation(build: Build, lines: list[str]) -> Transcript:
    speakers = ["P", "I", "Ola", "P"]
    turns = zip(speakers * len(lines), lines, strict=False)
    return build("\n".join(f"{speaker}: {line.replace(chr(10), ' ')}" for speaker, line in turns))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(LINES)
def test_our_recognizers_find_the_same_with_and_without_presidio(
    transcript: Build, direct: Detector, lines: list[str]
) -> None:
    from corpus.detect.presidio import Engine

    built = conversation(transcript, lines)
    engine = Engine(direct.recognizers, ())
    assert set(engine.recognize(built)) == set(direct.recognize(built))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(LINES)
def test_the_promise_about_repeats_holds(
    transcript: Build, through_presidio: Detector, lines: list[str]
) -> None:
    built = conversation(transcript, lines)
    found = detect(built, through_presidio)
    assert all(not a.span.overlaps(b.span) for a, b in pairwise(found))
    assert list(found) == sorted(found, key=lambda f: f.span.position)
    coverage = Coverage(built, [f.span for f in found])
    for surface in {built.text_of(f.span) for f in found if f.mask != "none"}:
        assert "[" not in surface
        assert all(coverage.holds(span) for span in occurrences(built, surface))
