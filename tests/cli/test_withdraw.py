"""A participant withdraws: out of every release, out of the database, out of the numbering."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import corpus
from corpus.errors import ReleaseError
from corpus.workspace import Workspace
from tests.cli.test_canary import stored
from tests.conftest import without_model
from tests.studies import call, copied, ok

CANARY = "zqrosinqz"
GONE = f"INT: What do you do?\n\nP1: I sell {CANARY} by the pound to ada.quill@kestrel.example.\n"
STAYS = "INT: What do you do?\n\nP2: I write to bo.fell@lantern.example on most days.\n"
WITHDRAW = ("withdraw", "work_0001", "--reason", "by letter", "--yes")


def take(workspace: Workspace, folder: Path, **texts: str) -> None:
    for id_, text in texts.items():
        source = folder / f"{id_}.jsonl"
        source.write_text(json.dumps({"id": id_, "text": text}) + "\n")
        ok(workspace.root, "ingest", source)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace with three releases; work_0001 is in the last two."""
    folder = tmp_path_factory.mktemp("withdraw")
    workspace = without_model(folder / "study")
    take(workspace, folder, work_0002=STAYS)
    ok(workspace.root, "release", "0.9.0")
    take(workspace, folder, work_0001=GONE)
    ok(workspace.root, "release", "1.0.0")
    ok(workspace.root, "release", "1.0.1")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def digests(workspace: Workspace) -> dict[str, str]:
    return {
        p.name: json.loads((p / "manifest.json").read_text())["digest"]
        for p in sorted(workspace.releases.iterdir())
        if (p / "manifest.json").exists()
    }


def everything(workspace: Workspace) -> bytes:
    return b"".join(stored(workspace.root))


def check_withdrawn(workspace: Workspace, old: dict[str, str]) -> None:
    """Hold a workspace to what a withdrawal promises."""
    assert CANARY.encode() not in everything(workspace)
    new = digests(workspace)
    assert new["0.9.0"] == old["0.9.0"]
    for version in ("1.0.0", "1.0.1"):
        assert new[version] != old[version]
        release = corpus.load(workspace.releases / version)
        release.verify()
        assert list(release.manifest["transcripts"]) == ["work_0002"]
        assert release.manifest["withdrawals"] == ["work_0001"]
        assert release.manifest["reissue"] == 1
        assert release.manifest["ingested"]["withheld_by_reason"] == {"withdrawn": 1}
        with pytest.raises(ReleaseError, match="a participant has withdrawn since") as caught:
            corpus.load(workspace.releases, version=f"{version}@{old[version]}")
        assert new[version] in str(caught.value)
    parent = corpus.load(workspace.releases / "1.0.1").manifest["parent"]
    assert parent == {"version": "1.0.0", "digest": new["1.0.0"]}
    left = [p.name for p in workspace.releases.iterdir() if p.name.startswith(".")]
    assert left == []


def test_it_is_nowhere_afterwards(study: Workspace) -> None:
    old = digests(study)
    assert CANARY.encode() in everything(study)
    said = ok(study.root, *WITHDRAW)
    check_withdrawn(study, old)
    assert "reissued: 1.0.0" in said
    assert "every backup of this workspace" in said
    notice = (study.private / "withdrawn-work_0001.md").read_text()
    assert all(digest in notice for digest in (old["1.0.0"], digests(study)["1.0.1"]))
    assert "by letter" not in notice + said
    assert "work_0001" not in ok(study.root, "list")


def test_a_dry_run_changes_nothing(study: Workspace) -> None:
    before = everything(study)
    facts = json.loads(ok(study.root, *WITHDRAW[:-1], "--dry-run", "--json"))
    assert [v["version"] for v in facts["versions"]] == ["1.0.0", "1.0.1"]
    assert everything(study) == before


def test_nothing_happens_without_a_yes(study: Workspace) -> None:
    before = everything(study)
    assert call(study.root, *WITHDRAW[:-1]).exit_code != 0
    assert everything(study) == before


def test_neither_id_nor_text_comes_back(study: Workspace, tmp_path: Path) -> None:
    ok(study.root, *WITHDRAW)
    for id_, problem in (("work_0001", "never given again"), ("", "was withdrawn as work_0001")):
        source = tmp_path / "again.jsonl"
        source.write_text(json.dumps({"id": id_, "text": GONE}) + "\n")
        result = call(study.root, "ingest", source)
        assert result.exit_code == 2
        assert problem in result.stderr
    (tmp_path / "new.txt").write_text(STAYS.replace("most", "some other"))
    assert "new: work_0003" in ok(study.root, "ingest", tmp_path / "new.txt", "--cohort", "work")
    assert call(study.root, *WITHDRAW).exit_code == 2


def test_the_next_release_misses_nobody(study: Workspace) -> None:
    ok(study.root, *WITHDRAW)
    ok(study.root, "release", "1.0.2")
    assert corpus.load(study.releases / "1.0.2").manifest["withdrawals"] == []


def test_a_version_that_held_nothing_else_goes(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, work_0001=GONE)
    ok(workspace.root, "release", "1.0.0")
    old = digests(workspace)["1.0.0"]
    ok(workspace.root, *WITHDRAW)
    assert sorted(p.name for p in workspace.releases.iterdir()) == ["withdrawals.json"]
    assert json.loads((workspace.releases / "withdrawals.json").read_text())["recalled"] == {
        old: {
            "by": None,
            "reissue": 1,
            "version": "1.0.0",
            "why": "withdrawal",
            "transcript_id": "work_0001",
        }
    }


def test_without_any_release_it_is_erased_too(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, work_0001=GONE, work_0002=STAYS)
    ok(workspace.root, *WITHDRAW)
    assert CANARY.encode() not in everything(workspace)
    ok(workspace.root, "release", "1.0.0")


def test_an_unknown_id_is_named(study: Workspace) -> None:
    result = call(study.root, "withdraw", "work_0099", "--reason", "x", "--yes")
    assert result.exit_code == 2
    assert "no transcript work_0099" in result.stderr


def test_a_damaged_release_stops_it_before_anything_changes(study: Workspace) -> None:
    part = next((study.releases / "1.0.1" / "data" / "turns").iterdir())
    part.chmod(0o644)
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    before = digests(study)
    assert call(study.root, *WITHDRAW).exit_code == 2
    assert digests(study) == before
    assert "work_0001" in ok(study.root, "list")
