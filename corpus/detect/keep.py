"""What tempts a detector and must stay: keep entries come in, `none` findings go out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from corpus.errors import DetectorError
from corpus.model import Finding, Label, Span, Transcript
from corpus.rules import KeepEntry
from corpus.surfaces import Concordance

_TIMEOUT = 2.0
_LABEL: Label = "ORGANIZATION"


class Keep:
    """Finds tools, their makers, public figures and programming terms, to be left standing."""

    name = "keep"
    labels: frozenset[Label] = frozenset({_LABEL})

    def __init__(self, entries: Sequence[KeepEntry], ambiguous: frozenset[str]) -> None:
        self._ambiguous = ambiguous
        self._surfaces = {surface: entry for entry in entries for surface in entry.surfaces}
        self._patterns = [(regex.compile(e.pattern), e) for e in entries if e.pattern]

    def recognize(self, transcript: Transcript) -> Iterator[Finding]:
        """Yield a `none` finding for whatever an entry names; everyday words if capitalised.

        Raises:
            DetectorError: a pattern did not come to an end in time.
        """
        concordance = Concordance(transcript)
        for surface, entry in self._surfaces.items():
            for span in concordance.occurrences(surface):
                if surface.lower() not in self._ambiguous or transcript.text_of(span)[0].isupper():
                    yield _finding(span, entry)
        for pattern, entry in self._patterns:
            yield from _matches(pattern, entry, transcript)


def _matches(
    pattern: regex.Pattern[str], entry: KeepEntry, transcript: Transcript
) -> Iterator[Finding]:
    try:
        for turn in transcript.turns:
            for match in pattern.finditer(turn.text, timeout=_TIMEOUT):
                if match.start() < match.end():
                    span = Span(turn=turn.index, start=match.start(), end=match.end())
                    yield _finding(span, entry)
    except TimeoutError as error:
        raise DetectorError(
            f"keep entry {entry.id} took over {_TIMEOUT:g} seconds on one text"
            " - make its pattern simpler"
        ) from error


def _finding(span: Span, entry: KeepEntry) -> Finding:
    return Finding(
        span=span,
        label=_LABEL,
        mask="none",
        score=1.0,
        rule=f"keep.{entry.id}",
        recognizer="keep",
        reason=entry.why,
    )
