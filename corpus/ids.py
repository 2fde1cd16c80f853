"""Stable IDs and keyed fingerprints; pure functions of content and a key."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.model import Span, Transcript, Turn

STABLE_ID = re.compile(r"(?P<cohort>[a-z][a-z0-9-]{0,31})_(?P<number>[0-9]{4,9})")
"""The form of our IDs: cohort prefix and number, as in work_0580."""

_SAFE_ID = re.compile(r"[\w][\w .:@#+-]{0,127}")
_CONTEXT = 24


def is_stable(text: str) -> bool:
    """Tell whether the text has the form of a stable ID."""
    return STABLE_ID.fullmatch(text) is not None


def is_safe(text: str) -> bool:
    """Tell whether a foreign ID is harmless: one line, no path, no controls."""
    return _SAFE_ID.fullmatch(text) is not None and ".." not in text


def split(stable_id: str) -> tuple[str, int]:
    """Return cohort and number of a stable ID.

    Raises:
        ValueError: the text is not a stable ID.
    """
    match = STABLE_ID.fullmatch(stable_id)
    if match is None:
        raise ValueError("not a stable ID")
    return match["cohort"], int(match["number"])


def join(cohort: str, number: int) -> str:
    """Return the stable ID of a cohort's number: ("work", 580) gives work_0580."""
    return f"{cohort}_{number:04d}"


def normalise(surface: str) -> str:
    """Return the form under which two surfaces count as the same.

    Case folded, compatibility characters unified, white space as one blank.
    """
    return " ".join(unicodedata.normalize("NFKC", surface).casefold().split())


def keyed(key: bytes, *parts: str) -> str:
    """Return the keyed fingerprint (HMAC-SHA-256, 32 hex digits) of the parts."""
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        mac.update(len(data).to_bytes(8, "big"))
        mac.update(data)
    return mac.hexdigest()[:32]


def digest(parts: Iterable[str]) -> str:
    """Return the SHA-256 (hex) of the length-prefixed parts."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        sha.update(len(data).to_bytes(8, "big"))
        sha.update(data)
    return sha.hexdigest()


def turn_fingerprint(key: bytes, turn: Turn) -> str:
    """Return the keyed fingerprint of a turn's speaker and text."""
    return keyed(key, "turn", turn.speaker, turn.text)


def content_fingerprint(key: bytes, turns: Iterable[Turn]) -> str:
    """Return the keyed fingerprint of a whole transcript's turns."""
    return keyed(key, "content", *(part for t in turns for part in (t.speaker, t.text)))


def anchor(key: bytes, transcript: Transcript, span: Span) -> str:
    """Return the identity of a mention, stable under edits in other turns.

    It begins with a letter, or spreadsheets would take some for numbers. It covers
    transcript, turn fingerprint, normalised surface and local context;
    neither label nor occurrence number, so that relabelling and insertions keep
    a verdict where it was.
    """
    turn = transcript.turns[span.turn]
    text = turn.of(span.field)
    return "f" + keyed(
        key,
        "anchor",
        transcript.transcript_id,
        turn_fingerprint(key, turn),
        span.field,
        normalise(text[span.start : span.end]),
        text[max(0, span.start - _CONTEXT) : span.start],
        text[span.end : span.end + _CONTEXT],
    )
