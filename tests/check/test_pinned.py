"""Files of a release that the settings pin are clean, wherever and in whatever order they come."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import corpus
from corpus import check
from corpus.check.guard import key
from tests.conftest import without_model
from tests.repositories import Repository, isolate
from tests.studies import ok, released

TALK = "\n\n".join(
    f"{speaker}: {text}"
    for speaker, text in [
        ("Assistant", "How did you come to work in the lamp room of all places?"),
        ("User", "My aunt Rosalind Vane sorted wicks there, and I carried her lunch."),
        ("Assistant", "Who else would know about it, if I may ask you that here?"),
        ("User", "Nobody, but write to r.vane@kestrel-loom.com if you must know it."),
    ]
)


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    monkeypatch.delenv(key.VARIABLE, raising=False)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pinned")
    workspace = without_model(folder / "study")
    (folder / "talk.md").write_text(f"**Transcript ID:** work_0001\n\n---\n\n{TALK}\n")
    for command in (["ingest", str(folder / "talk.md")], ["detect"], ["redact"]):
        ok(workspace.root, *command)
    released(workspace.root, "1.0.0")
    return workspace.root / "releases"


@pytest.fixture
def repository(release: Path, tmp_path: Path) -> Repository:
    """Make a repository that holds the release, guards its folder and pins it."""
    repository = Repository.init(tmp_path / "clone")
    shutil.copytree(release, repository.top / "data")
    pin = f"1.0.0@{corpus.load(release / '1.0.0').digest}"
    repository.write(
        "pyproject.toml", f'[tool.corpus.check]\nguarded = ["data"]\nreleases = ["{pin}"]\n'
    )
    repository.git("add", "--all")
    return repository


def _blocked(checked: check.Checked) -> list[str]:
    return [place.path for place in checked.places if place.level == "error"]


def test_from_the_index_and_by_name(repository: Repository) -> None:
    for checked in (
        check.check(start=repository.top, staged=True, depth="fast"),
        check.check(start=repository.top, everything=True, depth="fast"),
    ):
        assert _blocked(checked) == []
        known = [fate.name for fate in checked.fates if fate.treatment == "known"]
        assert len(known) > 5
        assert {name.split("/")[1] for name in known} == {"1.0.0"}


def test_from_a_folder_below(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = next((repository.top / "data" / "1.0.0").rglob("part-*.parquet")).parent
    monkeypatch.chdir(folder)
    (fate,) = check.check([Path(next(folder.iterdir()).name)], depth="fast").fates
    assert fate.treatment == "known"


def test_a_copy_elsewhere_is_looked_through_in_whatever_order_it_comes(
    repository: Repository,
) -> None:
    page = next((repository.top / "data" / "1.0.0").rglob("README.md"))
    copy = repository.add("copy.md", page.read_bytes())
    for paths in ([page, copy], [copy, page]):
        fates = check.check(paths, start=repository.top, depth="fast").fates
        treated = {Path(fate.path): fate.treatment for fate in fates}
        assert treated == {page: "known", copy: "scanned"}


def test_what_lies_beside_releases_may_lie_under_a_guarded_path(repository: Repository) -> None:
    latest = repository.top / "data" / "LATEST"
    assert _blocked(check.check([latest], start=repository.top, depth="fast")) == []
    latest.write_text("Assistant: a talk that nobody released")
    assert _blocked(check.check([latest], start=repository.top, depth="fast")) == [str(latest)]


def test_a_manifest_that_was_changed_vouches_for_nothing(repository: Repository) -> None:
    manifest = repository.top / "data" / "1.0.0" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:500])
    page = next((repository.top / "data" / "1.0.0").rglob("README.md"))
    assert _blocked(check.check([page], start=repository.top, depth="fast")) == [str(page)]
