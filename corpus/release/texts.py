"""Kinds of text that stand in manifests and guard files, by their form."""

from __future__ import annotations

from typing import Annotated

from corpus.release.shape import text

Digest = Annotated[str, text("sha256:[0-9a-f]{64}")]
Hex = Annotated[str, text("[0-9a-f]{64}")]
Day = Annotated[str, text("[0-9]{4}-[0-9]{2}-[0-9]{2}")]
_NAME = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}"
FileName = Annotated[str, text(rf"{_NAME}(?:/{_NAME}){{0,3}}")]
"""Below the release's folder: no way out of it, no hidden file."""
