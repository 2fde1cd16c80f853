"""What was withdrawn or recalled stays so where the database is from before it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import corpus
from corpus.errors import ReleaseError
from corpus.workspace import Workspace
from tests.cli.test_unfinished import FIRST, OTHER, RECALL, SECOND, TEXTS
from tests.cli.test_withdraw import digests, take
from tests.conftest import without_model
from tests.studies import call, copied, ok

AGAIN = ("release", "3.0.0", "--parent", "2.0.0")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace with a backup and a release from before, beside it."""
    folder = tmp_path_factory.mktemp("before")
    workspace = without_model(folder / "study")
    take(workspace, folder, **TEXTS)
    ok(workspace.root, "release", "1.0.0")
    ok(workspace.root, "backup", workspace.root / "study.backup", "--with-key")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def restore(study: Workspace) -> str:
    return ok(study.root, "restore", study.root / "study.backup", "--replace")


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (FIRST, SECOND, ("work_0001 was withdrawn", "work_0002 was withdrawn")),
        (RECALL, OTHER, ("1 mention in work_0001 had", "1 mention in work_0002 had")),
        (FIRST, OTHER, ("work_0001 was withdrawn", "1 mention in work_0002 had")),
    ],
    ids=["withdrawals", "recalls", "one of each"],
)
def test_nothing_is_released_before_it_is_done_again(
    study: Workspace, first: tuple[str, ...], second: tuple[str, ...], told: tuple[str, str]
) -> None:
    ok(study.root, *first)
    ok(study.root, *second)
    ok(study.root, "release", "2.0.0")
    now = digests(study)
    said = restore(study)
    for one in told:
        assert f"since this backup, {one}" in said
    for args in (AGAIN, ("release", "3.0.0")):
        result = call(study.root, *args)
        assert result.exit_code == 2
        assert told[0] in result.stderr
        assert f"run `corpus {first[0]} {first[1]} {first[2]} …` again" in result.stderr
    ok(study.root, *second)  # in whatever order
    assert told[0] in call(study.root, *AGAIN).stderr
    ok(study.root, *first)
    assert digests(study) == now
    ok(study.root, *AGAIN)
    release = corpus.load(study.releases, "3.0.0")
    shown = "".join(turn.text for transcript in release for turn in transcript.turns)
    assert "Zqplaceada" not in shown
    assert "Zqplacebo" not in shown
    ok(study.root, "verify", "3.0.0")


def test_a_backup_from_after_it_is_no_worse(study: Workspace) -> None:
    ok(study.root, *FIRST)
    ok(study.root, "backup", study.root / "study.backup", "--with-key", "--force")
    assert "since this backup" not in restore(study)
    ok(study.root, "release", "1.1.0")


def test_a_list_that_does_not_hold_is_told_and_nothing_is_released(study: Workspace) -> None:
    (study.releases / "withdrawals.json").write_text("{}")
    result = call(study.root, "restore", study.root / "study.backup", "--replace")
    assert result.exit_code == 0
    assert "restored, but what was taken back since is not known" in result.stderr
    assert "withdrawals.json" in call(study.root, "release", "2.0.0").stderr
    assert not (study.releases / "2.0.0").exists()


def test_verify_says_what_is_to_be_done(study: Workspace) -> None:
    ok(study.root, *FIRST)
    restore(study)
    result = call(study.root, "verify", "1.0.0")
    assert result.exit_code == 1
    assert "did not come to its end" in result.stderr
    assert "run `corpus withdraw work_0001 --reason …` again" in result.stderr
    assert "another" not in result.stderr


def test_a_release_that_carries_what_was_withdrawn_does_not_load(
    study: Workspace, tmp_path: Path
) -> None:
    """Even where nobody listed its digest, as of one that another machine made."""
    elsewhere = copied(study, tmp_path / "elsewhere")
    ok(elsewhere.root, "release", "1.0.1")
    ok(study.root, *FIRST)
    folder = Path(shutil.copytree(elsewhere.releases / "1.0.1", study.releases / "1.0.1"))
    with pytest.raises(ReleaseError, match="it carries work_0001, whose participant has withdrawn"):
        corpus.load(folder, verify=False)
    assert "it carries work_0001" in call(study.root, "verify", "1.0.1").stderr


@pytest.mark.parametrize("pin", [False, True], ids=["", "pinned"])
def test_a_copy_elsewhere_is_told_by_the_workspaces_list(
    study: Workspace, tmp_path: Path, pin: bool
) -> None:
    old = digests(study)["1.0.0"]
    kept = Path(shutil.copytree(study.releases / "1.0.0", tmp_path / "kept" / "1.0.0"))
    ok(study.root, *FIRST)
    extra = ("--pin", f"1.0.0@{old}") if pin else ()
    result = call(study.root, "verify", kept, *extra)
    assert result.exit_code == 1
    assert "no longer counts: a participant has withdrawn since" in result.stderr


def test_a_version_whose_folder_is_gone_is_recalled_too(study: Workspace, tmp_path: Path) -> None:
    ok(study.root, "release", "1.0.1")
    old = digests(study)["1.0.0"]
    kept = tmp_path / "kept"
    (study.releases / "1.0.0").rename(kept)
    facts = json.loads(ok(study.root, *RECALL, "--dry-run", "--json"))
    assert {v["version"]: v["fate"] for v in facts["versions"]} == {
        "1.0.0": "absent",
        "1.0.1": "rewritten",
    }
    ok(study.root, *RECALL)
    assert f"| 1.0.0 | `{old}` | nothing |" in (study.private / "recalled-work_0001.md").read_text()
    kept.rename(study.releases / "1.0.0")
    with pytest.raises(ReleaseError, match="should have been hidden"):
        corpus.load(study.releases / "1.0.0", verify=False)


def test_a_version_whose_folder_is_gone_and_that_hides_it_counts(
    study: Workspace, tmp_path: Path
) -> None:
    ok(study.root, "release", "1.0.1")
    kept = tmp_path / "kept"
    (study.releases / "1.0.0").rename(kept)
    ok(study.root, *RECALL[:3], "ada@home.example", "--yes")
    kept.rename(study.releases / "1.0.0")
    ok(study.root, "verify", "--all")


def test_what_was_recalled_is_swept_for_whatever_a_verdict_keeps(study: Workspace) -> None:
    """A folder that comes back, of which nobody knows any more what it was."""
    with study.registry() as registry, registry.transaction():
        registry.begin_recall("work_0001", "zqplaceada", "PERSON")
        registry.finish_recall("work_0001", "zqplaceada")
    result = call(study.root, "verify", "1.0.0")
    assert result.exit_code == 1
    assert "it shows what the workspace hides as PERSON" in result.stderr
    assert "zqplace" not in result.stderr.lower()
