"""Ways to damage a release, and to forge one whose hashes all fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corpus.release import manifest as manifests
from corpus.release import sums as checks


def change(path: Path, data: bytes) -> None:
    """Put other bytes into a file that was read-only."""
    path.chmod(0o644)
    path.write_bytes(data)


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return what the manifest says, to be changed."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return found


def claim(folder: Path, manifest: Any) -> None:
    """Write a manifest whose digest is right, and the sums that go with it."""
    manifest["digest"] = manifests.digest_of(manifest)
    rendered = manifests.render(manifest)
    change(folder / "manifest.json", rendered)
    change(folder / "SHA256SUMS", checks.sums(manifest["files"], rendered))


def forge(folder: Path, **changes: Any) -> None:
    """Rewrite manifest and sums so that all hashes fit what lies there."""
    manifest = manifest_of(folder)
    for name in manifest["files"]:
        manifest["files"][name] = checks.described((folder / name).read_bytes())
    claim(folder, manifest | changes)
