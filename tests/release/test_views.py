"""The views follow from the manifest alone, and the release lists and hashes them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from corpus.release import views
from corpus.release.manifest import Manifest
from corpus.release.read import Release, load
from corpus.release.wording import REASONS

Made = Callable[..., Path]

PAGE = (Path(__file__).parents[2] / "docs" / "releases.md").read_text(encoding="utf-8")


def test_the_files_of_a_release_are_what_its_manifest_gives(release: Release) -> None:
    for name, data in views.of(release.manifest):
        assert (release.path / name).read_bytes() == data
        assert name in release.manifest["files"]


def test_a_release_with_a_parent_tells_what_changed(release: Release, made: Made) -> None:
    first = release.manifest
    folder = made(release.path.parent, version="1.0.1", parent=release)
    assert (folder / "report.html").read_bytes() == dict(views.of(load(folder).manifest, first))[
        "report.html"
    ]
    assert b"Since version 1.0.0" in (folder / "report.html").read_bytes()


def test_they_hold_neither_digest_nor_date_of_the_release(
    manifest_of: Callable[..., Manifest],
) -> None:
    manifest = manifest_of()
    before = dict(views.of(manifest))
    digest = manifest["digest"]
    manifest["digest"], manifest["date"] = "sha256:other", "2031-05-09"
    assert dict(views.of(manifest)) == before
    assert not any(digest.encode() in data for data in before.values())


def test_they_have_unix_line_ends_and_a_last_one(manifest_of: Callable[..., Manifest]) -> None:
    for _, data in views.of(manifest_of(), manifest_of("0.9.0")):
        assert b"\r" not in data
        assert data.endswith(b"\n")


SCRIPT = """
import json, sys
from corpus.release import views

manifest, parent = (json.loads(text) for text in sys.argv[1:])
for _, data in views.of(manifest, parent):
    sys.stdout.buffer.write(data)
"""


def test_hash_seed_locale_and_order_of_keys_do_not_reach_the_bytes(
    manifest_of: Callable[..., Manifest],
) -> None:
    given = [manifest_of(), manifest_of("0.9.0")]
    found = set()
    for seed, zone, is_sorted in [("0", "UTC", True), ("7", "Asia/Tokyo", False)]:
        texts = [json.dumps(m, sort_keys=is_sorted) for m in given]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, *texts], env=environment, capture_output=True, check=True
        )
        found.add(done.stdout)
    assert len(found) == 1


def test_the_manual_gives_the_same_meaning_to_every_reason() -> None:
    rows = "\n".join(f"| `{reason}` | {meaning} |" for reason, meaning in REASONS.items())
    assert f"| --- | --- |\n{rows}\n" in PAGE
