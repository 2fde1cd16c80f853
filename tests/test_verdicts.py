"""Findings go out to a spreadsheet, and the verdicts come back, all or none."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import pipeline, verdicts
from corpus.errors import DecisionError
from corpus.model import Decision
from corpus.workspace import Workspace

TEXT = """\
Interviewer: How can I reach you?

P1: Write to ada.brook@kestrel-loom.com or to tom.fell@kestrel-loom.com.

Interviewer: And since when?

P1: Since March 2019.
"""

Fill = Callable[[dict[str, str]], str]
"""What a row's verdict is to be."""


@pytest.fixture
def searched(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Make a workspace with findings in one transcript."""
    (tmp_path / "one.txt").write_text(TEXT)
    pipeline.ingest(workspace, [str(tmp_path / "one.txt")])
    pipeline.detect(workspace, workers=1)
    return workspace


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _filled(workspace: Workspace, path: Path, fill: Fill) -> Path:
    """Export the findings and write verdicts beside them."""
    verdicts.export(workspace, path)
    rows = _rows(path)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "verdict": fill(row)} for row in rows)
    return path


def _decisions(workspace: Workspace) -> tuple[Decision, ...]:
    with workspace.registry() as registry:
        return registry.decisions()


def _take(workspace: Workspace, path: Path) -> tuple[int, int]:
    done = verdicts.take(workspace, path)
    return done.decided, done.taken_back


def _by_text(**verdict: str) -> Fill:
    """Decide on the rows whose text begins with a word."""
    return lambda row: next((v for word, v in verdict.items() if row["text"].startswith(word)), "")


def test_every_finding_is_exported_for_its_owner_only(searched: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    assert verdicts.export(searched, path) == 3
    assert [row["text"] for row in _rows(path)] == [
        "ada.brook@kestrel-loom.com",
        "tom.fell@kestrel-loom.com",
        "March 2019",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.glob(".f.csv*")] == []


def test_verdicts_that_were_filled_in_become_decisions(searched: Workspace, tmp_path: Path) -> None:
    path = _filled(searched, tmp_path / "f.csv", _by_text(ada="keep", March="redact"))
    anchors = {row["text"]: row["finding"] for row in _rows(path)}
    assert _take(searched, path) == (2, 0)
    assert {d.anchor: d.verdict for d in _decisions(searched)} == {
        anchors["ada.brook@kestrel-loom.com"]: "keep",
        anchors["March 2019"]: "redact",
    }


def test_a_standing_verdict_is_exported_and_taken_again_unchanged(
    searched: Workspace, tmp_path: Path
) -> None:
    verdicts.take(searched, _filled(searched, tmp_path / "f.csv", _by_text(ada="keep")))
    before = _decisions(searched)
    again = _filled(searched, tmp_path / "g.csv", lambda row: row["verdict"])
    assert [row["verdict"] for row in _rows(again)] == ["keep", "", ""]
    assert _take(searched, again) == (1, 0)
    assert _decisions(searched) == before


def test_an_emptied_verdict_is_taken_back_and_the_others_stand(
    searched: Workspace, tmp_path: Path
) -> None:
    first = _filled(searched, tmp_path / "f.csv", _by_text(ada="keep", tom="keep"))
    verdicts.take(searched, first)
    emptied = _filled(searched, tmp_path / "g.csv", _by_text(tom="keep"))
    assert _take(searched, emptied) == (1, 1)
    anchors = {row["text"]: row["finding"] for row in _rows(emptied)}
    assert [d.anchor for d in _decisions(searched)] == [anchors["tom.fell@kestrel-loom.com"]]


@pytest.mark.parametrize("bad", ["keeep", "none"])
def test_a_bad_row_leaves_everything_as_it_was(
    searched: Workspace, tmp_path: Path, bad: str
) -> None:
    verdicts.take(searched, _filled(searched, tmp_path / "f.csv", _by_text(ada="keep")))
    before = _decisions(searched)
    worse = _filled(searched, tmp_path / "g.csv", _by_text(tom="redact", March=bad))
    with pytest.raises(DecisionError, match="row 4, column verdict"):
        verdicts.take(searched, worse)
    assert _decisions(searched) == before


def test_taking_a_verdict_back_hides_the_mention_again(searched: Workspace, tmp_path: Path) -> None:
    def released() -> str:
        pipeline.redact(searched, workers=1)
        with searched.registry() as registry:
            (result,) = registry.results()
        return repr(result.outcome)

    verdicts.take(searched, _filled(searched, tmp_path / "f.csv", _by_text(ada="keep")))
    assert "ada.brook@kestrel-loom.com" in released()
    verdicts.take(searched, _filled(searched, tmp_path / "g.csv", _by_text()))
    assert "ada.brook@kestrel-loom.com" not in released()


def test_a_kept_mention_beside_a_hidden_one_of_the_same_text_is_counted(
    workspace: Workspace, tmp_path: Path
) -> None:
    said = "Interviewer: Who?\n\nP1: My boss Tjeerd. And Tjeerd again.\n"
    (tmp_path / "one.txt").write_text(said)
    pipeline.ingest(workspace, [str(tmp_path / "one.txt")])
    pipeline.detect(workspace, workers=1)
    firsts = iter(["keep", ""])
    once = _filled(workspace, tmp_path / "f.csv", lambda _: next(firsts))
    assert verdicts.take(workspace, once).exposed == ("work_0001 turn 1",)
    all_ = _filled(workspace, tmp_path / "g.csv", lambda _: "keep")
    assert verdicts.take(workspace, all_).exposed == ()
