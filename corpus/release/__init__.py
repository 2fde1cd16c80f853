"""Redacted transcripts in, an immutable release out; and back again."""
