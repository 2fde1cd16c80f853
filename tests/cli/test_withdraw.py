"""A participant withdraws: out of every release, out of the database, out of the numbering."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import corpus
from corpus.errors import ReleaseError
from corpus.release.manifest import Manifest, read
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


def spoil(folder: Path) -> None:
    part = next((folder / "data" / "turns").iterdir())
    part.chmod(0o644)
    part.write_bytes(part.read_bytes()[:-1] + b"x")


def test_a_damaged_release_stops_nothing_but_itself(study: Workspace) -> None:
    old = digests(study)
    spoil(study.releases / "1.0.0")
    result = call(study.root, *WITHDRAW)
    assert result.exit_code == 2
    assert "1.0.0 could not be written again" in result.stderr
    assert corpus.load(study.releases / "1.0.1").manifest["withdrawals"] == ["work_0001"]
    with pytest.raises(ReleaseError, match="no longer counts"):
        corpus.load(study.releases / "1.0.0", verify=False)
    assert old["1.0.0"] in (study.private / "withdrawn-work_0001.md").read_text()
    assert "was not finished" in call(study.root, "release", "1.1.0").stderr
    shutil.rmtree(study.releases / "1.0.0")
    ok(study.root, *WITHDRAW)
    assert CANARY.encode() not in everything(study)
    ok(study.root, "release", "1.1.0")


@pytest.mark.parametrize("harm", ["forged", "missing"])
def test_a_release_without_a_sound_manifest_stops_nothing_but_itself(
    study: Workspace, tmp_path: Path, harm: str
) -> None:
    """Its digest no longer counts either, so that no copy of it brings the transcript back."""
    old = digests(study)
    kept = Path(shutil.copytree(study.releases / "1.0.0", tmp_path / "1.0.0"))
    manifest = study.releases / "1.0.0" / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text("{}")
    if harm == "missing":
        manifest.unlink()
    assert call(study.root, *WITHDRAW).exit_code == 2
    shutil.rmtree(study.releases / "1.0.0")
    kept.rename(study.releases / "1.0.0")
    with pytest.raises(ReleaseError, match="no longer counts"):
        corpus.load(study.releases / "1.0.0", verify=False)
    ok(study.root, *WITHDRAW)
    assert old["1.0.0"] in (study.private / "withdrawn-work_0001.md").read_text()
    assert corpus.load(study.releases / "1.0.0").manifest["withdrawals"] == ["work_0001"]


@pytest.mark.parametrize("harm", ["files", "manifest"])
def test_a_damaged_release_without_the_transcript_is_passed_over(
    study: Workspace, harm: str
) -> None:
    spoil(study.releases / "0.9.0")
    if harm == "manifest":
        (study.releases / "0.9.0" / "manifest.json").unlink()
    ok(study.root, *WITHDRAW)
    with study.registry() as registry:
        assert registry.tombstones()["work_0001"].is_done


def test_a_link_is_refused_before_anything_changes(study: Workspace, tmp_path: Path) -> None:
    (study.releases / "1.0.0").rename(tmp_path / "elsewhere")
    (study.releases / "1.0.0").symlink_to(tmp_path / "elsewhere")
    before = digests(study)
    result = call(study.root, *WITHDRAW)
    assert result.exit_code == 2
    assert "releases/1.0.0: it is a symbolic link" in result.stderr
    assert digests(study) == before
    assert not (study.releases / "withdrawals.json").exists()
    with study.registry() as registry:
        assert not registry.tombstones()


def test_other_copies_are_named(study: Workspace) -> None:
    copies = ("releases/backup-1.0.0", "releases/1.0.0.bak", "held/1.0.0")
    for copy in copies:
        shutil.copytree(study.releases / "1.0.0", study.root / copy)
    (study.releases / "1.0.0.bak" / "manifest.json").unlink()
    for name in ("manifest.json", "data/transcripts/part-00000.parquet"):
        (study.root / "held" / "1.0.0" / name).unlink()
    ok(study.root, "export", "1.0.1", "--format", "jsonl", "--out", study.root / "out.jsonl")
    shutil.copytree(study.releases / "0.9.0", study.releases / "backup-0.9.0")
    remains = json.loads(ok(study.root, *WITHDRAW, "--json"))["remains"]
    named = {clause.removesuffix(": it may hold the transcript") for clause in remains}
    wanted = ("releases/backup-1.0.0", "releases/1.0.0.bak", "held", "out.jsonl")
    assert {str(study.root / name) for name in wanted} <= named
    assert not any("0.9.0" in clause or "corpus.toml" in clause for clause in remains)


def test_what_was_never_released_is_told_nobody(study: Workspace, tmp_path: Path) -> None:
    take(study, tmp_path, work_0005="INT: Who?\n\nP5: Nobody that is heard of again.\n")
    said = ok(study.root, "withdraw", "work_0005", "--reason", "by letter", "--yes")
    assert "notice" not in said
    assert not (study.releases / "withdrawals.json").exists()
    assert not list(study.private.glob("withdrawn-*"))


def test_each_notice_has_its_own_versions(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, work_0001=GONE)
    ok(workspace.root, "release", "1.0.0")
    take(workspace, tmp_path, work_0002=STAYS, work_0003=STAYS.replace("most", "some other"))
    ok(workspace.root, "release", "1.1.0")
    old = digests(workspace)
    ok(workspace.root, *WITHDRAW)
    between = digests(workspace)
    said = ok(workspace.root, "withdraw", "work_0003", "--reason", "by letter", "--yes")
    assert "1.0.0" not in said
    notices = [(workspace.private / f"withdrawn-work_000{n}.md").read_text() for n in (1, 3)]
    now = digests(workspace)
    assert f"| 1.0.0 | `{old['1.0.0']}` | nothing |" in notices[0]
    assert f"| 1.1.0 | `{between['1.1.0']}` | `{now['1.1.0']}` |" in notices[1]
    assert old["1.0.0"] not in notices[1]
    manifest = corpus.load(workspace.releases / "1.1.0").manifest
    assert manifest["withdrawals"] == ["work_0001", "work_0003"]
    assert manifest["reissue"] == 2
    book = json.loads((workspace.releases / "withdrawals.json").read_text())
    assert book["withdrawn"] == ["work_0001", "work_0003"]
    assert book["recalled"][old["1.1.0"]]["by"] == now["1.1.0"]


def test_a_version_that_is_gone_is_forgotten(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, tmp_path, work_0001=GONE)
    ok(workspace.root, "release", "1.0.0")
    take(workspace, tmp_path, work_0002=STAYS)
    ok(workspace.root, *WITHDRAW)
    ok(workspace.root, "release", "1.1.0")


def test_what_else_was_withheld_still_counts(workspace: Workspace, tmp_path: Path) -> None:
    spanish = (
        "INT: Hi?\n\nP3: Trabajo desde hace muchos años en una fábrica de zapatos cerca del mar.\n"
    )
    take(workspace, tmp_path, work_0001=GONE, work_0002=STAYS, work_0003=spanish * 3)
    ok(workspace.root, "release", "1.0.0")
    before = corpus.load(workspace.releases / "1.0.0").manifest["ingested"]
    assert before["withheld_by_reason"] == {"language-not-covered": 1}
    ok(workspace.root, *WITHDRAW)
    after = corpus.load(workspace.releases / "1.0.0").manifest["ingested"]
    assert after == {
        **before,
        "withheld": 2,
        "withheld_by_reason": {"language-not-covered": 1, "withdrawn": 1},
    }


def test_each_manifest_is_parsed_once(study: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []

    def counted(path: Path) -> Manifest:
        if not path.name.startswith("."):  # what is being written is read once more
            seen.append(path)
        return read(path)

    monkeypatch.setattr("corpus.release.manifest.read", counted)
    ok(study.root, *WITHDRAW)
    assert len(seen) == len(set(seen)) == 3
