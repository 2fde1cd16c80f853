"""What earlier releases hide stays hidden, whatever rules, sources and policies become."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

import corpus
from corpus.workspace import Workspace
from tests.cli.test_versions import ingest, proposed, refused, text
from tests.conftest import without_model
from tests.studies import call, copied, ok

TALK = (
    "INT: Who are you?\n\nP7: Ada Quill of coffee and then, born 4 May 1975, you know.\n\n"
    "INT: And whom do you work with there?\n\nP7: With Rosin on most days, I would say.\n"
)
ROSTER = """\
transcript_id,label,text
,PERSON,Ada Quill
,PERSON,Rosin
,EMPLOYER,coffee and then
"""
KEEP = """
- id: rosin
  surfaces: Rosin
  why: what violins are played with
  match: ['on Rosin']
  miss: ['a loom']
"""
ID = "work_0001"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace that has released one transcript as 1.0.0."""
    folder = tmp_path_factory.mktemp("less")
    workspace = without_model(folder / "study")
    knows(workspace)
    ingest(workspace, folder, work_0001=TALK)
    ok(workspace.root, "release", "1.0.0")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def knows(workspace: Workspace, *, but: str = "", also: str = "") -> None:
    rows = (row for row in ROSTER.splitlines(keepends=True) if not but or but not in row)
    (workspace.private / "roster.csv").write_text("".join(rows) + also)


def edit(workspace: Workspace, folder: Path, old: str, new: str) -> None:
    assert old in TALK
    ingest(workspace, folder, work_0001=TALK.replace(old, new))


def decide(workspace: Workspace, verdicts: Mapping[str, str]) -> None:
    path = workspace.private / "findings.csv"
    ok(workspace.root, "findings", "export", path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**r, "verdict": verdicts.get(r["text"], "")} for r in rows)
    ok(workspace.root, "findings", "import", path)


def under(workspace: Workspace, policy: str) -> None:
    config = workspace.root / "corpus.toml"
    lines = config.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("policy = ")]
    at = kept.index("[redact]\n") + 1
    config.write_text("".join([*kept[:at], f'policy = "{policy}"\n', *kept[at:]]))


def write_policy(workspace: Workspace, labels: str) -> None:
    (workspace.root / "ours.yaml").write_text(
        f"why: ours\notherwise: placeholder\nthreshold: 0.3\nlabels:\n{labels}"
    )
    under(workspace, str(workspace.root / "ours.yaml"))


def test_a_keep_rule_and_an_edit_elsewhere_bare_nothing(study: Workspace, tmp_path: Path) -> None:
    knows(study, but="Rosin")
    (study.root / "rules").mkdir(exist_ok=True)
    (study.root / "rules" / "keep.yaml").write_text(KEEP)
    edit(study, tmp_path, "INT: Who are you?", "INT: Hello.\n\nP7: Hi.\n\nINT: Who are you?")
    assert "work_0001: turn 5 text 5-10: 1 place stands that 1.0.0 hides" in refused(study, "1.1.0")
    assert proposed(study)["step"] == "major"


EDITS = {
    "signs": ("coffee and then,", "coffee and, then,", "turn 1 text 13-29", "1 place stands"),
    "two turns": (
        "coffee and then,",
        "coffee.\n\nINT: Sorry?\n\nP7: And then,",
        "turn 1 text 13-19; turn 3 text 4-8",
        "2 places stand",
    ),
    "spelling": ("coffee and then", "cofee or so", "turn 1 text 13-18", "1 place stands"),
}


@pytest.mark.parametrize("case", EDITS)
def test_what_was_hidden_and_is_edited_itself_is_seen_in_the_diff(
    study: Workspace, tmp_path: Path, case: str
) -> None:
    old, new, places, told = EDITS[case]
    edit(study, tmp_path, old, new)
    stderr = refused(study, "1.1.0")
    assert f"{ID}: {places}: {told} that 1.0.0 hides" in stderr
    assert "offee" not in stderr


def test_other_words_in_its_stead_are_an_edit(study: Workspace, tmp_path: Path) -> None:
    edit(study, tmp_path, "With Rosin on", "With nobody and the like on")
    ok(study.root, "release", "1.1.0")


def test_a_verdict_excuses_what_was_edited_itself(study: Workspace, tmp_path: Path) -> None:
    edit(study, tmp_path, "coffee and then,", "coffee and, then,")
    knows(study, also=',EMPLOYER,"coffee and, then"\n')
    ok(study.root, "detect")
    decide(study, {"coffee and, then": "keep"})
    ok(study.root, "release", "1.1.0")
    assert "coffee and, then" in text(study, "1.1.0")


def test_a_policy_that_tells_more_is_less(study: Workspace) -> None:
    write_policy(study, "  DATE: {quasi: placeholder, why: for a test}\n")
    ok(study.root, "release", "1.1.0")
    assert "born [DATE], you" in text(study, "1.1.0")
    write_policy(study, "  DATE: {quasi: generalise, why: for a test}\n")
    assert "work_0001: turn 1 text 35-45: 1 place" in refused(study, "1.2.0")
    assert "too small a step from 1.1.0" in refused(study, "1.2.0", "--allow-less")
    ok(study.root, "release", "2.0.0", "--allow-less")
    assert "born [DATE 1975], you" in text(study, "2.0.0")
    assert corpus.load(study.releases / "2.0.0").manifest["bared"] == 1
    ok(study.root, "verify", "2.0.0", "--rebuild")


def test_a_date_that_is_edited_and_told_more_of_is_less(study: Workspace, tmp_path: Path) -> None:
    write_policy(study, "  DATE: {quasi: placeholder, why: for a test}\n")
    ok(study.root, "release", "1.1.0")
    edit(study, tmp_path, "4 May 1975", "14 May 1975")
    ok(study.root, "release", "1.2.0")
    edit(study, tmp_path, "4 May 1975", "15 May 1975")
    write_policy(study, "  DATE: {quasi: generalise, why: for a test}\n")
    assert "turn 1 text 35-46: 1 place stands that 1.2.0 hides" in refused(study, "1.3.0")


@pytest.mark.parametrize("operators", [("pseudonym", "mask"), ("mask", "placeholder", "pseudonym")])
def test_a_policy_that_hides_in_another_way_is_not(
    study: Workspace, operators: tuple[str, ...]
) -> None:
    for number, operator in enumerate(operators, start=1):
        treatment = f"{{direct: {operator}, quasi: {operator}, why: for a test}}"
        write_policy(study, f"  PERSON: {treatment}\n  DATE: {{why: for a test}}\n")
        ok(study.root, "release", f"1.{number}.0")
        assert corpus.load(study.releases / f"1.{number}.0").manifest["bared"] == 0


def test_a_policy_that_keeps_what_it_hid_is_less(study: Workspace) -> None:
    write_policy(study, "  DATE: {quasi: placeholder, why: for a test}\n")
    ok(study.root, "release", "1.1.0")
    write_policy(study, "  DATE: {quasi: keep, why: for a test}\n")
    assert "turn 1 text 35-45: 1 place stands that 1.1.0 hides" in refused(study, "1.2.0")


def test_the_chosen_parent_counts_and_so_does_the_last_release(study: Workspace) -> None:
    knows(study, but="Rosin")
    ok(study.root, "release", "2.0.0", "--allow-less")
    stderr = refused(study, "1.1.0", "--parent", "1.0.0")
    assert "1 place stands that 1.0.0 hides" in stderr
    knows(study, but="Ada Quill")
    assert "2 text" not in refused(study, "1.1.0", "--parent", "1.0.0")
    assert "1 place stands that 2.0.0 hides" in refused(study, "2.1.0")
    knows(study)
    ok(study.root, "release", "1.1.0", "--parent", "1.0.0")
    parent = corpus.load(study.releases / "1.1.0").manifest["parent"]
    assert parent == {"version": "1.0.0", "digest": corpus.load(study.releases / "1.0.0").digest}


def test_what_only_a_later_version_hides_counts_too(study: Workspace) -> None:
    knows(study, also=",PERSON,most days\n")
    ok(study.root, "release", "2.0.0")
    knows(study)
    assert "1 place stands" in refused(study, "1.1.0", "--parent", "1.0.0")


def test_one_that_the_parent_withheld_is_compared_with_the_last_that_carried_it(
    study: Workspace, tmp_path: Path
) -> None:
    ingest(study, tmp_path, work_0002=TALK.replace("Ada Quill", "Bo").replace("P7", "P8"))
    table = study.private / "participants.csv"
    head = "transcript_id,participant_id,consent,embargo_until,access\n"
    table.write_text(f"{head}work_0001,K1,no,,\nwork_0002,K2,yes,,\n")
    ok(study.root, "participants", "import", table)
    ok(study.root, "release", "2.0.0")
    table.write_text(f"{head}work_0001,K1,yes,,\nwork_0002,K2,yes,,\n")
    ok(study.root, "participants", "import", table)
    knows(study, but="Ada Quill")
    assert "work_0001: turn 1 text 0-9: 1 place stands" in refused(study, "2.1.0")
    ok(study.root, "release", "3.0.0", "--allow-less")
    stderr = refused(study, "2.1.0", "--parent", "2.0.0")
    assert "work_0001: turn 1 text 0-9: 1 place stands" in stderr


def test_to_begin_anew_beside_releases_is_to_show_more(study: Workspace) -> None:
    knows(study, but="Rosin")
    for args in (("1.1.0",), ("1.1.0", "--allow-less"), ("2.0.0",)):
        assert "there are releases" in refused(study, *args, "--parent", "none")
    assert proposed(study, "--parent", "none")["version"] == "2.0.0"
    ok(study.root, "release", "2.0.0", "--parent", "none", "--allow-less")
    manifest = corpus.load(study.releases / "2.0.0").manifest
    assert (manifest["parent"], manifest["bared"]) == (None, 1)


def test_a_number_is_never_given_to_another_person(study: Workspace, tmp_path: Path) -> None:
    assert "[PERSON_2] on most days" in text(study, "1.0.0")
    decide(study, {"Rosin": "keep"})
    ok(study.root, "release", "1.1.0")
    knows(study, also=",PERSON,Wobblekin\n")
    edit(study, tmp_path, "I would say", "says Wobblekin")
    ok(study.root, "detect")
    decide(study, {"Rosin": "keep"})
    ok(study.root, "release", "1.2.0")
    assert text(study, "1.2.0").endswith("Rosin on most days, says [PERSON_3].")
    decide(study, {"Rosin": "redact"})
    ok(study.root, "release", "1.3.0")
    assert text(study, "1.3.0").endswith("[PERSON_2] on most days, says [PERSON_3].")


def test_without_originals_whatever_stands_instead_is_refused(
    study: Workspace, tmp_path: Path
) -> None:
    ok(study.root, "backup", tmp_path / "b", "--with-key")
    ok(study.root, "release", "1.0.1")
    restored = tmp_path / "restored"
    ok(study.root, "restore", tmp_path / "b", restored)
    shutil.copytree(study.releases, restored / "releases")
    source = tmp_path / "edited.jsonl"
    source.write_text(json.dumps({"id": ID, "text": TALK.replace("With Rosin", "With nobody")}))
    ok(restored, "ingest", source)
    result = call(restored, "release", "1.1.0", "--parent", "1.0.1")
    assert result.exit_code == 2
    assert "turn 3 text 5-11: 1 place stands that 1.0.1 hides" in result.stderr


def test_questions_and_refusals_forget_nothing(study: Workspace, tmp_path: Path) -> None:
    ok(study.root, "release", "1.0.1")
    shutil.move(study.releases / "1.0.1", tmp_path / "moved")
    proposed(study, "--parent", "1.0.0")
    ok(study.root, "verify", "1.0.0", "--rebuild")
    shutil.move(study.releases / "1.0.0", tmp_path / "too")
    proposed(study, "--parent", "none")
    config = study.root / "corpus.toml"
    plain = config.read_text()
    config.write_text(plain.replace('description = ""', 'description = "By Ada Quill."'))
    assert "would show what the workspace hides" in refused(study, "1.0.0", "--parent", "none")
    config.write_text(plain)
    shutil.move(tmp_path / "moved", study.releases / "1.0.1")
    shutil.move(tmp_path / "too", study.releases / "1.0.0")
    knows(study, but="Rosin")
    assert "1 place stands that 1.0.1 hides" in refused(study, "1.1.0")


def test_a_pre_release_in_between_makes_no_step_smaller(study: Workspace, tmp_path: Path) -> None:
    ok(study.root, "release", "1.0.1-rc.1")
    ingest(study, tmp_path, work_0002="INT: Who?\n\nP8: Nobody that matters here, I think.\n")
    assert "1.0.1 is too small a step from 1.0.0: 1 transcript is new" in refused(study, "1.0.1")
    assert "too small a step" in refused(study, "1.0.1-rc.2")
    assert proposed(study)["version"] == "1.1.0"
    ok(study.root, "release", "1.1.0-rc.1")
    assert proposed(study)["version"] == "1.1.0"
    ok(study.root, "release", "1.1.0")
    before = corpus.load(study.releases / "1.1.0-rc.1")
    parent = corpus.load(study.releases / "1.1.0").manifest["parent"]
    assert parent == {"version": before.version, "digest": before.digest}


def test_a_release_shows_nothing_in_its_card_either(study: Workspace) -> None:
    config = study.root / "corpus.toml"
    config.write_text(config.read_text().replace('name = "corpus"', 'name = "Ada Quill talks"'))
    stderr = refused(study, "1.0.1")
    assert "would show what the workspace hides" in stderr
    assert "README.md, line" in stderr


def test_a_restricted_release_is_made_again_as_such(study: Workspace) -> None:
    ok(study.root, "release", "1.0.1", "--access", "restricted")
    ok(study.root, "verify", "1.0.1", "--rebuild")


@pytest.mark.parametrize("new", [TALK, TALK.replace("on most days", "quite often")])
def test_the_same_text_under_another_id_is_told(study: Workspace, tmp_path: Path, new: str) -> None:
    source = tmp_path / "again.jsonl"
    source.write_text(json.dumps({"id": "work_0009", "text": new}))
    result = call(study.root, "ingest", source, "--json")
    assert result.exit_code == 0
    assert "work_0009 has most of its words from work_0001" in result.stderr
    (facts,) = json.loads(result.stdout)["transcripts"]
    assert (facts["state"], facts["resembles"]) == ("new", "work_0001")
    assert "has most of its words" not in call(study.root, "ingest", source).stderr
