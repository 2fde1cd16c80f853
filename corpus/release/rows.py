"""Redacted transcripts to table rows and back; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from corpus.model import Redacted, RedactedTurn, Redaction
from corpus.release import digest
from corpus.release.schema import FORMAT

Row = tuple[Any, ...]
"""Values in the order of the table's columns."""


def words(transcript: Redacted) -> int:
    """Return the number of words in all turns."""
    return sum(len(turn.text.split()) for turn in transcript.turns)


def _of_transcript(t: Redacted, form: int) -> Iterator[Row]:
    counts = (len(t.turns), words(t), len(t.redactions))
    left = (t.kept, t.kept_by_decision, t.placeholders)
    yield (t.transcript_id, t.cohort, *counts, *left, digest.of_transcript(t, form))


def _of_turns(t: Redacted, _: int) -> Iterator[Row]:
    for turn in t.turns:
        said = (turn.index, turn.role, turn.speaker, turn.text, turn.start_ms, turn.end_ms)
        yield (t.transcript_id, t.cohort, *said)


def _of_redactions(t: Redacted, _: int) -> Iterator[Row]:
    for r in t.redactions:
        done = (r.label, r.mask, r.operator, r.rule)
        yield (t.transcript_id, r.turn, r.field, r.start, r.end, *done)


_OF: Mapping[str, Callable[[Redacted, int], Iterator[Row]]] = {
    "transcripts": _of_transcript,
    "turns": _of_turns,
    "redactions": _of_redactions,
}


def of(table: str, transcripts: Iterable[Redacted], form: int = FORMAT) -> Iterator[Row]:
    """Yield the table's rows of the transcripts, in their order, as a format has them."""
    return (row for transcript in transcripts for row in _OF[table](transcript, form))


def join(
    transcripts: Iterable[Row], turns: Iterable[Row], redactions: Iterable[Row]
) -> Iterator[Redacted]:
    """Yield the transcripts that the rows of the three tables, each sorted, make up."""
    turns_of, redactions_of = _Groups(turns), _Groups(redactions)
    for row in transcripts:
        transcript_id, cohort, _, _, _, kept, by_decision, placeholders, _ = row
        yield Redacted(
            transcript_id=transcript_id,
            cohort=cohort,
            turns=tuple(map(_turn, turns_of.take(transcript_id))),
            redactions=tuple(map(_redaction, redactions_of.take(transcript_id))),
            kept=kept,
            kept_by_decision=by_decision,
            placeholders=placeholders,
        )


def _turn(row: Row) -> RedactedTurn:
    _, _, index, role, speaker, text, start_ms, end_ms = row
    return RedactedTurn(
        index=index, speaker=speaker, role=role, text=text, start_ms=start_ms, end_ms=end_ms
    )


def _redaction(row: Row) -> Redaction:
    _, turn, field, start, end, label, mask, operator, rule = row
    return Redaction(
        turn=turn,
        field=field,
        start=start,
        end=end,
        label=label,
        mask=mask,
        operator=operator,
        rule=rule,
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
