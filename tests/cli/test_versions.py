"""One release after another: versions, parents, and never less than before."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.workspace import Workspace
from tests.conftest import without_model
from tests.studies import call, copied, ok

ADA = (
    "INT: Who are you, Zofia?\n\nP7: Ada Quill, ada.quill@kestrel.example.\n\n"
    "INT: And?\n\nP7: Rosin.\n"
)
BO = "INT: Who are you?\n\nP8: Write to bo@lantern.example, please.\n"
ROSTER = "transcript_id,label,text\n,PERSON,Ada Quill\n,PERSON,Rosin\n"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace that has released two transcripts as 1.0.0."""
    folder = tmp_path_factory.mktemp("versions")
    workspace = without_model(folder / "study")
    (workspace.private / "roster.csv").write_text(ROSTER)
    ingest(workspace, folder, work_0001=ADA, work_0002=BO)
    ok(workspace.root, "release", "1.0.0")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def ingest(workspace: Workspace, folder: Path, **texts: str) -> None:
    for id_, text in texts.items():
        source = folder / f"{id_}.jsonl"
        source.write_text(json.dumps({"id": id_, "text": text}) + "\n")
        ok(workspace.root, "ingest", source)


def proposed(workspace: Workspace, *options: str) -> Any:
    return json.loads(ok(workspace.root, "release", "--bump", "--json", *options))


def refused(workspace: Workspace, *args: str) -> str:
    before = sorted(p.name for p in workspace.releases.iterdir())
    result = call(workspace.root, "release", *args)
    assert result.exit_code == 2, result.output
    assert sorted(p.name for p in workspace.releases.iterdir()) == before
    return result.stderr


def text(workspace: Workspace, version: str, transcript_id: str = "work_0001") -> str:
    release = corpus.load(workspace.releases / version)
    return "\n".join(turn.text for turn in release[transcript_id].turns)


def test_the_first_release_is_1_0_0(workspace: Workspace, tmp_path: Path) -> None:
    ingest(workspace, tmp_path, work_0001=ADA)
    assert proposed(workspace)["version"] == "1.0.0"
    assert not workspace.releases.exists()


def test_a_release_names_its_parent_and_is_the_latest(study: Workspace) -> None:
    first = corpus.load(study.releases / "1.0.0")
    assert first.manifest["parent"] is None
    ok(study.root, "release", "1.0.1")
    second = corpus.load(study.releases / "1.0.1")
    assert second.manifest["parent"] == {"version": "1.0.0", "digest": first.digest}
    assert (study.releases / "LATEST").read_text() == "1.0.1\n"


def test_the_changes_call_for_a_version(study: Workspace, tmp_path: Path) -> None:
    assert proposed(study) == {
        "version": "1.0.1", "parent": "1.0.0", "step": "patch", "reasons": [],
    }  # fmt: skip
    ingest(study, tmp_path, work_0003=BO.replace("please", "now"))
    facts = proposed(study)
    assert (facts["version"], facts["reasons"]) == ("1.1.0", ["1 transcript is new"])
    assert "too small a step from 1.0.0: 1 transcript is new" in refused(study, "1.0.1")
    ok(study.root, "release", "1.1.0")
    ingest(study, tmp_path, work_0002=BO.replace("please", "soon"))
    assert proposed(study)["reasons"] == ["1 transcript reads otherwise"]
    (study.private / "participants.csv").write_text(
        "transcript_id,participant_id,consent,embargo_until,access\n"
        "work_0001,K1,yes,,\nwork_0002,K2,no,,\nwork_0003,K3,yes,,\n"
    )
    ok(study.root, "participants", "import", study.private / "participants.csv")
    facts = proposed(study)
    assert (facts["version"], facts["reasons"]) == ("2.0.0", ["1 transcript is gone"])
    assert "release it as 2.0.0" in refused(study, "1.2.0")


@pytest.mark.parametrize("version", ["0.9.0", "1.0.0-rc.1", "0.0.1"])
def test_a_version_has_to_be_later(study: Workspace, version: str) -> None:
    assert "is not later than 1.0.0" in refused(study, version)


def test_what_was_hidden_stays_hidden(study: Workspace) -> None:
    (study.private / "roster.csv").write_text(ROSTER.replace(",PERSON,Rosin\n", ""))
    stderr = refused(study, "1.1.0")
    assert "work_0001: turn 3 text 0-5: 1 place stands that 1.0.0 hides" in stderr
    assert "Rosin" not in stderr
    assert "1.1.0 is too small a step" in refused(study, "1.1.0", "--allow-less")
    ok(study.root, "release", "2.0.0", "--allow-less")
    assert text(study, "2.0.0").endswith("Rosin.")
    assert corpus.load(study.releases / "2.0.0").manifest["bared"] == 1
    ok(study.root, "release", "2.0.1")
    assert corpus.load(study.releases / "2.0.1").manifest["bared"] == 0


def test_what_a_reviewer_keeps_may_stand(study: Workspace) -> None:
    found = study.private / "findings.csv"
    ok(study.root, "findings", "export", found)
    with found.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with found.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**r, "verdict": "keep" if r["text"] == "Rosin" else ""} for r in rows)
    ok(study.root, "findings", "import", found)
    ok(study.root, "release", "1.1.0")
    assert text(study, "1.1.0").endswith("Rosin.")


def test_an_edited_source_hides_what_was_hidden_before(study: Workspace, tmp_path: Path) -> None:
    (study.private / "roster.csv").write_text(ROSTER.replace(",PERSON,Rosin\n", ""))
    ingest(study, tmp_path, work_0001=ADA.replace("P7: Rosin.", "P7: Well, mostly Rosin, yes."))
    assert "turn 3 text 13-18" in refused(study, "1.1.0")
    ingest(study, tmp_path, work_0001=ADA.replace("P7: Rosin.", "P7: Nothing."))
    ok(study.root, "release", "1.1.0")


def test_numbers_stay_whoever_is_found_before(study: Workspace) -> None:
    assert "[PERSON_1], " in text(study, "1.0.0")
    assert text(study, "1.0.0").endswith("[PERSON_2].")
    (study.private / "roster.csv").write_text(f"{ROSTER},PERSON,Zofia\n")
    ok(study.root, "release", "1.1.0")
    assert text(study, "1.1.0").startswith("Who are you, [PERSON_3]?")
    assert "[PERSON_1], " in text(study, "1.1.0")
    assert text(study, "1.1.0").endswith("[PERSON_2].")
    assert json.loads(ok(study.root, "redact", "--json"))["done"] == 0


def test_a_latest_release_that_is_gone_is_asked_for(study: Workspace) -> None:
    shutil.move(study.releases / "1.0.0", study.root / "elsewhere")
    assert "the latest release that this workspace made is not there" in refused(study, "1.1.0")
    ok(study.root, "release", "1.0.0", "--parent", "none")
    assert corpus.load(study.releases / "1.0.0").manifest["parent"] is None


def test_a_release_that_the_database_does_not_know_is_no_parent_by_itself(
    study: Workspace, tmp_path: Path
) -> None:
    ok(study.root, "backup", tmp_path / "b", "--with-key")
    ok(study.root, "release", "1.0.1")
    restored = tmp_path / "restored"
    ok(study.root, "restore", tmp_path / "b", restored)
    shutil.copytree(study.releases, restored / "releases")
    result = call(restored, "release", "1.0.2")
    assert result.exit_code == 2
    assert "does not know this release" in result.stderr
    ok(restored, "release", "1.0.2", "--parent", "1.0.1")


def test_a_parent_that_was_made_anew_elsewhere_is_refused(study: Workspace, tmp_path: Path) -> None:
    (study.private / "roster.csv").write_text(ROSTER + ",PERSON,Zofia\n")
    other = tmp_path / "other"
    shutil.copytree(study.root, other)
    shutil.move(other / "releases" / "1.0.0", tmp_path / "old")
    ok(other, "release", "1.0.0", "--parent", "none")
    shutil.rmtree(study.releases / "1.0.0")
    shutil.copytree(other / "releases" / "1.0.0", study.releases / "1.0.0")
    assert "its digest is another" in refused(study, "1.1.0")


def test_a_damaged_parent_is_refused(study: Workspace) -> None:
    part = next((study.releases / "1.0.0" / "data" / "turns").iterdir())
    part.chmod(0o644)
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    assert "its sha256 differs" in refused(study, "1.1.0")


def test_a_version_or_a_question_not_both(study: Workspace) -> None:
    for args in ((), ("1.1.0", "--bump")):
        assert "name a version, or ask for one with --bump" in refused(study, *args)
