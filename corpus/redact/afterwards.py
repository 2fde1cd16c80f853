"""A mention that slipped through, hidden in what was redacted already; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from corpus.model import RECALL, Field, Label, Redacted, RedactedTurn, Redaction, Span, Transcript
from corpus.rules.placeholders import PLACEHOLDER
from corpus.surfaces import Concordance, fold, key, unsourced

Places = Collection[tuple[int, Field]]
"""Turns, and which part of each."""


def standing(redacted: Redacted, surface: str, partly: Places = ()) -> tuple[Span, ...]:
    """Return where a text stands in a redacted transcript, in reading order.

    Args:
        redacted: the transcript.
        surface: the text; of a placeholder only what it tells of the original counts.
        partly: where it stood before redaction: what is left of it there counts as well,
            where the rest of it is hidden right beside.
    """
    concordance = Concordance(_shown(redacted))
    found = {*concordance.occurrences(surface), *_left(redacted, concordance, surface, partly)}
    found |= {_span(r) for r in redacted.redactions if _tells(redacted, r, surface)}
    return tuple(sorted(found, key=lambda span: span.position))


def _tells(redacted: Redacted, redaction: Redaction, surface: str) -> bool:
    """Tell whether a placeholder that leaves something of the original leaves the text."""
    if redaction.operator != "generalise":
        return False
    whole = _text(redacted.turns[redaction.turn], redaction.field)
    shown = whole[redaction.start : redaction.end].strip("[]").removeprefix(redaction.label)
    told = unsourced(redacted.transcript_id, [("", shown)])
    return any(True for _ in Concordance(told).occurrences(surface))


def _left(
    redacted: Redacted, concordance: Concordance, surface: str, partly: Places
) -> Iterator[Span]:
    """Yield the first or last words of a text whose others a redaction has taken."""
    hidden = [_span(r) for r in redacted.redactions if (r.turn, r.field) in partly]
    parts = key(surface).split()
    for cut in range(1, len(parts)) if hidden else ():
        for span in concordance.occurrences(" ".join(parts[:cut])):
            if any(_adjoin(redacted, span, redaction) for redaction in hidden):
                yield span
        for span in concordance.occurrences(" ".join(parts[cut:])):
            if any(_adjoin(redacted, redaction, span) for redaction in hidden):
                yield span


def _adjoin(redacted: Redacted, first: Span, second: Span) -> bool:
    """Tell whether nothing but blanks stands between the two."""
    if (first.turn, first.field) != (second.turn, second.field) or first.end > second.start:
        return False
    return not _text(redacted.turns[first.turn], first.field)[first.end : second.start].strip()


def longer(redacted: Redacted, surface: str) -> int:
    """Return in how many places a text stands inside longer words, or its words run together."""
    shown, wanted = _shown(redacted), key(surface)
    concordance = Concordance(shown)
    whole = set(concordance.occurrences(surface))
    found = {*concordance.run_together("".join(filter(str.isalnum, wanted)))}
    for turn in shown.turns:
        for name in ("speaker", "text"):
            found |= set(_inside(turn.index, name, turn.of(name), wanted))
    starts = {(span.turn, span.field, span.start) for span in whole}
    return len({(s.turn, s.field, s.start) for s in found} - starts)


def _inside(turn: int, name: Field, text: str, wanted: str) -> Iterator[Span]:
    folded = fold(PLACEHOLDER.sub(lambda match: "\0" * len(match[0]), text))
    at = folded.text.find(wanted)
    while at >= 0:
        start, end = folded.original(at, at + len(wanted))
        yield Span(turn=turn, field=name, start=start, end=end)
        at = folded.text.find(wanted, at + 1)


def hide(redacted: Redacted, surface: str, label: Label, partly: Places = ()) -> Redacted:
    """Return the transcript with a placeholder wherever `standing` says that the text stands.

    A redaction that it overlaps is taken into the placeholder.
    """
    spans = standing(redacted, surface, partly)
    for span in reversed(tuple(_joined([*spans, *_overlapped(redacted, spans)]))):
        redacted = _hidden(redacted, span, label)
    return redacted


def _overlapped(redacted: Redacted, spans: Sequence[Span]) -> Iterator[Span]:
    for redaction in map(_span, redacted.redactions):
        if any(span.overlaps(redaction) for span in spans):
            yield redaction


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans in reading order, those that overlap as one."""
    last: Span | None = None
    for span in sorted(spans, key=lambda span: span.position):
        if last is not None and last.overlaps(span):
            last = replace(last, end=max(last.end, span.end))
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _hidden(redacted: Redacted, span: Span, label: Label) -> Redacted:
    shown = f"[{label}]"
    grown = len(shown) - (span.end - span.start)
    turn = redacted.turns[span.turn]
    before = _text(turn, span.field)
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
    moved = [_moved(r, span, grown) for r in redacted.redactions if not _span(r).overlaps(span)]
    return replace(redacted, turns=tuple(turns), redactions=_in_order([*moved, new]))


def _shown(redacted: Redacted) -> Transcript:
    said = ((turn.speaker, turn.text) for turn in redacted.turns)
    return unsourced(redacted.transcript_id, said)


def _span(redaction: Redaction) -> Span:
    return Span(
        turn=redaction.turn, field=redaction.field, start=redaction.start, end=redaction.end
    )


def _text(turn: RedactedTurn, name: Field) -> str:
    return turn.speaker if name == "speaker" else turn.text


def _with(turn: RedactedTurn, name: Field, text: str) -> RedactedTurn:
    return replace(turn, speaker=text) if name == "speaker" else replace(turn, text=text)


def _moved(redaction: Redaction, span: Span, grown: int) -> Redaction:
    here = (redaction.turn, redaction.field) == (span.turn, span.field)
    if not here or redaction.start < span.end:
        return redaction
    return replace(redaction, start=redaction.start + grown, end=redaction.end + grown)


def _in_order(redactions: Sequence[Redaction]) -> tuple[Redaction, ...]:
    return tuple(sorted(redactions, key=lambda r: (r.turn, r.field, r.start, r.end)))
