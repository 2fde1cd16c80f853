"""Who pins a release gets that one or a reason why not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import corpus
from corpus.errors import ReleaseError
from corpus.release.claims import About
from corpus.release.pins import LATEST
from corpus.release.read import Release
from corpus.release.withdrawals import NAME, Recalled, Why, Withdrawals, render

OTHER = f"sha256:{'0' * 64}"


@pytest.fixture
def root(release: Release) -> Path:
    return release.path.parent


def refused(path: Path, version: str | None = None) -> str:
    with pytest.raises(ReleaseError) as caught:
        corpus.load(path, version)
    return str(caught.value)


def recall(root: Path, digest: str, *, by: str | None = None, why: Why = "recall") -> None:
    entry = Recalled(version="1.0.0", reissue=1, by=by, why=why, transcript_id="work_0001")
    (root / NAME).write_bytes(render(Withdrawals(recalled={digest: entry})))


def test_a_version_is_found_in_a_folder_of_releases(release: Release, root: Path) -> None:
    assert corpus.load(root, "1.0.0") == release
    assert corpus.load(root, version=f"1.0.0@{release.digest}") == release


def test_a_pin_holds_for_the_folder_of_a_version_too(release: Release) -> None:
    assert corpus.load(release.path, f"1.0.0@{release.digest}") == release


@pytest.mark.parametrize("digits", [12, 13, 63, 64])
def test_a_digest_may_be_shortened(digits: int, release: Release, root: Path) -> None:
    short = release.digest[: len("sha256:") + digits]
    assert corpus.load(root, f"1.0.0@{short}") == release
    assert corpus.load(root, f"1.0.0@{short.upper()}") == release
    changed = short[:-1] + ("0" if short[-1] != "0" else "1")
    assert f"expected {changed}, found {release.digest}" in refused(root, f"1.0.0@{changed}")


@pytest.mark.parametrize(
    "text",
    [
        *("", "1.0.0@", "1.0.0@sha256:", f"1.0.0@sha256:{'a' * 11}", f"1.0.0@sha256:{'a' * 65}"),
        *(
            "1.0.0@md5:aaaaaaaaaaaaaaaa",
            "../1.0.0",
            "/1.0.0",
            "1.0.0/../2.0.0",
            "1.0.0\n",
            "..",
            "1.0",
        ),
        *("name 1.0.0", f"1.0.0@sha256:{'x' * 12}", "newest", "1" * 1000),
    ],
)
def test_what_is_no_pin_is_refused_before_anything_is_read(text: str, root: Path) -> None:
    assert "names no version" in refused(root, text)


def test_a_version_that_is_not_there_is_refused_with_those_that_are(root: Path) -> None:
    assert refused(root, "1.0.1") == (
        f"{root / '1.0.1'}: there is no such release - choose among 1.0.0"
    )
    assert "name the folder of the releases" in refused(root / "nowhere", "1.0.0")


def test_the_folder_of_another_version_is_refused(release: Release, root: Path) -> None:
    assert "its version differs: expected 1.1.0, found 1.0.0" in refused(release.path, "1.1.0")
    shutil.copytree(release.path, root / "1.1.0")
    assert "its version differs: expected 1.1.0, found 1.0.0" in refused(root, "1.1.0")


def test_the_latest_is_what_the_file_says(release: Release, root: Path) -> None:
    (root / LATEST).write_text("1.0.0\n")
    assert corpus.load(root) == corpus.load(root, "latest") == release


@pytest.mark.parametrize(
    "text", ["", "\n", "1.0.0", "1.0.0\n\n", "1.0.0\n1.1.0\n", "../1.0.0\n", "1" * 10**6, "\x00\n"]
)
def test_a_latest_that_holds_anything_else_is_refused(text: str, root: Path) -> None:
    (root / LATEST).write_text(text)
    assert f"{root / LATEST}: it does not hold one version and a newline" in refused(root)


def test_a_latest_that_is_missing_or_no_file_is_refused(root: Path) -> None:
    assert "there is no release here (no manifest.json)" in refused(root)
    assert "`corpus release 1.0.0` makes the first" in refused(root, "latest")
    (root / LATEST).mkdir()
    assert f"{root / LATEST}: it is not a regular file" in refused(root)


def test_a_latest_that_names_what_is_gone_is_refused(root: Path) -> None:
    (root / LATEST).write_text("1.2.0\n")
    assert "there is no such release - choose among 1.0.0" in refused(root)


@pytest.mark.parametrize("verify", ["full", "quick", False])
def test_a_release_that_is_not_complete_is_refused(verify: bool, release: Release) -> None:
    (release.path / "manifest.json").unlink()
    with pytest.raises(ReleaseError, match="there is no such release"):
        corpus.load(release.path.parent, "1.0.0", verify=verify)
    with pytest.raises(ReleaseError, match="there is no release here"):
        corpus.load(release.path, verify=verify)


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ("withdrawal", "a participant has withdrawn since"),
        ("recall", "a mention in it should have been hidden"),
    ],
)
def test_a_pin_that_was_taken_back_is_refused_with_reason_and_successor(
    why: Why,
    reason: str,
    release: Release,
    root: Path,
    made: Callable[..., Path],
    about: About,
) -> None:
    shutil.rmtree(release.path)
    new = corpus.load(made(root, about=replace(about, description="Reissued."))).digest
    recall(root, release.digest, by=new, why=why)
    said = refused(root, f"1.0.0@{release.digest}")
    assert reason in said
    assert f"pin 1.0.0@{new} and delete what you hold of it" in said
    assert refused(root, f"1.0.0@{release.digest[:20]}") == said
    assert refused(release.path, f"1.0.0@{release.digest}") == said
    assert corpus.load(root, f"1.0.0@{new}").digest == new


def test_a_pin_that_was_taken_back_is_refused_even_where_nothing_is_left(
    release: Release, root: Path
) -> None:
    shutil.rmtree(release.path)
    recall(root, release.digest, why="withdrawal")
    said = refused(root, f"1.0.0@{release.digest}")
    assert said.endswith("a participant has withdrawn since - delete what you hold of it")


def test_a_release_that_was_taken_back_is_refused_without_a_pin(
    release: Release, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recall(root, release.digest, by=OTHER)
    assert "no longer counts" in refused(root, "1.0.0")
    assert "no longer counts" in refused(release.path)
    monkeypatch.chdir(release.path)
    assert "no longer counts" in refused(Path())


def test_what_was_taken_back_of_others_does_not_matter(release: Release, root: Path) -> None:
    recall(root, OTHER, by=release.digest)
    assert corpus.load(root, f"1.0.0@{release.digest}") == release


def test_a_list_of_withdrawals_that_does_not_hold_is_refused(release: Release, root: Path) -> None:
    (root / NAME).write_text(json.dumps({"format": 1}))
    assert f"{root / NAME}: it is not as it was written" in refused(release.path)
    (root / NAME).unlink()
    (root / NAME).symlink_to(root / "nowhere")
    assert f"{root / NAME}: it is not a regular file" in refused(release.path)
