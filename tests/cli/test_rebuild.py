"""`corpus verify --rebuild`: the workspace gives the same bytes again, or what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.workspace import Workspace
from tests.conftest import without_model
from tests.studies import call, copied, fill, ok


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace with three transcripts and two releases, the second with a date."""
    folder = tmp_path_factory.mktemp("rebuild")
    workspace = without_model(folder / "study")
    fill(workspace, folder / "sources")
    ok(workspace.root, "release", "1.0.0")
    ok(workspace.root, "release", "1.0.1", "--date", "2024-05-06")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def test_a_release_comes_out_the_same(study: Workspace) -> None:
    before = sorted(p.relative_to(study.root) for p in study.root.rglob("*"))
    for version in ("1.0.0", "1.0.1"):
        ok(study.root, "verify", version, "--rebuild")
    assert sorted(p.relative_to(study.root) for p in study.root.rglob("*")) == before


def test_what_comes_out_otherwise_is_named(study: Workspace) -> None:
    (study.private / "roster.csv").write_text("transcript_id,label,text\n,PERSON,mail\n")
    config = study.root / "corpus.toml"
    config.write_text(config.read_text().replace('description = ""', 'description = "More."'))
    result = call(study.root, "verify", "1.0.0", "--rebuild")
    assert result.exit_code == 1
    assert "1.0.0/README.md: it comes out otherwise" in result.stderr
    assert "1.0.0/manifest.json: it comes out otherwise" in result.stderr
    assert "turns" not in result.stderr


def test_what_would_be_another_version_by_now_is_compared_all_the_same(
    study: Workspace, tmp_path: Path
) -> None:
    talk = "Assistant: How can I reach you?\n\nUser: By post to the mill.\n"
    (tmp_path / "1.md").write_text(f"**Transcript ID:** work_0001\n\n---\n\n{talk}")
    ok(study.root, "ingest", tmp_path / "1.md")
    result = call(study.root, "verify", "1.0.1", "--rebuild")
    assert result.exit_code == 1
    assert "too small a step" not in result.stderr
    for name in ("data/turns/part-00000.parquet", "manifest.json", "CHANGES.md"):
        assert f"1.0.1/{name}: it comes out otherwise" in result.stderr


def test_a_reissue_cannot_be_made_again(study: Workspace) -> None:
    ok(study.root, "withdraw", "work_0001", "--reason", "x", "--yes")
    result = call(study.root, "verify", "1.0.0", "--rebuild")
    assert result.exit_code == 1
    assert "cannot be made anew" in result.stderr


def test_a_workspace_is_needed(study: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from corpus.cli import main

    monkeypatch.chdir(study.root.parent)
    result = CliRunner().invoke(main, ["verify", str(study.releases / "1.0.0"), "--rebuild"])
    assert result.exit_code == 2
    assert "needs the workspace" in result.output
