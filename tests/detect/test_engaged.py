"""engine.yaml may name any recognizer for Presidio; what does not hold is said before any work."""

from __future__ import annotations

import logging
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
from click.testing import CliRunner
from presidio_analyzer import EntityRecognizer, RecognizerResult

from corpus import pipeline, rules
from corpus.cli import main
from corpus.detect import Detector, detect, foreign
from corpus.detect.presidio import Engine
from corpus.engine import load
from corpus.errors import CorpusError, DetectorError, LayerError, RuleError
from corpus.model import Finding, Transcript
from corpus.workspace import Workspace

Build = Callable[..., Transcript]
Shown = list[tuple[str, str, str, str]]

SPACY = """\
presidio:
  - class: SpacyRecognizer
    nlp: {engine: spacy, model: models/tiny}
    labels: {PERSON: PERSON direct, GPE: LOCATION quasi, DATE: ignore}
    why: a model of our own
why: what else finds
"""


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a spaCy model that knows three names."""
    folder = tmp_path_factory.mktemp("engine")
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(  # type: ignore[attr-defined]
        [
            {"label": "PERSON", "pattern": "Zelkova Quist"},
            {"label": "GPE", "pattern": "Claude"},
            {"label": "DATE", "pattern": "today"},
        ]
    )
    (folder / "models").mkdir()
    nlp.to_disk(folder / "models" / "tiny")
    return folder


def _written(folder: Path, text: str) -> Path:
    path = folder / "engine.yaml"
    path.write_text(text, "utf-8")
    return path


def _engine(folder: Path, text: str) -> Engine:
    return Engine([], foreign.chosen(load(_written(folder, text))))


def _shown(transcript: Transcript, findings: list[Finding]) -> Shown:
    return [
        (transcript.text_of(f.span), f.label, f.mask, f.recognizer)
        for f in sorted(findings, key=lambda f: f.span.position)
    ]


def test_a_spacy_model_finds_as_a_model_with_our_labels(transcript: Build, models: Path) -> None:
    talk = transcript("P: today Zelkova Quist met Claude.\nI: Zelkova\nQuist: Zelkova Quist?")
    found = list(_engine(models, SPACY).recognize(talk))
    assert _shown(talk, found) == [
        ("Zelkova Quist", "PERSON", "direct", "model"),
        ("Claude", "LOCATION", "quasi", "model"),
        ("Zelkova Quist", "PERSON", "direct", "model"),
    ]
    assert {f.score for f in found} == {0.85}
    assert {f.rule for f in found} == {"presidio.SpacyRecognizer"}
    assert {f.reason for f in found} == {"a model of our own"}


def test_what_a_model_proposes_gives_way_to_keep_rules(transcript: Build, models: Path) -> None:
    detector = Detector.load([rules.builtin_folder(), _written(models, SPACY).parent])
    talk = transcript("P: Zelkova Quist asked Claude.")
    masks = {talk.text_of(f.span): f.mask for f in detect(talk, detector)}
    assert masks == {"Zelkova Quist": "direct", "Claude": "none"}


@pytest.mark.parametrize("ranks", ["checksum", "presidio", "model"])
def test_its_rank_and_score_may_be_set(transcript: Build, models: Path, ranks: str) -> None:
    text = SPACY.replace("models/tiny}", "models/tiny, score: 0.3}").replace(
        "    why: a model", f"    ranks: {ranks}\n    why: a model"
    )
    found = list(_engine(models, text).recognize(transcript("P: Zelkova Quist")))
    floored = ranks != "model"
    assert [(f.recognizer, f.score) for f in found] == ([] if floored else [(ranks, 0.3)])


def test_a_recognizer_by_patterns_ranks_as_presidio_and_takes_parameters(
    transcript: Build, tmp_path: Path
) -> None:
    text = """\
presidio:
  - class: presidio_analyzer.PatternRecognizer
    parameters: {supported_entity: TITLE, deny_list: [Moonlit Bobbins], name: Titles}
    labels: {TITLE: WORK_TITLE direct}
    why: our shows
why: what else finds
"""
    talk = transcript("P: we made Moonlit Bobbins")
    found = list(_engine(tmp_path, text).recognize(talk))
    assert _shown(talk, found) == [("Moonlit Bobbins", "WORK_TITLE", "direct", "presidio")]


def test_a_predefined_recognizer_may_be_given_other_labels(
    transcript: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    text = """\
presidio:
  - class: EmailRecognizer
    labels: {EMAIL_ADDRESS: EMAIL_ADDRESS direct}
    why: a second look
  - class: CreditCardRecognizer
    why: it is known what it finds
why: what else finds
"""
    talk = transcript("P: ada@brook.com paid with 4111 1111 1111 1111")
    found = list(_engine(tmp_path, text).recognize(talk))
    assert _shown(talk, found) == [
        ("ada@brook.com", "EMAIL_ADDRESS", "direct", "presidio"),
        ("4111 1111 1111 1111", "ID_NUMBER", "direct", "checksum"),
    ]


class Shouting(EntityRecognizer):
    """Finds words in capitals; somebody's own class."""

    def __init__(self, entity: str = "SHOUT", also: str = "") -> None:
        self.also = also
        super().__init__(supported_entities=[entity], name="Shouting")

    def load(self) -> None:
        pass

    def analyze(self, text: str, *_: object) -> list[RecognizerResult]:
        at = text.index("QUILLAN")
        return [RecognizerResult(self.also or self.supported_entities[0], at, at + 7, 0.1)]


OWN = """\
presidio:
  - class: tests.detect.test_engaged.Shouting
    labels: {SHOUT: EMPLOYER direct}
    why: it shouts
why: what else finds
"""


def test_a_class_of_ones_own_ranks_as_a_model(transcript: Build, tmp_path: Path) -> None:
    talk = transcript("P: at QUILLAN")
    found = list(_engine(tmp_path, OWN).recognize(talk))
    assert _shown(talk, found) == [("QUILLAN", "EMPLOYER", "direct", "model")]


def test_an_entity_that_was_never_announced_stops_the_run(
    transcript: Build, tmp_path: Path
) -> None:
    text = OWN.replace("    labels", "    parameters: {also: OTHER}\n    labels")
    with pytest.raises(DetectorError, match="Shouting"):
        list(_engine(tmp_path, text).recognize(transcript("P: at QUILLAN")))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (("{SHOUT: EMPLOYER direct}", "{LOUD: EMPLOYER direct}"), "no label is given for: SHOUT"),
        (("{SHOUT: EMPLOYER direct}", "{SHOUT: FIRM direct}"), "write a label and a mask"),
        (("{SHOUT: EMPLOYER direct}", "{SHOUT: EMPLOYER}"), "write a label and a mask"),
        (("    labels", "    ranks: decision\n    labels"), "ranks: has an unknown value"),
        (("    labels", "    parameters: {loud: 1}\n    labels"), "cannot be set up .TypeError"),
        (("    labels", "    parameters: [1]\n    labels"), "parameters: are no mapping"),
        (("    labels", "    colour: red\n    labels"), "colour: is not a key"),
        (("    labels: {SHOUT: EMPLOYER direct}\n", ""), "give it `class:` and `labels:`"),
        (("tests.detect.test_engaged.Shouting", "tests.nowhere.X"), "cannot be imported"),
        (("tests.detect.test_engaged.Shouting", "pathlib.Path"), "is no recognizer for Presidio"),
        (("tests.detect.test_engaged.Shouting", "NoSuch"), "is no recognizer for Presidio"),
        (
            ("tests.detect.test_engaged.Shouting", "AzureAILanguageRecognizer"),
            "sends text to a service",
        ),
        (("    labels", "    nlp: {engine: nltk, model: x}\n    labels"), "spacy, stanza"),
        (
            ("    labels", "    nlp: {engine: transformers, model: x}\n    labels"),
            "spacy: is missing",
        ),
        (
            ("    labels", "    nlp: {engine: spacy, model: en_no_such}\n    labels"),
            "spacy download",
        ),
    ],
)
def test_what_does_not_hold_is_an_error_that_says_what_to_do(
    tmp_path: Path, changed: tuple[str, str], message: str
) -> None:
    with pytest.raises(RuleError, match=message) as caught:
        _engine(tmp_path, OWN.replace(*changed))
    assert caught.value.exit_code == 2


def test_a_model_that_finds_what_has_no_label_is_an_error(models: Path) -> None:
    with pytest.raises(RuleError, match="no label is given for: DATE, GPE"):
        _engine(models, SPACY.replace(", GPE: LOCATION quasi, DATE: ignore", ""))


def test_a_damaged_model_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "models" / "tiny").mkdir(parents=True)
    with pytest.raises(RuleError, match="does not load"):
        _engine(tmp_path, SPACY)


@pytest.mark.parametrize(
    ("name", "more", "needs"),
    [
        ("GLiNERRecognizer", "parameters: {supported_entities: [SHOUT]}", r"\[gliner\]"),
        ("StanzaRecognizer", "nlp: {engine: stanza, model: en}", r"\[stanza\]"),
        (
            "TransformersRecognizer",
            "nlp: {engine: transformers, model: x, spacy: y}",
            r"\[transformers\]",
        ),
    ],
)
def test_a_missing_library_is_an_error_that_names_what_to_install(
    tmp_path: Path, name: str, more: str, needs: str
) -> None:
    if name.removesuffix("Recognizer").lower() in sys.modules:
        pytest.skip("the library is here")
    text = OWN.replace("tests.detect.test_engaged.Shouting", name)
    with pytest.raises(CorpusError, match=needs) as caught:
        _engine(tmp_path, text.replace("    labels", f"    {more}\n    labels"))
    assert isinstance(caught.value, LayerError)
    assert caught.value.exit_code == 3


def test_the_digest_follows_what_is_written_and_the_models_files_and_no_path(
    models: Path, tmp_path: Path
) -> None:
    def digest(text: str, folder: Path) -> str:
        return rules.load([_written(folder, text).parent]).digest

    first = digest(SPACY, models)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(models / "models", elsewhere / "models")
    assert digest(SPACY, elsewhere) == first
    assert digest(SPACY.replace("quasi", "direct"), models) != first
    config = elsewhere / "models" / "tiny" / "config.cfg"
    config.write_text(config.read_text("utf-8") + "\n", "utf-8")
    assert digest(SPACY, elsewhere) != first


def test_other_people_may_have_warnings_of_presidios(
    transcript: Build, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    list(_engine(tmp_path, OWN).recognize(transcript("P: at QUILLAN")))
    logging.getLogger("presidio-analyzer").warning("of somebody else")
    assert "of somebody else" in caplog.text


@pytest.mark.parametrize("workers", [1, 2])
def test_a_workspace_finds_with_a_model_of_its_own(
    workspace: Workspace, models: Path, workers: int
) -> None:
    talk = workspace.root / "talk.txt"
    talk.write_text("Interviewer: Who?\n\nP1: It was Zelkova Quist.\n")
    shutil.copytree(models / "models", workspace.root / "rules" / "models")
    _written(workspace.root / "rules", SPACY)
    pipeline.ingest(workspace, [str(talk)])
    pipeline.detect(workspace, workers=workers)
    with workspace.registry() as registry:
        found = registry.findings("work_0001")
    assert [(f.rule, f.recognizer) for f in found] == [("presidio.SpacyRecognizer", "model")]


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        (("models/tiny", "en_no_such_model"), 2, "python -m spacy download en_no_such_model"),
        (
            ("SpacyRecognizer\n    nlp: {engine: spacy,", "X\n    nlp: {engine: stanza,"),
            3,
            "stanza",
        ),
    ],
)
def test_a_missing_model_or_library_is_named_by_the_command(
    workspace: Workspace, changed: tuple[str, str], code: int, said: str
) -> None:
    talk = workspace.root / "talk.txt"
    talk.write_text("Interviewer: Who?\n\nP1: Me.\n")
    pipeline.ingest(workspace, [str(talk)])
    (workspace.root / "rules").mkdir(exist_ok=True)
    _written(workspace.root / "rules", SPACY.replace(*changed))
    done = CliRunner().invoke(main, ["detect", "--workspace", str(workspace.root)])
    assert (done.exit_code, said in done.stderr) == (code, True)
