"""`withdraw` and `recall` show beforehand all that they would change, and what is in the way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from corpus.workspace import Workspace
from tests.cli.test_withdraw import GONE, STAYS, digests, spoil, take
from tests.conftest import without_model
from tests.studies import call, copied, ok

WITHDRAW = ("withdraw", "work_0001", "--reason", "by letter")
RECALL = ("recall", "work_0001", "--text", "pound")
COMMANDS = pytest.mark.parametrize("command", [WITHDRAW, RECALL], ids=["withdraw", "recall"])


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace with three releases; the first holds nothing but work_0001."""
    folder = tmp_path_factory.mktemp("dry")
    workspace = without_model(folder / "study")
    take(workspace, folder, work_0001=GONE)
    ok(workspace.root, "release", "1.0.0")
    take(workspace, folder, work_0002=STAYS)
    ok(workspace.root, "release", "1.1.0")
    ok(workspace.root, "release", "1.1.1")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def planned(workspace: Workspace, command: tuple[str, ...]) -> Any:
    return json.loads(ok(workspace.root, *command, "--dry-run", "--json"))


def fates(facts: Any) -> dict[str, str]:
    return {v["version"]: v["fate"] for v in facts["versions"]}


def append_to_the_card(workspace: Workspace, version: str) -> None:
    card = workspace.releases / version / "README.md"
    card.chmod(0o644)
    card.write_bytes(card.read_bytes() + b"x")


def beside(workspace: Workspace) -> dict[str, bytes]:
    """Return the files beside the versions, and the notices."""
    found = [*workspace.releases.iterdir(), *workspace.private.glob("*.md")]
    return {str(path): path.read_bytes() for path in found if path.is_file()}


@COMMANDS
def test_what_it_shows_is_what_changes(study: Workspace, command: tuple[str, ...]) -> None:
    before, old = beside(study), digests(study)
    facts = planned(study, command)
    assert beside(study) == before
    ok(study.root, *command, "--yes")
    after, new = beside(study), digests(study)
    changed = {path for path in before.keys() | after if before.get(path) != after.get(path)}
    assert set(facts["files"]) == changed
    assert facts["notice"] in changed
    assert {v["version"]: v["old"] for v in facts["versions"]} == {
        version: digest for version, digest in old.items() if new.get(version) != digest
    }
    assert {v for v, fate in fates(facts).items() if fate == "removed"} == old.keys() - new.keys()


@COMMANDS
def test_what_is_damaged_is_shown_to_keep_it_unfinished(
    study: Workspace, command: tuple[str, ...]
) -> None:
    append_to_the_card(study, "1.1.0")
    spoil(study.releases / "1.1.1")
    facts = planned(study, command)
    first = "removed" if command is WITHDRAW else "rewritten"
    assert fates(facts) == {"1.0.0": first, "1.1.0": "damaged", "1.1.1": "damaged"}
    assert [v["old"] for v in facts["versions"]] == list(digests(study).values())
    said = ok(study.root, *command, "--dry-run")
    assert "unfinished, since it is damaged: 1.1.0, no longer sha256:" in said
    assert "1.1.0/README.md: " in said
    asked = call(study.root, *command).stderr
    assert "unfinished, since it is damaged: 1.1.0" in asked
    assert "withdrawals.json" in asked
    assert call(study.root, *command, "--yes").exit_code == 2


@COMMANDS
def test_one_without_a_manifest_is_shown_too(study: Workspace, command: tuple[str, ...]) -> None:
    (study.releases / "1.1.0" / "manifest.json").unlink()
    assert fates(planned(study, command))["1.1.0"] == "damaged"


def test_what_is_gone_and_what_would_go_is_told_apart(study: Workspace) -> None:
    shutil.rmtree(study.releases / "1.1.1")
    facts = planned(study, WITHDRAW)
    assert fates(facts) == {"1.0.0": "removed", "1.1.0": "rewritten", "1.1.1": "absent"}
    assert facts["files"][str(study.releases / "LATEST")] == "written"
    said = ok(study.root, *WITHDRAW, "--yes")
    assert "reissued: 1.1.0, no longer" in said
    assert "gone: 1.0.0, no longer" in said
    assert "gone: 1.1.1, no longer" in said


def test_that_no_version_is_left_is_shown(study: Workspace) -> None:
    for version in ("1.1.0", "1.1.1"):
        shutil.rmtree(study.releases / version)
    latest = study.releases / "LATEST"
    assert planned(study, WITHDRAW)["files"][str(latest)] == "removed"
    said = ok(study.root, *WITHDRAW, "--dry-run")
    assert "would be removed, since it holds nothing else: 1.0.0" in said
    assert f"would be removed: {latest}" in said
    ok(study.root, *WITHDRAW, "--yes")
    assert not latest.exists()
