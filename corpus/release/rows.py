"""Redacted transcripts to table rows and back; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from corpus.model import Redacted, RedactedTurn, Redaction
from corpus.release import digest

Row = tuple[Any, ...]
"""Values in the order of the table's columns."""


def words(transcript: Redacted) -> int:
    """Return the number of words in all turns."""
    return sum(len(turn.text.split()) for turn in transcript.turns)


def _of_transcript(t: Redacted) -> Iterator[Row]:
    counts = (len(t.turns), words(t), len(t.redactions), t.kept, t.placeholders)
    yield (t.transcript_id, t.cohort, *counts, digest.of_transcript(t))


def _of_turns(t: Redacted) -> Iterator[Row]:
    for turn in t.turns:
        said = (turn.index, turn.role, turn.speaker, turn.text, turn.start_ms, turn.end_ms)
        yield (t.transcript_id, t.cohort, *said)


def _of_redactions(t: Redacted) -> Iterator[Row]:
    for r in t.redactions:
        yield (t.transcript_id, r.turn, r.field, r.start, r.end, r.label, r.mask, r.operator)


_OF: Mapping[str, Callable[[Redacted], Iterator[Row]]] = {
    "transcripts": _of_transcript,
    "turns": _of_turns,
    "redactions": _of_redactions,
}


def of(table: str, transcripts: Iterable[Redacted]) -> Iterator[Row]:
    """Yield the table's rows of the transcripts, in their order."""
    return (row for transcript in transcripts for row in _OF[table](transcript))


def join(
    transcripts: Iterable[Row], turns: Iterable[Row], redactions: Iterable[Row]
) -> Iterator[Redacted]:
    """Yield the transcripts that the rows of the three tables, each sorted, make up."""
    turns_of, redactions_of = _Groups(turns), _Groups(redactions)
    for row in transcripts:
        transcript_id, cohort, _, _, _, kept, placeholders, _ = row
        yield Redacted(
            transcript_id=transcript_id,
            cohort=cohort,
            turns=tuple(map(_turn, turns_of.take(transcript_id))),
            redactions=tuple(map(_redaction, redactions_of.take(transcript_id))),
            kept=kept,
            placeholders=placeholders,
        )


def _turn(row: Row) -> RedactedTurn:
    _, _, index, role, speaker, text, start_ms, end_ms = row
    return RedactedTurn(
        index=index, speaker=speaker, role=role, text=text, start_ms=start_ms, end_ms=end_ms
    )


def _redaction(row: Row) -> Redaction:
    _, turn, field, start, end, label, mask, operator = row
    return Redaction(
        turn=turn, field=field, start=start, end=end, label=label, mask=mask, operator=operator
    )


class _Groups:
    """Hands out the rows of one transcript after the other."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def take(self, transcript_id: str) -> tuple[Row, ...]:
        if self._next is None or self._next[0] != transcript_id:
            return ()
        found = tuple(self._next[1])
        self._next = next(self._groups, None)
        return found
