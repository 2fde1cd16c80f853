"""The shipped model: what it finds, that it is the one that was shipped, and when it is loaded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus import rules, score
from corpus.detect import Detector, detect
from corpus.detect.ner import Ner
from corpus.detect.ner.beside import ROOM
from corpus.detect.ner.encoding import SHAPES, windows
from corpus.detect.ner.model import CLASSES, FOLDER, Facts
from corpus.detect.resolve import STAYS
from corpus.errors import DetectorError
from corpus.evaluate import evaluate
from corpus.model import Transcript

Build = Callable[..., Transcript]
FIXTURES = Path(__file__).parents[3] / "fixtures"

LONG = "P: We moved the looms to Ullby and Tjeerd Quist wrote it down. " + "So it went on. " * 400


@pytest.fixture(scope="module")
def ner() -> Ner:
    return Ner()


def found(ner: Ner, transcript: Transcript) -> set[tuple[str, str]]:
    return {
        (transcript.text_of(f.span), f.label)
        for f in ner.recognize(transcript)
        if f.mask != "none" and f.score >= 0.5
    }


def test_names_and_firms_are_found_in_any_case(ner: Ner, transcript: Build) -> None:
    for text in ("I'm Tjeerd Quist, I work at Kestrel Weaving.", "tjeerd quist here. i work at"):
        built = transcript(f"I: Who are you?\nP: {text}")
        assert any("quist" in surface.casefold() for surface, _ in found(ner, built))


def test_a_tool_is_no_employer(ner: Ner, transcript: Build) -> None:
    built = transcript("I: What do you use?\nP: I write in Google Docs and ask ChatGPT to check.")
    assert not found(ner, built)


def test_what_is_found_in_one_place_only_is_read_again_beside_its_like(
    ner: Ner, transcript: Build
) -> None:
    built = transcript(
        "P: I work at Quarry, we run the night shift at Quarry.\nI: And what do you use there?\n"
        "P: I open Notion, and then a stone from the quarry lands on my desk."
    )
    found = [(built.text_of(f.span), f.mask, f.rule) for f in ner.recognize(built)]
    assert ("Quarry", "direct", "model.employer") in found
    assert ("quarry", "none", STAYS) in found


def test_the_network_has_places_for_a_whole_sheet(ner: Ner) -> None:
    read = ner.model.read(np.ones(ROOM, np.int64), np.full(ROOM, SHAPES - 1))
    assert read.shape == (ROOM, len(CLASSES) + 1)


def test_scores_do_not_depend_on_what_was_read_before(ner: Ner, transcript: Build) -> None:
    one, other = transcript(LONG), transcript("P: Tjeerd Quist lives in Ullby.")
    fresh = Ner()
    assert list(fresh.recognize(other)) == list(ner.recognize(other))
    list(ner.recognize(one))
    assert list(ner.recognize(other)) == list(fresh.recognize(other))
    assert list(ner.recognize(one)) == list(Ner().recognize(one))


def test_an_opening_in_other_case_is_another_opening(ner: Ner, transcript: Build) -> None:
    def logits(by: Ner, text: str) -> bytes:
        encoded = by.model.encoder.encode(transcript(text).turns)
        return by.model.logits(encoded).tobytes()

    logits(ner, "P: wendeline prask wove at ullby mill.")
    title = "P: Wendeline Prask wove at Ullby Mill."
    assert logits(ner, title) == logits(Ner(), title)


def test_long_turns_are_read_to_their_end(ner: Ner, transcript: Build) -> None:
    built = transcript(f"{LONG}Then Tjeerd Quist phoned.")
    encoded = ner.model.encoder.encode(built.turns)
    assert len(list(windows(encoded, size=256, context=32))) > 3
    assert not np.isnan(ner.model.logits(encoded)).any()
    last = [f.span for f in ner.recognize(built) if built.text_of(f.span) == "Tjeerd Quist"][-1]
    assert last.start > len(LONG) - 10


def test_the_model_is_part_of_the_detectors_digest() -> None:
    folder = [rules.builtin_folder()]
    with_model, without = Detector.load(folder), Detector.load(folder, use_model=False)
    assert with_model.digest != without.digest
    assert with_model.model == Ner().digest
    assert without.model is None


def test_repeats_of_what_the_model_finds_are_found(transcript: Build) -> None:
    built = transcript(
        "I: Hello.\nP: My colleague Tjeerd Quist taught me.\nI: and what did quist teach you?"
    )
    detector = Detector.load([rules.builtin_folder()], use_presidio=False)
    assert [built.text_of(f.span) for f in detect(built, detector)][-1] == "quist"


def test_it_is_loaded_when_it_is_first_asked(tmp_path: Path) -> None:
    code = (
        "import sys; from corpus import rules; from corpus.detect import Detector;"
        "d = Detector.load([rules.builtin_folder()]); d.digest;"
        "assert 'onnxruntime' not in sys.modules and 'tokenizers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "model"))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_another_file_than_the_one_described_is_refused(
    copy: Path, name: str, transcript: Build
) -> None:
    (copy / name).write_bytes((copy / name).read_bytes() + b" ")
    with pytest.raises(DetectorError, match=rf"{name}: not the file that model.json describes"):
        list(Ner(copy).recognize(transcript("P: hi")))


def test_a_missing_file_is_named(copy: Path, transcript: Build) -> None:
    (copy / "model.onnx").unlink()
    with pytest.raises(DetectorError, match=r"model\.onnx: the model is not there"):
        list(Ner(copy).recognize(transcript("P: hi")))


@pytest.mark.parametrize(
    "changed",
    [
        {"temperature": 0},
        {"temperature": float("nan")},
        {"shapes": 16},
        {"size": 100_000},
        {"size": "256"},
        {"context": 256},
        {"classes": ["O", "PERSON"]},
        {"files": {}},
        {"files": ["model.onnx"]},
    ],
)
def test_a_description_that_would_make_the_model_mute_is_refused(
    copy: Path, changed: dict[str, object]
) -> None:
    facts = json.loads((copy / "model.json").read_text())
    (copy / "model.json").write_text(json.dumps({**facts, **changed}))
    with pytest.raises(DetectorError, match=r"model\.json: the model's description"):
        Ner(copy)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"classes": 1}'])
def test_a_description_that_is_none_is_refused(copy: Path, text: str) -> None:
    (copy / "model.json").write_text(text)
    with pytest.raises(DetectorError, match=r"model\.json: the model's description"):
        Ner(copy)


def test_the_description_comes_back_as_it_was_written(copy: Path) -> None:
    facts = Facts.read(copy)
    (copy / "model.json").write_text(json.dumps(facts.to_json()))
    assert Facts.read(copy) == facts


@pytest.mark.parametrize("name", ["recall_direct", "recall_quasi", "precision", "kept"])
def test_the_shipped_model_is_as_good_as_its_card_says(
    name: str, on_fixtures: score.Scores
) -> None:
    recorded = json.loads((FOLDER / "scores.json").read_text())["fixtures"]
    assert getattr(on_fixtures, name) >= recorded[name] - 0.01


@pytest.fixture(scope="module")
def on_fixtures() -> score.Scores:
    scores, _ = evaluate(FIXTURES / "gold.jsonl")
    return scores


def test_the_runtime_leaves_nothing_on_the_machine(tmp_path: Path) -> None:
    """It would keep an identifier and events to be sent, were that not switched off."""
    code = (
        "from corpus.detect.ner.model import FOLDER, Facts, Model\n"
        "Model(FOLDER, Facts.read(FOLDER))"
    )
    places = ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "TMPDIR")
    environment = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    subprocess.run(
        [sys.executable, "-c", code],
        env=environment | dict.fromkeys(places, str(tmp_path)),
        check=True,
    )
    assert list(tmp_path.iterdir()) == []
