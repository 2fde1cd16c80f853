"""What a workspace keeps to itself is not committed, whatever it is called."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import check, files
from corpus import workspace as workspaces
from corpus.check.guard import key as keys
from corpus.check.guard import own
from corpus.check.types import Place
from corpus.workspace import Workspace
from tests.repositories import Repository, isolate
from tests.studies import fill, ok


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    monkeypatch.delenv(keys.VARIABLE, raising=False)


@pytest.fixture
def study(tmp_path: Path) -> Workspace:
    workspace = workspaces.init(tmp_path / "study")
    fill(workspace, tmp_path / "sources")
    own.guard(workspace)
    return workspace


@pytest.fixture
def clone(tmp_path: Path) -> Repository:
    return Repository.init(tmp_path / "clone")


def _found(folder: Path, *paths: Path) -> list[tuple[str, int, int, str]]:
    found = check.check(list(paths), start=folder, depth="fast").places
    assert all(place.label == "TRANSCRIPT" and place.level == "error" for place in found)
    return [_told(place) for place in found]


def _told(place: Place) -> tuple[str, int, int, str]:
    return (place.inside, place.line, place.column, place.rule)


@pytest.mark.parametrize("what", ["workspace.db", f"{own.CACHE}/guard", "backup"])
def test_what_a_workspace_keeps_is_known_by_its_content(
    study: Workspace, clone: Repository, what: str
) -> None:
    copy = clone.top / "photo.jpg"
    if what == "backup":
        ok(study.root, "backup", copy)
    else:
        shutil.copy(study.private / what, copy)
    assert ("", 1, 1, "workspace-file") in _found(clone.top, copy)
    clone.git("add", "-A")
    assert check.check(staged=True, start=clone.top, depth="fast").exit_code == 1


def test_a_database_that_is_too_large_to_be_read_is_never_taken_for_clean(
    study: Workspace, clone: Repository
) -> None:
    clone.add("corpus.toml", "[check]\nlargest = 1\n")
    copy = clone.top / "a.bin"
    shutil.copy(study.private / "workspace.db", copy)
    os.truncate(copy, 2 << 20)
    assert check.check([copy], start=clone.top).exit_code == 3
    clone.git("add", "-A")
    assert check.check(staged=True, start=clone.top).exit_code == 3


def test_all_in_the_private_folder_of_a_workspace_stays_there(study: Workspace) -> None:
    repository = Repository.init(study.root)
    paths = [study.private / name for name in ("key", "lock", ".gitignore")]
    assert [rule for *_, rule in _found(study.root, *paths)] == ["workspace-file"] * 3
    (study.private / ".gitignore").unlink()
    repository.git("add", "-A")
    staged = check.check(staged=True, start=study.root, depth="fast").fates
    blocked = {fate.name.partition("/")[0] for fate in staged if fate.places}
    assert blocked == {"private"}


@pytest.mark.parametrize("write", [str.lower, str.upper])
def test_a_key_that_is_at_hand_is_found_in_any_file(
    study: Workspace, clone: Repository, write: Callable[[str], str]
) -> None:
    secret = own.key_of(study)
    files.replace(clone.top / ".git" / keys.FILE, secret.hex().encode())
    ok(study.root, "guard", "export", "--out", clone.top / "corpus-guard.json")
    here = clone.add("ci.yaml", f"env:\n  KEY: {write(secret.hex())}\n")
    other = clone.add("other.yaml", f"env:\n  KEY: {'ab' * 32}\n")
    assert _found(clone.top, here, other) == [("", 2, 8, "guard-key")]
    copy = study.root / "key.txt"
    copy.write_text(f"{study.key.hex()} # corpus: allow[TRANSCRIPT, guard-key] all is well\n")
    (place,) = [p for p in check.check([copy], start=study.root).places if p.label != "ALLOW"]
    assert _told(place) == ("", 1, 1, "guard-key")
