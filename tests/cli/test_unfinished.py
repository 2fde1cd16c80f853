"""A withdrawal or a recall that was stopped: nothing else begins, and its own command ends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import corpus
from corpus.errors import MachineError, ReleaseError
from corpus.model import Redacted
from corpus.release import write as writing
from corpus.release.manifest import Manifest
from corpus.release.read import Release
from corpus.workspace import Workspace
from tests.cli.test_canary import stored
from tests.cli.test_withdraw import digests, take
from tests.conftest import without_model
from tests.studies import call, copied, ok

TEXTS = {
    f"work_000{n}": f"INT: Where?\n\nP{n}: At Zqplace{word}, with {word}@home.example.\n"
    for n, word in enumerate(("ada", "bo", "cy"), start=1)
}
FIRST = ("withdraw", "work_0001", "--reason", "by letter", "--yes")
SECOND = ("withdraw", "work_0002", "--reason", "by mail", "--yes")
RECALL = ("recall", "work_0001", "--text", "zqplaceada", "--yes")
OTHER = ("recall", "work_0002", "--text", "zqplacebo", "--yes")
ANOTHER = ("recall", "work_0001", "--text", "at", "--yes")
RELEASE = ("release", "2.0.0")
Change = Callable[[Redacted], Redacted | None]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace with two releases of three transcripts."""
    folder = tmp_path_factory.mktemp("unfinished")
    workspace = without_model(folder / "study")
    take(workspace, folder, **TEXTS)
    ok(workspace.root, "release", "1.0.0")
    ok(workspace.root, "release", "1.0.1")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def stop(workspace: Workspace, *args: str, at: str) -> None:
    """Call what fails as it comes to a version."""

    def failing(release: Release, change: Change, parent: Release | None) -> Manifest:
        if release.version == at:
            raise MachineError("the plug was pulled")
        return reissue(release, change, parent)

    reissue = writing.reissue
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "reissue", failing)
        assert call(workspace.root, *args).exit_code == 3


@pytest.mark.parametrize("at", ["1.0.0", "1.0.1"])
@pytest.mark.parametrize("begun", [FIRST, RECALL])
def test_from_the_first_change_on_no_old_one_loads(
    study: Workspace, begun: tuple[str, ...], at: str
) -> None:
    old = digests(study)
    stop(study, *begun, at=at)
    for version, digest in digests(study).items():
        if digest == old[version]:
            with pytest.raises(ReleaseError, match="no longer counts"):
                corpus.load(study.releases / version, verify=False)
        else:
            corpus.load(study.releases / version)
    assert (digests(study)["1.0.0"] == old["1.0.0"]) == (at == "1.0.0")


@pytest.mark.parametrize("then", [SECOND, RECALL, OTHER, RELEASE])
def test_a_withdrawal_comes_first(study: Workspace, then: tuple[str, ...]) -> None:
    stop(study, *FIRST, at="1.0.1")
    before = digests(study)
    result = call(study.root, *then)
    assert result.exit_code == 2
    assert "run `corpus withdraw work_0001" in result.stderr
    assert digests(study) == before
    ok(study.root, *FIRST)
    if then != RECALL:
        ok(study.root, *then)


@pytest.mark.parametrize("then", [FIRST, SECOND, OTHER, ANOTHER, RELEASE])
def test_a_recall_comes_first(study: Workspace, then: tuple[str, ...]) -> None:
    old = digests(study)
    stop(study, *RECALL, at="1.0.1")
    result = call(study.root, *then)
    assert result.exit_code == 2
    assert "run `corpus recall work_0001`" in result.stderr
    printed = ok(study.root, "recall", "work_0001", "--yes")
    assert "zqplace" not in (result.stderr + printed).lower()
    notice = (study.private / "recalled-work_0001.md").read_text()
    for version, digest in digests(study).items():
        assert f"| {version} | `{old[version]}` | `{digest}` |" in notice
        assert f"reissued: {version}, no longer {old[version]}" in printed
        assert "Zqplace" not in corpus.load(study.releases / version)["work_0001"].turns[1].text
    ok(study.root, *then)


def test_nothing_waits_to_be_finished(study: Workspace) -> None:
    for _ in range(2):
        result = call(study.root, "recall", "work_0001", "--yes")
        assert result.exit_code == 2
        assert "say with --text" in result.stderr
        ok(study.root, *RECALL)


@pytest.mark.parametrize("command", [FIRST, RECALL, RELEASE])
def test_what_a_kill_left_in_the_folder_goes(study: Workspace, command: tuple[str, ...]) -> None:
    """A version between two renames comes back first, and half a release goes."""
    (study.releases / "1.0.1").rename(study.releases / ".old-1.0.1")
    half = study.releases / ".tmp-2.0.0-77" / "data"
    half.mkdir(parents=True)
    (half / "notes").write_text("At Zqplaceada.")
    ok(study.root, *command)
    assert [p.name for p in study.releases.glob(".*")] == []
    assert "1.0.1" in digests(study)
    if command == FIRST:
        assert b"zqplaceada" not in b"".join(stored(study.root)).lower()


def test_a_notice_is_as_good_when_the_last_step_was_not_reached(
    study: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = digests(study)
    with monkeypatch.context() as patch:
        patch.setattr("corpus.registry.Registry.erase", _stopped)
        assert call(study.root, *FIRST).exit_code == 3
    ok(study.root, *FIRST)
    notice = (study.private / "withdrawn-work_0001.md").read_text()
    for version, digest in digests(study).items():
        assert f"| {version} | `{old[version]}` | `{digest}` |" in notice


def _stopped(*_: object) -> None:
    raise MachineError("the plug was pulled")


def test_a_damaged_release_that_turns_out_sound_loads_again(study: Workspace) -> None:
    """It was taken back before anybody could see whether it shows the mention."""
    part = next((study.releases / "1.0.0" / "data" / "turns").iterdir())
    part.chmod(0o644)
    whole = part.read_bytes()
    part.write_bytes(whole[:-1] + b"x")
    assert call(study.root, *RECALL).exit_code == 2
    part.write_bytes(whole)
    ok(study.root, *RECALL)
    for version in ("1.0.0", "1.0.1"):
        assert "Zqplace" not in corpus.load(study.releases / version)["work_0001"].turns[1].text
