"""A mention that slipped through, hidden in what was redacted already; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.model import Field, Label, Redacted, RedactedTurn, Redaction, Span
from corpus.redact.cause import RECALL
from corpus.surfaces import Concordance, Coverage, unsourced


def standing(redacted: Redacted, surface: str) -> tuple[Span, ...]:
    """Return where a text stands in a redacted transcript, placeholders apart."""
    said = ((turn.speaker, turn.text) for turn in redacted.turns)
    transcript = unsourced(redacted.transcript_id, said)
    done = [Span(turn=r.turn, field=r.field, start=r.start, end=r.end) for r in redacted.redactions]
    covered = Coverage(transcript, done)
    found = Concordance(transcript).occurrences(surface)
    return tuple(span for span in found if not covered.touches(span))


def hide(redacted: Redacted, surface: str, label: Label) -> Redacted:
    """Return the transcript with a placeholder wherever the text stands, in any case."""
    for span in reversed(standing(redacted, surface)):
        redacted = _hidden(redacted, span, label)
    return redacted


def _hidden(redacted: Redacted, span: Span, label: Label) -> Redacted:
    shown = f"[{label}]"
    grown = len(shown) - (span.end - span.start)
    turn = redacted.turns[span.turn]
    before = turn.speaker if span.field == "speaker" else turn.text
    after = before[: span.start] + shown + before[span.end :]
    turns = list(redacted.turns)
    turns[span.turn] = _with(turn, span.field, after)
    new = Redaction(
        turn=span.turn,
        field=span.field,
        start=span.start,
        end=span.start + len(shown),
        label=label,
        mask="direct",
        operator="placeholder",
        rule=RECALL,
    )
    moved = [_moved(r, span, grown) for r in redacted.redactions]
    return replace(redacted, turns=tuple(turns), redactions=_in_order([*moved, new]))


def _with(turn: RedactedTurn, name: Field, text: str) -> RedactedTurn:
    return replace(turn, speaker=text) if name == "speaker" else replace(turn, text=text)


def _moved(redaction: Redaction, span: Span, grown: int) -> Redaction:
    here = (redaction.turn, redaction.field) == (span.turn, span.field)
    if not here or redaction.start < span.end:
        return redaction
    return replace(redaction, start=redaction.start + grown, end=redaction.end + grown)


def _in_order(redactions: Sequence[Redaction]) -> tuple[Redaction, ...]:
    return tuple(sorted(redactions, key=lambda r: (r.turn, r.field, r.start, r.end)))
