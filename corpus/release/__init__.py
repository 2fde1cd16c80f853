"""Redacted transcripts in, an immutable release out; and back again."""

MANIFEST = "manifest.json"
"""The file by which a release is known: it names all others."""
