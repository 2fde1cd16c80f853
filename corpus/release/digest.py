"""Digests of content that no writer, platform or order can change; pure.

A transcript's digest is the SHA-256 of its fields, each as UTF-8 behind its
length in bytes (eight bytes, big-endian), numbers in decimal, a missing one empty. The digests of
all transcripts, in order of their IDs, are the leaves of a Merkle tree (as in
RFC 6962), whose root is the logical digest of the release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from corpus import ids
from corpus.model import Redacted
from corpus.release.schema import FORMAT

_WITH_RULES = 3
"""The format from which on a release says what found a mention, and what a reviewer keeps."""
_LEAF, _NODE = b"\0", b"\1"


def of_transcript(transcript: Redacted, form: int = FORMAT) -> str:
    """Return the SHA-256 (hex) of all that a release of a format says of the transcript."""
    return ids.digest("" if f is None else str(f) for f in _fields(transcript, form))


def _fields(transcript: Redacted, form: int) -> Iterator[str | int | None]:
    yield from (f"transcript-corpus/{form}", transcript.transcript_id, transcript.cohort)
    yield from (transcript.kept, transcript.placeholders)
    if form >= _WITH_RULES:
        yield transcript.kept_by_decision
    yield len(transcript.turns)
    for turn in transcript.turns:
        yield from (turn.index, turn.role, turn.speaker, turn.text)
        yield from (turn.start_ms, turn.end_ms)
    yield len(transcript.redactions)
    for r in transcript.redactions:
        yield from (r.turn, r.field, r.start, r.end, r.label, r.mask, r.operator)
        if form >= _WITH_RULES:
            yield r.rule


def logical(digests: Iterable[str]) -> str:
    """Return the Merkle root (hex) over transcript digests in order of their IDs."""
    level = [hashlib.sha256(_LEAF + bytes.fromhex(d)).digest() for d in digests]
    while len(level) > 1:
        level = [_parent(level[i : i + 2]) for i in range(0, len(level), 2)]
    return (level[0] if level else hashlib.sha256().digest()).hex()


def _parent(children: list[bytes]) -> bytes:
    """A child without a sibling moves up as it is."""
    left, *right = children
    return hashlib.sha256(_NODE + left + right[0]).digest() if right else left
