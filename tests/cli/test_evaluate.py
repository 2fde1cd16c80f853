"""`corpus evaluate` through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.studies import at

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "fixtures" / "gold.jsonl"
SCORER = ROOT.parent / "shared" / "bench" / "score.py"


def _varied(gold: Path) -> Path:
    """Write texts of the fixtures' gold, the short ones first, that bring every label and mask."""
    chosen: list[str] = []
    seen: set[tuple[str, str]] = set()
    for line in _by_length():
        kinds = {(label, mask) for _, _, label, mask in json.loads(line)["spans"]}
        if not kinds <= seen:
            chosen.append(line)
            seen |= kinds
    gold.write_text("".join(chosen), encoding="utf-8")
    return gold


def _by_length() -> list[str]:
    return sorted(GOLD.read_text("utf-8").splitlines(keepends=True), key=len)


def _lines(path: Path) -> dict[str, Any]:
    return {row["id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}


def test_predictions_are_offsets_into_the_text_as_given(tmp_path: Path) -> None:
    text = (
        "Interviewer: Who helps you?\n\nHanneke: My boss Tjeerd. Write to t.loom@kestrel-loom.com!"
    )
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "a", "text": text, "spans": [[29, 36, "PERSON", "direct"]]}))
    done = at(tmp_path, "evaluate", gold, "--predictions", "out.jsonl", "--json")
    assert done.exit_code == 0, done.stderr
    spans = _lines(tmp_path / "out.jsonl")["a"]["spans"]
    found = {(text[start:end], label) for start, end, label in spans}
    assert {("Hanneke", "PERSON"), ("Tjeerd", "PERSON")} <= found
    assert ("t.loom@kestrel-loom.com", "EMAIL_ADDRESS") in found
    assert json.loads(done.stdout)["recall_direct"] == 1


def test_one_worker_or_two_predict_the_same(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(_by_length()[:2]), encoding="utf-8")
    for workers in ("1", "2"):
        done = at(tmp_path, "evaluate", gold, "--predictions", workers, "--workers", workers)
        assert done.exit_code == 0, done.stderr
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


@pytest.mark.skipif(not SCORER.is_file(), reason="the reference scorer is not beside the checkout")
def test_its_figures_are_those_of_the_reference_scorer(tmp_path: Path) -> None:
    gold = _varied(tmp_path / "gold.jsonl")
    done = at(tmp_path, "evaluate", gold, "--predictions", "out.jsonl", "--json")
    command = [sys.executable, str(SCORER), str(gold), "out.jsonl", "--json"]
    reference = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    ours, theirs = json.loads(done.stdout), json.loads(reference.stdout)
    theirs["by_label"] = {k: v for k, v in theirs["by_label"].items() if v}
    for figure, value in theirs.items():
        assert ours[figure] == (pytest.approx(value) if isinstance(value, float) else value), figure


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "a", "text": "P: hi"', "line 1"),
        ('{"id": "a", "spans": []}', "line 1"),
        ('{"id": "a", "text": "no label here", "spans": []}', "a"),
    ],
)
def test_gold_that_does_not_hold_exits_2_and_says_where(
    tmp_path: Path, line: str, message: str
) -> None:
    (tmp_path / "gold.jsonl").write_text(line)
    done = at(tmp_path, "evaluate", "gold.jsonl")
    assert done.exit_code == 2
    assert message in done.stderr
