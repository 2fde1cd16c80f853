"""What redaction promises: no surface that is hidden once is left standing elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from corpus.model import Span, Transcript
from corpus.surfaces import Concordance, Coverage

_SHOWN = 20


class Guarantee:
    """Looks through one transcript for surfaces that are to be hidden."""

    def __init__(self, transcript: Transcript, excused: Iterable[Span]) -> None:
        self._transcript = transcript
        self._excused = tuple(excused)
        self._concordance = Concordance(transcript)

    def standing(self, surfaces: Collection[str], hidden: Iterable[Span]) -> tuple[Span, ...]:
        """Return where a surface stands, neither hidden nor excused, in reading order."""
        covered = Coverage(self._transcript, (*hidden, *self._excused))
        found = {
            span
            for surface in surfaces
            for span in self._concordance.occurrences(surface)
            if not covered.holds(span)
        }
        return tuple(sorted(found, key=lambda span: span.position))


def places(spans: Sequence[Span]) -> str:
    """Return the spans' positions for a person, without text."""
    listed = "; ".join(f"turn {s.turn} {s.field} {s.start}-{s.end}" for s in spans[:_SHOWN])
    rest = len(spans) - _SHOWN
    return f"{listed}; and {rest} more" if rest > 0 else listed
