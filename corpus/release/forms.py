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

_PUBLISHED = ("assistant", "ai", "user")
_LABEL = re.compile(r"\[[A-Z][A-Z0-9_ ]{1,40}\]|[^\W\d_][\w .'\u2019#/-]{0,48}")
_MARKS = " \t*_"
_HEADER = re.compile(r"#{1,3}[ \t]+Dialog|[*_]*transcript[ _-]?id\b", re.IGNORECASE)


def markdown(transcript: Redacted) -> str:
    """Return the transcript in the form in which they are published: headed, a paragraph a turn."""
    id_ = transcript.transcript_id
    turns = "\n\n".join(f"{turn.speaker}: {turn.text}" for turn in transcript.turns)
    return f"# Dialog {id_}\n\n**Transcript ID:** {id_}\n\n---\n\n{turns}\n"


def is_plain(transcript: Redacted) -> bool:
    """Tell whether its Markdown is sure to be read back as the same turns.

    It may not be where a label is more than a name, a turn is empty, one speaker is alone,
    or a line inside a turn opens as a turn or a transcript does.
    """
    labels = {turn.speaker for turn in transcript.turns}
    folded = {*map(str.casefold, labels), *_PUBLISHED}
    return (
        len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and all(turn.text for turn in transcript.turns)
        and not any(_opens(line, folded) for turn in transcript.turns for line in _inner(turn))
    )


def _inner(turn: RedactedTurn) -> list[str]:
    return turn.text.split("\n")[1:]


def _opens(line: str, labels: set[str]) -> bool:
    label, colon, _ = line.partition(":")
    return bool(colon and label.strip(_MARKS).casefold() in labels) or bool(_HEADER.match(line))


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
