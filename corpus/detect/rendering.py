"""A transcript as one text, and the way back from the text's offsets to spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from corpus.model import FIELDS, Field, Span, Transcript


class Rendering:
    """A transcript as one text, "speaker: text" with blank lines between, and the way back."""

    def __init__(self, transcript: Transcript) -> None:
        self._starts: list[int] = []
        self._places: list[tuple[int, Field, int]] = []
        self._offsets: dict[tuple[int, Field], int] = {}
        self.text = "\n\n".join(f"{turn.speaker}: {turn.text}" for turn in transcript.turns)
        at = 0
        for turn in transcript.turns:
            for name in FIELDS:
                self._starts.append(at)
                self._places.append((turn.index, name, len(turn.of(name))))
                self._offsets[turn.index, name] = at
                at += len(turn.of(name)) + 2

    def range_of(self, span: Span) -> tuple[int, int]:
        """Return where the span stands in the text."""
        offset = self._offsets[span.turn, span.field]
        return offset + span.start, offset + span.end

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Yield what a range of the text is in the transcript, cut at the fields' borders."""
        for index in range(bisect_right(self._starts, start) - 1, len(self._starts)):
            begin = self._starts[index]
            if begin >= end:
                break
            turn, name, length = self._places[index]
            first, last = max(0, start - begin), min(length, end - begin)
            if first < last:
                yield Span(turn=turn, field=name, start=first, end=last)
