"""corpus diff, after all that may happen to a workspace between two releases."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import corpus
from corpus.cli import main
from tests.conftest import without_model
from tests.studies import NAMES, SECRET, call, ok

RULE = """\
- id: own-loom
  label: ORGANIZATION
  mask: direct
  pattern: 'the loom'
  score: 1.0
  why: what they call the firm
  match: ['I left the loom']
  miss: ['a loom']
"""


def _write(sources: Path, number: int, said: str) -> None:
    (sources / f"{number}.md").write_text(
        f"**Transcript ID:** work_{number:04d}\n\n---\n\nAssistant: How can I reach you?\n\n"
        f"User: {said}\n\nAssistant: Where do you work?\n\nUser: At the loom, as before.\n"
    )


def _keep(root: Path, transcript_id: str) -> None:
    """Decide that what was found in a transcript stays."""
    table = root / "private" / "findings.csv"
    ok(root, "findings", "export", table)
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    for row in rows:
        row["verdict"] = "keep-all" if row["transcript_id"] == transcript_id else ""
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    ok(root, "findings", "import", table)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Release 1.0.0, then a verdict, an edit, a new and a withheld transcript; release 2.0.0."""
    folder = tmp_path_factory.mktemp("diff")
    root, sources = without_model(folder / "study").root, folder / "sources"
    sources.mkdir()
    for number, name in enumerate((*NAMES, "eva.holm"), start=1):
        _write(sources, number, f"By mail to {name}@{SECRET}.com.")
    ok(root, "ingest", sources)
    ok(root, "release", "1.0.0")
    _keep(root, "work_0001")
    _write(sources, 2, f"Best write to {NAMES[1]}@{SECRET}.com.")
    _write(sources, 5, f"Ask liv.moe@{SECRET}.com.")
    ok(root, "ingest", sources)
    terms = "participant_id,transcript_id,cohort,consent,embargo_until,access\n" + "".join(
        f",work_{n:04d},,{'no' if n == 3 else 'yes'},,\n" for n in range(1, 6)
    )
    (root / "private" / "terms.csv").write_text(terms)
    ok(root, "participants", "import", root / "private" / "terms.csv")
    ok(root, "release", "2.0.0")
    return root


@pytest.fixture
def root(released: Path, tmp_path: Path) -> Path:
    """Copy the workspace, so that a test may change it."""
    return Path(shutil.copytree(released, tmp_path / "study"))


def _facts(root: Path, *args: str) -> Any:
    return json.loads(ok(root, "diff", *args, "--json"))


def _what(change: dict[str, Any]) -> list[list[str]]:
    return [turn["what"] for turn in change["turns"]]


def test_a_verdict_an_edit_a_new_and_a_withheld_transcript(root: Path) -> None:
    facts = _facts(root, "1.0.0", "2.0.0")
    assert (facts["added"], facts["removed"], facts["equal"]) == (["work_0005"], ["work_0003"], 1)
    decided, edited = facts["changed"]
    assert (decided["transcript_id"], edited["transcript_id"]) == ("work_0001", "work_0002")
    assert _what(decided) == [["redactions"]]
    (standing,) = decided["uncovered"]
    assert (standing["hidden"]["turn"], standing["hidden"]["label"]) == (1, "EMAIL_ADDRESS")
    assert standing["how"] == "whole"
    assert _what(edited) == [["words"]]
    assert not edited["uncovered"]
    assert (facts["uncovered"], facts["covered"], facts["differs"]) == (1, 0, True)
    assert facts["made_with"]["rules"][0] == facts["made_with"]["rules"][1]
    assert facts["counts"]["withheld_by_reason"] == {"no-consent": [0, 1]}
    assert facts["counts"]["redactions_by_label"] == {"EMAIL_ADDRESS": [4, 3]}
    assert facts["counts"]["redactions_by_rule"] == {"email": [4, 3]}
    assert (standing["hidden"]["rule"], decided["kept_by_decision"]) == ("email", [0, 1])
    evidence = corpus.load(root / "releases" / "2.0.0").manifest["evidence"]
    assert evidence == {
        "decided": 1,
        "decided_by_verdict": {"redact": 0, "keep": 1},
        "hidden_undecided": 3,
        "kept_undecided": 0,
        "transcripts_decided": 1,
    }


def test_an_edited_rule_hides_what_stood(root: Path) -> None:
    (root / "rules").mkdir()
    (root / "rules" / "own.yaml").write_text(RULE)
    ok(root, "release", "2.1.0")
    facts = _facts(root, "2.0.0", "2.1.0")
    rules = facts["made_with"]["rules"]
    assert rules[0] != rules[1]
    assert [c["transcript_id"] for c in facts["changed"]] == [f"work_000{n}" for n in (1, 2, 4, 5)]
    assert (facts["uncovered"], facts["covered"]) == (0, 4)
    assert all(_what(c) == [["redactions"]] for c in facts["changed"])
    back = _facts(root, "2.1.0", "2.0.0")
    assert back["uncovered"] == 4
    assert (facts["causes"]["own-rule"]["covered"], back["causes"]["own-rule"]["uncovered"]) == (
        4,
        4,
    )
    (added,) = facts["changed"][0]["redactions"]
    assert (added["after"]["rule"], added["causes"]) == ("own-rule", ["own-rule"])
    shown = ok(root, "diff", "2.1.0", "2.0.0")
    assert "ORGANIZATION by own-rule: now turn 3 " in shown
    assert "own-loom" not in shown
    released = (root / "releases" / "2.1.0").rglob("*")
    assert not any(b"own-loom" in path.read_bytes() for path in released if path.is_file())


def test_what_is_hidden_no_more_comes_first_with_its_place(root: Path) -> None:
    lines = ok(root, "diff", "1.0.0", "2.0.0").splitlines()
    assert lines[3] == "HIDDEN IN 1.0.0, STANDING IN 2.0.0: 1 place in 1 transcript"
    assert lines[4].startswith("  work_0001 turn 1 text 11-28 EMAIL_ADDRESS by email: now turn 1 ")
    assert lines[5] == "standing in 1.0.0, hidden in 2.0.0: none"
    assert "transcripts: 1 added, 1 removed, 2 changed, 1 equal" in lines
    assert "  removed work_0003" in lines


def test_released_text_is_shown_on_request(root: Path) -> None:
    releases = root / "releases"
    args = ["diff", str(releases / "1.0.0"), str(releases / "2.0.0"), "--text"]
    shown = CliRunner().invoke(main, args).stdout
    assert "    - User: By mail to [EMAIL_ADDRESS_1].\n" in shown
    assert f"    + User: By mail to {NAMES[0]}@{SECRET}.com.\n" in shown
    assert f"{NAMES[1]}@" not in shown
    (turn,) = json.loads(CliRunner().invoke(main, [*args, "--json"]).stdout)["changed"][0]["turns"]
    assert turn["text"]["before"]["text"] == "By mail to [EMAIL_ADDRESS_1]."


def test_the_exit_code_tells_on_request_whether_they_differ(root: Path) -> None:
    assert call(root, "diff", "1.0.0", "2.0.0", "--exit-code").exit_code == 1
    assert call(root, "diff", "2.0.0", "2.0.0", "--exit-code").exit_code == 0


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("3.0.0", "there is no such release - choose among 1.0.0, 2.0.0"),
        ("nowhere/1.0.0", "there is no release here"),
        ("private", "names no version"),
        ("1.1", "'1.1' names no version - write 1.0.0"),
    ],
)
def test_what_is_no_release_exits_2(root: Path, given: str, why: str) -> None:
    result = call(root, "diff", "1.0.0", given)
    assert result.exit_code == 2
    assert given in result.stderr
    assert why in result.stderr


def test_folders_need_no_workspace_and_versions_do(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = str(root / "releases" / "1.0.0")
    assert CliRunner().invoke(main, ["diff", folder, folder]).exit_code == 0
    result = CliRunner().invoke(main, ["diff", folder, "1.0.0"])
    assert result.exit_code == 2
    assert "name the folder of the releases" in result.stderr
    monkeypatch.chdir(root)
    assert CliRunner().invoke(main, ["diff", folder, "2.0.0"]).exit_code == 0


def test_two_corpora_are_compared_with_a_note(root: Path) -> None:
    settings = root / "corpus.toml"
    settings.write_text(settings.read_text().replace('name = "corpus"', 'name = "looms"'))
    ok(root, "release", "2.1.0")
    assert "note: two corpora, corpus and looms\n" in ok(root, "diff", "2.0.0", "2.1.0")
