"""Redacted transcripts as Markdown, JSON lines and CSV, which `corpus ingest` reads; pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator

from corpus.cells import TURNS, harmless
from corpus.model import Redacted, RedactedTurn
from corpus.release import rows

_PUBLISHED = frozenset(["Assistant", "AI", "User"])
_LABEL = re.compile(r"\[[A-Z][A-Z0-9_ ]{1,40}\]|[^\W\d_][\w .'\u2019#/-]{0,48}")
_HEADER = re.compile(r"#{1,3}[ \t]+Dialog|\W*transcript[ _-]?id\b", re.IGNORECASE)
_OPENS = re.compile(r"\W*(?:Assistant|AI|User)\W*[:\uff1a]")
_MAY_OPEN = re.compile(r"[^:\uff1a\n]{1,80}[:\uff1a]")
_TIMED = re.compile(r"\W*\d{1,3}:[0-5]\d")
_FENCE = "```", "~~~"


def markdown(transcript: Redacted) -> str:
    """Return the transcript in the form in which they are published: headed, a paragraph a turn."""
    id_ = transcript.transcript_id
    turns = "\n\n".join(f"{turn.speaker}: {turn.text}" for turn in transcript.turns)
    return f"# Dialog {id_}\n\n**Transcript ID:** {id_}\n\n---\n\n{turns}\n"


def is_plain(transcript: Redacted) -> bool:
    """Tell whether its Markdown is sure to be read back as the same turns.

    It may not be where a label is more than a name, one speaker is alone, or a turn is empty
    or holds a line that could open a turn or say when. In the published form few labels can.
    """
    labels = {turn.speaker for turn in transcript.turns}
    is_published = labels <= _PUBLISHED and "User" in labels
    is_mixed = not labels <= _PUBLISHED and len(labels & _PUBLISHED) > 1
    return (
        len(labels) > 1
        and not is_mixed
        and all(_LABEL.fullmatch(label) for label in labels)
        and all(_is_plain(turn.text, is_published=is_published) for turn in transcript.turns)
    )


def _is_plain(text: str, *, is_published: bool) -> bool:
    lines = text.split("\n")
    fenced = any(text.count(fence) % 2 for fence in _FENCE)
    opens = _OPENS if is_published else _MAY_OPEN
    return (
        bool(text)
        and not fenced
        and not any(map(_TIMED.match, lines))
        and (is_published or not text.rstrip("*_ ").endswith((":", "\uff1a")))
        and not any(opens.match(line) or _HEADER.match(line) for line in lines[1:])
    )


def jsonl(transcripts: Iterable[Redacted]) -> Iterator[str]:
    """Yield a line for each transcript: a JSON object with its turns."""
    for transcript in transcripts:
        record = {
            "id": transcript.transcript_id,
            "cohort": transcript.cohort,
            "turns": [_turn(turn) for turn in transcript.turns],
        }
        yield json.dumps(record, ensure_ascii=False) + "\n"


def _turn(turn: RedactedTurn) -> dict[str, str | int | None]:
    return {
        "speaker": turn.speaker,
        "role": turn.role,
        "text": turn.text,
        "start_ms": turn.start_ms,
        "end_ms": turn.end_ms,
    }


def table(transcripts: Iterable[Redacted]) -> str:
    """Return a CSV table with a row for each turn, which no spreadsheet computes."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(TURNS)
    for row in rows.of("turns", transcripts):
        writer.writerow([harmless("" if cell is None else str(cell)) for cell in row])
    return file.getvalue()
