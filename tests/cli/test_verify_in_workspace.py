"""`corpus verify` of a workspace's own releases: what it made, what it took back, what it hides."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.errors import ReleaseError
from corpus.pipeline.rebuilding import rebuild
from corpus.release.read import Release
from corpus.workspace import Workspace
from tests.conftest import without_model
from tests.damage import forge
from tests.studies import call, copied, fill, ok, released


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("verify")
    workspace = without_model(folder / "study")
    fill(workspace, folder / "sources")
    for version in ("1.0.0", "1.0.1-rc.1", "1.0.1"):
        released(workspace.root, version)
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def failed(study: Workspace, *args: str | Path, code: int = 1) -> str:
    result = call(study.root, "verify", *args)
    assert result.exit_code == code, result.output
    return result.stderr


def test_a_forged_release_with_all_sums_right_is_named(study: Workspace) -> None:
    ok(study.root, "verify", "--all")
    before = corpus.load(study.releases / "1.0.0").digest
    forge(study.releases / "1.0.0", licence="CC0-1.0")
    corpus.load(study.releases / "1.0.0").verify()
    stderr = failed(study, "--all")
    assert f"the workspace made another 1.0.0: its digest differs: expected {before}" in stderr
    assert "put the folder back" in failed(study, "1.0.0")


def test_a_version_in_the_place_of_another_is_named(study: Workspace) -> None:
    shutil.rmtree(study.releases / "1.0.1")
    shutil.copytree(study.releases / "1.0.0", study.releases / "1.0.1")
    assert "the workspace made another 1.0.1" in failed(study, "1.0.1")


def test_versions_are_listed_and_chosen_in_their_own_order(study: Workspace) -> None:
    facts = json.loads(ok(study.root, "verify", "--all", "--json"))
    order = ["1.0.0", "1.0.1-rc.1", "1.0.1"]
    assert [r["version"] for r in facts["releases"]] == order
    assert f"choose among {', '.join(order)}" in failed(study, "3.0.0", code=2)
    with pytest.raises(ReleaseError, match=f"choose among {', '.join(order)}"):
        corpus.load(study.releases, "3.0.0")


def test_a_recalled_digest_is_told_as_such(study: Workspace, tmp_path: Path) -> None:
    old = shutil.copytree(study.releases / "1.0.0", tmp_path / "copy")
    pin = f"1.0.0@{corpus.load(old).digest}"
    ok(study.root, "withdraw", "work_0001", "--reason", "x", "--yes")
    told = "no longer counts: a participant has withdrawn since"
    assert told in failed(study, "1.0.0", "--pin", pin)
    assert told in failed(study, "1.0.0", "--pin", pin[:25])
    ok(study.root, "verify", "1.0.0")
    (study.releases / "old").symlink_to(old)
    assert told in failed(study, study.releases / "old")
    with pytest.raises(ReleaseError, match=told):
        corpus.load(study.releases / "old")


def test_one_that_cannot_be_searched_does_not_end_the_others(
    study: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Release.__iter__

    def refuse(release: Release) -> Any:
        if release.path.name == "1.0.0":
            raise OSError(5, "Input/output error", str(release.path / "data"))
        return whole(release)

    monkeypatch.setattr(Release, "__iter__", refuse)
    result = call(study.root, "verify", "--all")
    assert result.exit_code == 3
    assert "1.0.0/data: it cannot be read (Input/output error)" in result.stderr
    assert "2 of 3 releases verified" in result.stdout


def test_one_that_cannot_be_searched_when_it_is_made_could_be_written(
    study: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Release) -> Any:
        raise OSError(5, "Input/output error", "data")

    monkeypatch.setattr("corpus.leaks._columns", refuse)
    result = call(study.root, "release", "1.0.2")
    assert result.exit_code == 3
    assert "it cannot be read (Input/output error)" in result.stderr
    assert "written" not in result.stderr
    assert not (study.releases / "1.0.2").exists()
    monkeypatch.undo()
    released(study.root, "1.0.2")


def test_a_release_of_format_2_is_made_again_and_told_to_differ(study: Workspace) -> None:
    """Its manifest does not say how much it bares."""
    golden = Path(__file__).parents[2] / "fixtures" / "releases" / "2" / "1.0.0"
    assert "manifest.json" in rebuild(study, corpus.load(golden))
