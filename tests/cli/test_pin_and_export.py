"""A release is pinned and exported from the command line, with a workspace and without."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import corpus
from corpus.cli import main
from corpus.errors import ReleaseError
from corpus.registry import Registry
from corpus.release.withdrawals import Recalled, Withdrawals, render
from corpus.workspace import Workspace
from tests.conftest import without_model
from tests.studies import call, fill, ok, released


def run(*args: str | Path) -> Result:
    """Call a command where we are, without naming a workspace."""
    return CliRunner().invoke(main, [*map(str, args)])


@pytest.fixture
def digest(workspace: Workspace, tmp_path: Path) -> str:
    """Release three transcripts as 1.0.0."""
    fill(workspace, tmp_path / "sources")
    return released(workspace.root, "1.0.0")


def test_pin_prints_the_line_and_load_takes_it(workspace: Workspace, digest: str) -> None:
    line = ok(workspace.root, "pin", "1.0.0")
    assert line == f"corpus 1.0.0@{digest}\n"
    pinned = line.split()[1]
    assert corpus.load(workspace.releases, pinned).digest == digest
    assert corpus.load(workspace.releases, line.strip()).digest == digest
    assert ok(workspace.root, "pin", pinned) == line
    assert ok(workspace.root, "pin", workspace.releases / "1.0.0") == line
    assert json.loads(ok(workspace.root, "pin", "1.0.0", "--json")) == {
        "name": "corpus",
        "version": "1.0.0",
        "digest": digest,
        "pin": pinned,
    }


def test_pin_finds_a_version_within_a_workspace_and_beside_releases(
    workspace: Workspace, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = f"corpus 1.0.0@{digest}\n"
    monkeypatch.chdir(workspace.private)
    assert run("pin", "1.0.0").stdout == expected
    workspace.releases.rename(tmp_path / "releases")
    monkeypatch.chdir(tmp_path)
    assert run("pin", "1.0.0").stdout == expected
    monkeypatch.chdir(tmp_path / "releases")
    assert run("pin", "1.0.0").stdout == expected
    assert run("pin", tmp_path / "releases" / "1.0.0").stdout == expected


def test_pin_checks_what_it_prints(workspace: Workspace, digest: str) -> None:
    card = workspace.releases / "1.0.0" / "README.md"
    card.chmod(0o644)
    card.write_bytes(card.read_bytes().swapcase())
    result = call(workspace.root, "pin", "1.0.0")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "README.md: its sha256 differs" in result.stderr


def test_a_pin_that_does_not_hold_is_refused(workspace: Workspace, digest: str) -> None:
    for version, reason in (
        (f"1.0.0@sha256:{'0' * 64}", f"expected sha256:{'0' * 64}, found {digest}"),
        ("1.0.1", "there is no such release - choose among 1.0.0"),
        ("nowhere", "'nowhere' names no version - write 1.0.0 or"),
        ("1.1", "'1.1' names no version - write 1.0.0 or"),
        ("1.0.0@sha256:00", "with 12 or more digits of the digest"),
        (f"another 1.0.0@{digest}", "its name differs: expected another, found corpus"),
    ):
        result = call(workspace.root, "pin", version)
        assert (result.exit_code, result.stdout) == (2, "")
        assert reason in result.stderr
    entry = Recalled(version="1.0.0", reissue=1, by=None, why="recall", transcript_id="work_0001")
    path = workspace.releases / "withdrawals.json"
    path.write_bytes(render(Withdrawals(recalled={digest: entry})))
    for command in (("pin",), ("export", "--format", "jsonl", "--out", path.parent / "x")):
        result = call(workspace.root, *command, f"1.0.0@{digest}")
        assert result.exit_code == 2
        assert "a mention in it should have been hidden" in result.stderr
    assert not (path.parent / "x").exists()


def test_a_copy_of_what_the_workspace_recalled_is_refused(
    workspace: Workspace, digest: str, tmp_path: Path
) -> None:
    copy = shutil.copytree(workspace.releases / "1.0.0", tmp_path / "copies" / "1.0.0")
    entry = Recalled(version="1.0.0", reissue=1, by=None, why="recall", transcript_id="work_0001")
    path = workspace.releases / "withdrawals.json"
    path.write_bytes(render(Withdrawals(recalled={digest: entry})))
    out = tmp_path / "x.jsonl"
    for command in (
        ("pin", copy),
        ("diff", copy, copy),
        ("export", copy, "--format", "jsonl", "--out", out),
    ):
        result = call(workspace.root, *command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "no longer counts: a mention in it should have been hidden" in result.stderr
    assert corpus.load(copy).digest == digest
    shutil.copy(path, copy.parent)
    with pytest.raises(ReleaseError, match="no longer counts"):
        corpus.load(copy)


def test_before_the_first_release_it_is_said_how_to_make_one(workspace: Workspace) -> None:
    for command in (("pin", "latest"), ("verify", "--all")):
        result = call(workspace.root, *command)
        assert result.exit_code == 2
        assert "`corpus release 1.0.0`" in result.stderr


@pytest.mark.parametrize(
    ("form", "out"), [("markdown", "out"), ("jsonl", "out.jsonl"), ("csv", "out.csv")]
)
def test_an_export_ingested_is_the_same_release_again(
    form: str, out: str, workspace: Workspace, digest: str, tmp_path: Path
) -> None:
    path = tmp_path / out
    said = ok(workspace.root, "export", "1.0.0", "--format", form, "--out", path)
    assert said == f"3 transcripts in {path}\n"
    second = without_model(tmp_path / "second")
    ok(second.root, "ingest", path)
    release = corpus.load(workspace.releases, "1.0.0")
    with Registry.open(second.private / "workspace.db") as registry:
        found = [registry.transcript(entry.transcript_id) for entry in registry.entries()]
    assert [t.transcript_id for t in found] == [t.transcript_id for t in release]
    for transcript, expected in zip(found, release, strict=True):
        assert [(t.speaker, t.role, t.text) for t in transcript.turns] == [
            (t.speaker, t.role, t.text) for t in expected.turns
        ]


def test_export_overwrites_only_if_told(workspace: Workspace, digest: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("mine")
    args = ("export", "1.0.0", "--format", "csv", "--out", out)
    result = call(workspace.root, *args)
    assert (result.exit_code, result.stdout, out.read_text()) == (2, "", "mine")
    assert "it is there already" in result.stderr
    facts = json.loads(ok(workspace.root, *args, "--force", "--json"))
    assert facts == {"format": "csv", "path": str(out), "transcripts": 3, "ambiguous": []}
    assert out.read_text("utf-8-sig").count("\n") == 7


def test_export_names_markdown_that_may_be_read_otherwise(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "chat.json").write_text(
        json.dumps(
            {
                "id": "work_0001",
                "turns": [
                    {"speaker": "Interviewer", "text": "And then?"},
                    {"speaker": "Ana", "text": "I pasted this:\n\nInterviewer: no\n\nwell"},
                ],
            }
        )
    )
    ok(workspace.root, "ingest", tmp_path / "chat.json")
    released(workspace.root, "1.0.0")
    args = ("export", "1.0.0", "--out", tmp_path / "out")
    result = call(workspace.root, *args, "--format", "markdown")
    assert result.exit_code == 0
    assert re.search(r"read back as other turns in work_0001 - jsonl and csv", result.stderr)
    assert not call(workspace.root, *args[:-1], tmp_path / "x", "--format", "csv").stderr


def test_no_key_is_needed(workspace: Workspace, digest: str, tmp_path: Path) -> None:
    (workspace.private / "key").unlink()
    assert ok(workspace.root, "pin", "1.0.0").endswith(f"{digest}\n")
    ok(workspace.root, "export", "1.0.0", "--format", "jsonl", "--out", tmp_path / "x.jsonl")
