"""SHA256SUMS: what a file is known by, as `sha256sum -c` reads it; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from corpus.release import manifest as manifests
from corpus.release.document import File
from corpus.release.manifest import Manifest

SUMS = "SHA256SUMS"


def sums(listed: Mapping[str, File], rendered: bytes) -> bytes:
    """Return SHA256SUMS, which `sha256sum -c` reads, for the files and the manifest."""
    all_files = {**listed, manifests.NAME: described(rendered)}
    return "".join(f"{all_files[n]['sha256']}  {n}\n" for n in sorted(all_files)).encode()


def described(data: bytes) -> File:
    """Return what the manifest says of a file with these bytes."""
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def of_all(manifest: Manifest) -> dict[str, str]:
    """Return the SHA-256 of every file of a release by name, SHA256SUMS and manifest included."""
    rendered = manifests.render(manifest)
    listed = {name: file["sha256"] for name, file in manifest["files"].items()}
    ours = {manifests.NAME: rendered, SUMS: sums(manifest["files"], rendered)}
    return listed | {name: described(data)["sha256"] for name, data in ours.items()}
