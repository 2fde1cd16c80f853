"""What commands say where little happened: nothing changed, nobody agreed, it is gone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.cli import main
from corpus.workspace import Workspace
from tests.conftest import without_model
from tests.studies import call, copied, fill, ok

WITHDRAW = ("withdraw", "work_0001", "--reason", "by letter")
RECALL = ("recall", "work_0001", "--text", "reach")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("words")
    workspace = without_model(folder / "study")
    fill(workspace, folder / "sources")
    ok(workspace.root, "release", "1.0.0")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def test_a_release_says_what_changed_against_its_parent(study: Workspace, tmp_path: Path) -> None:
    said = ok(study.root, "release", "1.0.1")
    assert "nothing changed in the transcripts since 1.0.0\n" in said
    (tmp_path / "new.txt").write_text("INT: Where to?\n\nP1: To see the zqloom by the pier.\n")
    ok(study.root, "ingest", tmp_path / "new.txt", "--cohort", "work")
    facts = json.loads(ok(study.root, "release", "1.1.0", "--json"))
    assert facts["changes"] == {
        "added": 1,
        "removed": 0,
        "changed": 0,
        "uncovered": 0,
        "covered": 0,
        "uncovered_perhaps": 0,
        "covered_perhaps": 0,
    }
    (study.private / "roster.csv").write_text("transcript_id,label,text\n,EMPLOYER,zqloom\n")
    said = ok(study.root, "release", "1.2.0")
    assert "against 1.1.0: 1 transcript changed, 1 place newly hidden\n" in said


def test_a_first_release_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    study = without_model(tmp_path / "study")
    fill(study, tmp_path / "sources")
    assert json.loads(ok(study.root, "release", "1.0.0", "--json"))["changes"] is None


@pytest.mark.parametrize("command", [WITHDRAW, RECALL], ids=["withdraw", "recall"])
@pytest.mark.parametrize(
    ("answer", "code", "why"),
    [("n\n", 1, "nothing was changed"), ("", 2, "use --yes where there is no terminal")],
    ids=["no", "nobody"],
)
def test_without_a_yes_nothing_is_changed(
    command: tuple[str, ...], answer: str, code: int, why: str, study: Workspace
) -> None:
    args = [*command, "--workspace", str(study.root)]
    result = CliRunner().invoke(main, args, input=answer)
    assert (result.exit_code, result.stdout) == (code, "")
    assert why in result.stderr
    assert "interrupted" not in result.stderr
    assert "work_0001" in ok(study.root, "list")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_withdrawal_needs_a_reason(reason: str, study: Workspace) -> None:
    result = call(study.root, "withdraw", "work_0001", "--reason", reason, "--yes")
    assert result.exit_code == 2
    assert "say why" in result.stderr
    assert "work_0001" in ok(study.root, "list")


def test_what_was_withdrawn_is_said_to_be(study: Workspace, tmp_path: Path) -> None:
    ok(study.root, *WITHDRAW, "--yes")
    for command in (("show", "work_0001"), (*RECALL, "--yes")):
        result = call(study.root, *command)
        assert result.exit_code == 2
        assert "work_0001 was withdrawn" in result.stderr
    shared = tmp_path / "shared.csv"
    with shared.open("w", newline="") as file:
        rows = [("transcript_id", "speaker", "text")]
        rows += [(f"work_000{n}", "P1", f"Number {n} said this and that.") for n in (1, 9)]
        csv.writer(file).writerows(rows)
    result = call(study.root, "ingest", shared)
    assert result.exit_code == 2
    assert "where others stand in the same file, its rows" in result.stderr


def test_one_is_one(study: Workspace) -> None:
    said = ok(study.root, *RECALL, "--dry-run")
    assert "the text stands in 1 place of the transcript, would be hidden from now on" in said
