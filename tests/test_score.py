"""Figures against hand-computed cases and against the reference scorer."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from corpus import score
from corpus.errors import InputError
from corpus.score import Gold, Hidden, Mark, Miss

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "fixtures" / "gold.jsonl"
REFERENCE = ROOT.parent / "shared" / "bench" / "score.py"

TEXT = "P: Ada Holm met Ada near Ullby with Excel."
MARKS = (
    Mark(3, 11, "PERSON", "direct"),
    Mark(16, 19, "PERSON", "direct"),
    Mark(25, 30, "LOCATION", "quasi"),
    Mark(36, 41, "OTHER", "none"),
)


def scores(*spans: Hidden, marks: tuple[Mark, ...] = MARKS) -> score.Scores:
    return score.score({"a": Gold(text=TEXT, marks=marks)}, {"a": spans})


def test_perfect_predictions_reach_one_everywhere() -> None:
    found = scores(*[(m.start, m.end, m.label) for m in MARKS if m.mask != "none"])
    assert found == score.Scores(
        texts=1,
        recall_direct=1,
        recall_quasi=1,
        entity_recall_direct=1,
        entity_recall_quasi=1,
        precision=1,
        f1=1,
        kept=1,
        label_accuracy=1,
        told_apart=None,
        by_label={"LOCATION": (1, 1), "PERSON": (2, 2)},
    )


def test_no_predictions_give_no_precision() -> None:
    found = scores()
    assert (found.recall_direct, found.recall_quasi, found.kept) == (0, 0, 1)
    assert (found.precision, found.f1, found.label_accuracy) == (None, None, None)


def test_a_mention_with_one_letter_left_is_missed() -> None:
    assert scores((3, 10, "PERSON")).recall_direct == 0


def test_blanks_and_signs_need_no_hiding() -> None:
    assert scores((3, 6, "PERSON"), (7, 11, "PERSON")).recall_direct == 0.5


def test_an_entity_is_hidden_when_all_its_mentions_are() -> None:
    twice = (Mark(3, 6, "PERSON", "direct"), Mark(16, 19, "PERSON", "direct"))
    found = scores((3, 6, "PERSON"), marks=twice)
    assert (found.recall_direct, found.entity_recall_direct) == (0.5, 0)


def test_precision_counts_letters_and_digits() -> None:
    found = scores((25, 35, "LOCATION"))  # "Ullby with": five of nine letters
    assert found.precision == pytest.approx(5 / 9)
    assert found.f1 == pytest.approx(2 * (5 / 9) * (1 / 3) / (5 / 9 + 1 / 3))


def test_a_touched_none_mention_is_not_kept() -> None:
    assert scores((40, 42, "PERSON")).kept == 0


def test_the_largest_overlap_decides_the_label() -> None:
    found = scores((3, 6, "EMPLOYER"), (6, 11, "PERSON"), (25, 30, "PERSON"))
    assert found.label_accuracy == 0.5


@pytest.mark.parametrize(
    ("spans", "told"),
    [
        ([(0, 4, "EMPLOYER")], 1),
        ([], 0.5),
        ([(0, 3, "EMPLOYER")], 0.5),
        ([(0, 4, "EMPLOYER"), (16, 20, "EMPLOYER")], 0.5),
        ([(16, 20, "EMPLOYER")], 0),
    ],
)
def test_strings_that_are_both_are_told_apart_mention_by_mention(
    spans: list[Hidden], told: float
) -> None:
    marks = (
        Mark(0, 4, "EMPLOYER", "direct"),
        Mark(16, 20, "OTHER", "none"),
        Mark(24, 27, "OTHER", "none"),
    )
    gold = {"a": Gold(text="Loom pays me. A loom is old.", marks=marks)}
    assert score.score(gold, {"a": spans}).told_apart == told


def test_misses_hold_positions_alone() -> None:
    gold = {"a": Gold(text=TEXT, marks=MARKS)}
    assert score.misses(gold, {"a": [(3, 19, "PERSON")]}) == (Miss("a", 25, 30, "LOCATION"),)
    assert "Ada" not in repr(gold)


def test_a_text_without_prediction_is_an_error() -> None:
    with pytest.raises(InputError, match="no prediction for 1 of 1 texts, the first is a - write"):
        score.score({"a": Gold(text=TEXT, marks=MARKS)}, {})


BAD_LINES = {
    "truncated": '{"id": "b", "text": "P: Ad',
    "no text": '{"id": "b", "spans": []}',
    "no list": '["b"]',
    "not an object": "7",
    "text is a number": '{"id": "b", "text": 7, "spans": [[0, 1, "PERSON", "direct"]]}',
    "three fields": '{"id": "b", "text": "P: Ada", "spans": [[3, 6, "PERSON"]]}',
    "outside the text": '{"id": "b", "text": "P: Ada", "spans": [[3, 7, "PERSON", "direct"]]}',
    "empty span": '{"id": "b", "text": "P: Ada", "spans": [[3, 3, "PERSON", "direct"]]}',
    "before the text": '{"id": "b", "text": "P: Ada", "spans": [[-1, 3, "PERSON", "direct"]]}',
    "unknown label": '{"id": "b", "text": "P: Ada", "spans": [[3, 6, "NAME", "direct"]]}',
    "unknown mask": '{"id": "b", "text": "P: Ada", "spans": [[3, 6, "PERSON", "high"]]}',
    "offset is text": '{"id": "b", "text": "P: Ada", "spans": [["3", 6, "PERSON", "direct"]]}',
    "offset is broken": '{"id": "b", "text": "P: Ada", "spans": [[3.0, 6, "PERSON", "direct"]]}',
    "ID is a list": '{"id": [], "text": "P: Ada", "spans": []}',
    "same ID": '{"id": "a", "text": "", "spans": []}',
}


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_bad_gold_line_is_named_without_its_text(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "text": "P: hi", "spans": []}\n\n' + line, encoding="utf-8")
    with pytest.raises(InputError, match=r"gold\.jsonl, line 3: .+ - ") as caught:
        score.read_gold(path)
    assert "Ad" not in str(caught.value).replace(str(path), "")


@pytest.mark.parametrize("spans", ['[[1, 2, "PERSON", "direct"]]', "[[1, 2, 3]]", "[1, 2]", "null"])
def test_a_bad_prediction_line_is_named(tmp_path: Path, spans: str) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(f'{{"id": "a", "spans": {spans}}}', encoding="utf-8")
    with pytest.raises(InputError, match=r"out\.jsonl, line 1: .+ - a prediction line is"):
        score.read_predictions(path)


@pytest.mark.parametrize("read", [score.read_gold, score.read_predictions])
def test_a_missing_file_and_a_wrong_encoding_are_bad_input(
    tmp_path: Path, read: Callable[[Path], object]
) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "nowhere.jsonl")
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"id": "caf\xe9"}')
    with pytest.raises(InputError, match="not UTF-8"):
        read(path)


Predictions = dict[str, tuple[Hidden, ...]]


def perfect(gold: dict[str, Gold]) -> Predictions:
    return {
        id_: tuple((m.start, m.end, m.label) for m in item.marks if m.mask != "none")
        for id_, item in gold.items()
    }


def empty(gold: dict[str, Gold]) -> Predictions:
    return dict.fromkeys(gold, ())


def everything(gold: dict[str, Gold]) -> Predictions:
    return {id_: ((0, len(item.text) + 9, "PERSON"),) for id_, item in gold.items()}


def shaken(gold: dict[str, Gold]) -> Predictions:
    """Marks that are moved, lost, relabelled, and joined by spans at random places."""
    dice = random.Random(4)

    def span(start: int, end: int, label: str) -> Hidden:
        start = max(0, start + dice.choice((0, 0, 0, -3, 1)))
        return start, max(start + 1, end + dice.choice((0, 0, 4, -1))), label

    def spans(item: Gold) -> tuple[Hidden, ...]:
        labels = sorted({m.label for m in item.marks})
        near = [
            span(m.start, m.end, dice.choice((m.label, m.label, *labels)))
            for m in item.marks
            if dice.random() < 0.7
        ]
        far = [dice.randrange(len(item.text)) for _ in range(20)]
        return (*near, *(span(i, i + 12, dice.choice(labels)) for i in far))

    return {id_: spans(item) for id_, item in gold.items()}


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference scorer is not on this machine")
@pytest.mark.parametrize("predict", [perfect, empty, everything, shaken])
def test_figures_equal_those_of_the_reference_scorer(
    tmp_path: Path, predict: Callable[[dict[str, Gold]], Predictions]
) -> None:
    gold = score.read_gold(GOLD)
    path = tmp_path / "out.jsonl"
    rows = ({"id": id_, "spans": spans} for id_, spans in predict(gold).items())
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    reference = subprocess.run(
        [sys.executable, str(REFERENCE), str(GOLD), str(path), "--json"],
        capture_output=True,
        check=True,
    )
    ours = asdict(score.score(gold, score.read_predictions(path)))
    del ours["told_apart"]  # a figure of our own
    assert json.loads(json.dumps(ours)) == json.loads(reference.stdout)


def test_intervals_hold_the_figure_and_are_the_same_each_time() -> None:
    gold = {
        f"t{number}": Gold(text="Ann Bo", marks=(Mark(0, 3, "PERSON", "direct"),))
        for number in range(20)
    }
    predicted = {id_: [(0, 3, "PERSON")] if id_ < "t15" else [] for id_ in gold}
    share = score.score(gold, predicted).recall_direct
    low, high = score.intervals(gold, predicted)["recall_direct"]
    assert share is not None
    assert 0 < low < share < high < 1
    assert score.intervals(gold, predicted) == score.intervals(gold, predicted)


def test_what_was_never_to_count_has_no_interval() -> None:
    gold = {"t": Gold(text="Ann Bo", marks=(Mark(0, 3, "PERSON", "direct"),))}
    found = score.intervals(gold, {"t": [(0, 3, "PERSON")]})
    assert found["recall_direct"] == (1.0, 1.0)
    assert "recall_quasi" not in found
