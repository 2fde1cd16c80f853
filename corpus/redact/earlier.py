"""What an earlier release hid in a transcript: what of it would stand now; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpus.model import Finding, Hidden, Span, Transcript
from corpus.surfaces import Concordance, Coverage


def standing(
    transcript: Transcript,
    earlier: Sequence[Hidden],
    hidden: Iterable[Span],
    findings: Iterable[Finding],
) -> tuple[Span, ...]:
    """Return where something stands that an earlier release hid, in reading order.

    A place whose text is as it was counts by itself; where the source was edited, whatever
    was hidden counts wherever it stands. What a reviewer keeps is no such place.

    Args:
        transcript: as it is now, not redacted.
        earlier: what the release hid.
        hidden: what is hidden now.
        findings: all of them, reviewers' verdicts included.
    """
    if not earlier:
        return ()
    kept = [f for f in findings if f.mask == "none"]
    by_verdict = [f.span for f in kept if f.recognizer == "decision"]
    spans = tuple(hidden)
    covered = Coverage(transcript, (*spans, *by_verdict))
    excused = Coverage(transcript, (*spans, *(f.span for f in kept)))
    same = [h for h in earlier if _holds(transcript, h)]
    moved = {h.surface for h in earlier} - {h.surface for h in same}
    found = {h.span for h in same if not covered.holds(h.span)}
    found |= {span for span in _places(transcript, moved) if not excused.holds(span)}
    return tuple(sorted(found, key=lambda span: span.position))


def _holds(transcript: Transcript, hidden: Hidden) -> bool:
    """Tell whether the place still holds the same text."""
    is_there = hidden.span.turn < len(transcript.turns)
    return is_there and transcript.text_of(hidden.span) == hidden.surface


def _places(transcript: Transcript, surfaces: Iterable[str]) -> Iterator[Span]:
    wanted = sorted(surfaces)
    if wanted:
        concordance = Concordance(transcript)
        for surface in wanted:
            yield from concordance.occurrences(surface)
