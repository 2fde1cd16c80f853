"""What the stages read, which fifth is left out, and how weights are judged and calibrated."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torch", reason="training needs the training extra")

import torch

from corpus import score
from corpus.detect.ner.encoding import SHAPES, Encoded, Encoder
from corpus.detect.ner.model import CLASSES, Facts
from training import assess, base, calibrate, stage1, stage2
from training.example import Example, of_text, of_transcript
from training.network import Network


def test_a_fold_is_a_matter_of_the_name_alone() -> None:
    one = of_transcript("train_1", "written", "P: Hi Bo\n", [(6, 8, "PERSON", "direct")])
    other = of_transcript("train_1", "real", "I: Tell me.\nP: No.\n", [])
    assert stage2.fold(one) == stage2.fold(other)


def test_an_epoch_reads_what_holds_a_string_that_is_both_more_often() -> None:
    talk = "P: I am at Ulm. I use Ulm.\n"
    hidden, kept = (11, 14, "EMPLOYER", "direct"), (22, 25, "OTHER", "none")
    both = of_transcript("t", "written", talk, [hidden, kept])
    only = of_transcript("t", "written", talk, [hidden])
    real = of_transcript("t", "real", talk, [hidden])
    shares = {"written": 0.25, "real": 0.5, "both": 2.0}
    read = [stage2.times(example, shares) for example in (both, only, real)]
    assert read == [2.25, 0.25, 0.5]


def test_what_stage_1_knows_is_told_in_the_labels_nearest_to_it() -> None:
    torch.manual_seed(2)
    network = Network(40, len(stage1.CLASSES)).eval()
    ids = torch.randint(40, (2, 9))
    shapes = torch.zeros_like(ids)
    known = network(ids, shapes)
    told = stage1.in_labels(network)(ids, shapes)
    names = ("O", "PERSON", "EMPLOYER", "LOCATION", "DATE", "DEMOGRAPHIC")
    places = [*map(CLASSES.index, names), len(CLASSES)]
    torch.testing.assert_close(told[..., places], known)
    others = sorted({*range(len(CLASSES))} - {*places})
    assert told[..., others].max() < known.min() - 50


def test_folds_stay_what_they_were() -> None:
    """Weights of a fold are scored in another process, on another day."""
    named = [of_text(f"train_{number}", "written", "", []) for number in range(1, 7)]
    assert [stage2.fold(example) for example in named] == [3, 1, 1, 3, 3, 0]


def test_folds_are_near_even() -> None:
    sizes = Counter(stage2.fold(of_text(f"t{n}", "t", "", [])) for n in range(2000))
    assert sorted(sizes) == list(range(stage2.FOLDS))
    assert all(330 < size < 470 for size in sizes.values())


TEXTS = [f"Ada {n} met Bo in Ulm{' again and again' * (n % 4 * 7)}." for n in range(23)]


@pytest.fixture
def open_ner(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(name: str) -> Iterator[Example]:
        for number, text in enumerate(TEXTS):
            at = text.index("Bo")
            yield of_text(f"{name}-{number}", name, text, [(0, 3, "PER"), (at, at + 2, "PER")])

    monkeypatch.setattr(stage1, "open_ner", read)


@pytest.mark.usefixtures("open_ner")
def test_short_texts_are_packed_and_none_is_lost() -> None:
    packs = list(stage1.packed("gum"))
    assert [turn.text for pack in packs for turn in pack.turns] == TEXTS
    assert {pack.source for pack in packs} == {"gum"}
    assert len({pack.id for pack in packs}) == len(packs)
    lengths = [sum(len(turn.text) for turn in pack.turns) for pack in packs]
    assert min(lengths[:-1]) > 4 * stage1.SIZE
    assert max(lengths) <= 4 * stage1.SIZE + max(map(len, TEXTS))


@pytest.mark.usefixtures("open_ner")
def test_marks_move_with_their_texts() -> None:
    for pack in stage1.packed("gum"):
        assert [turn.index for turn in pack.turns] == list(range(len(pack.turns)))
        said = [
            (m.span.turn, pack.turns[m.span.turn].text[m.span.start : m.span.end])
            for m in pack.marks
        ]
        assert said == [(n, name) for n in range(len(pack.turns)) for name in ("Ada", "Bo")]


TALK = "Ada: I am Ada Brenner.\n\nI: Of Ulm, with Excel?\nAda: Yes, Ulm.\n"


def marked() -> Example:
    spans = [(10, 21, "PERSON", "direct"), (30, 33, "LOCATION", "quasi")]
    return of_transcript(
        "t", "t", TALK, [(0, 3, "PERSON", "direct"), *spans, (40, 45, "OTHER", "none")]
    )


def test_gold_holds_the_marks_where_the_source_has_them() -> None:
    gold = assess.gold_of(marked())
    assert gold.text == TALK
    assert [(TALK[m.start : m.end], m.label, m.mask) for m in gold.marks] == [
        ("Ada", "PERSON", "direct"),
        ("Ada Brenner", "PERSON", "direct"),
        ("Ulm", "LOCATION", "quasi"),
        ("Excel", "OTHER", "none"),
    ]


def test_a_line_holds_what_is_reached_at_a_threshold() -> None:
    found = {"t": [(0, 3, "PERSON", 0.4), (30, 33, "EMPLOYER", 0.9), (40, 45, "EMPLOYER", 0.3)]}
    gold = {"t": assess.gold_of(marked())}
    lines = [
        assess.line(f"set @{threshold:g}", score.score(gold, assess.hidden(found, threshold)))
        for threshold in (0.3, 0.4, 0.95)
    ]
    figures, labels = zip(*(line.split("\n    ") for line in lines), strict=True)
    assert figures == (
        "set @0.3: direct 0.500 entity 0.500 quasi 1.000 precision 0.545 kept 0.000 label 0.500",
        "set @0.4: direct 0.500 entity 0.500 quasi 1.000 precision 1.000 kept 1.000 label 0.500",
        "set @0.95: direct 0.000 entity 0.000 quasi 0.000 kept 1.000",
    )
    assert labels == (*["LOCATION 1/1 PERSON 1/2"] * 2, "LOCATION 0/1 PERSON 0/2")


CALLED = "P: Ada came. Ada left. Ada sat. Ada wept. Amazon won.\n"
"""Ada is marked three times of four, Amazon as what tempts and stays."""


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    spans = [(at, at + 3, "PERSON", "direct") for at in (3, 13, 23)]
    spans.append((43, 49, "ORGANIZATION", "none"))
    path = tmp_path / "called.jsonl"
    path.write_text(json.dumps({"id": "t", "text": CALLED, "spans": spans}) + "\n")
    return path


class Overconfident:
    """Sure of every word; its log-odds for Ada are twice what they should be."""

    def __init__(self, temperature: float = 1.0) -> None:
        self._tokenizer = base.tokenizer()
        self.encoder = Encoder(self._tokenizer)
        self.facts = Facts(
            classes=CLASSES,
            shapes=SHAPES,
            size=256,
            context=64,
            temperature=temperature,
            files={"model.onnx": "", "tokenizer.json": ""},
        )

    def logits(self, encoded: Encoded) -> NDArray[np.float32]:
        logits = np.zeros((len(encoded.ids), len(CLASSES) + 1), dtype=np.float32)
        logits[:, 0] = 60
        ada, amazon = (encoded.ids == self._tokenizer.token_to_id(n) for n in ("ada", "amazon"))
        logits[ada, CLASSES.index("PERSON")] = 60 + 2 * np.log(3)
        logits[amazon, CLASSES.index("KEEP")] = 120
        return logits


TABLE = [
    "| score | words | mean score | share to hide |",
    "| --- | ---: | ---: | ---: |",
    "| 0.00 to 0.05 | 12 | 0.000 | 0.000 |",
    "| 0.70 to 0.80 | 4 | 0.750 | 0.750 |",
]


def test_the_temperature_makes_scores_shares(
    gold: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(calibrate, "Ner", lambda _: SimpleNamespace(model=Overconfident()))
    monkeypatch.setattr(sys, "argv", ["calibrate", str(gold), "--model", str(tmp_path)])
    calibrate.main()
    assert Facts.read(tmp_path) == Overconfident(2.0).facts
    first, _, *table = capsys.readouterr().out.splitlines()
    assert first.startswith("temperature 2.0 (16 words, loss ")
    assert table == TABLE


@pytest.mark.parametrize(
    ("temperature", "row"),
    [
        (0.8, "| 0.90 to 0.95 | 4 | 0.940 | 0.750 |"),
        (2.0, "| 0.70 to 0.80 | 4 | 0.750 | 0.750 |"),
    ],
)
def test_the_table_shows_how_true_the_scores_are(
    gold: Path, monkeypatch: pytest.MonkeyPatch, temperature: float, row: str
) -> None:
    ner = SimpleNamespace(model=Overconfident(temperature))
    monkeypatch.setattr(calibrate, "Ner", lambda: ner)
    assert list(calibrate.table([gold])) == [*TABLE[:3], row]
