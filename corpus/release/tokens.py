"""Turns of a release -> words and placeholders, each with its place; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from corpus.model import FIELDS, LABELS, Field, Redacted, RedactedTurn, Redaction, Span

_STAND_IN = rf"\[(?:{'|'.join(LABELS)}|REDACTED|REMOVED)(?:[ _-][\d -]{{1,9}})?\]"
"""A placeholder that stood in the source, so that no redaction tells of it."""
_PIECE = re.compile(rf"(?P<stand_in>{_STAND_IN})|\w+|[\u2600-\u27bf\U0001f000-\U0001faff]+")
"""What can name somebody: words, and signs that some take for a name."""

_TELLING = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, a placeholder, or the start of a field."""

    value: str = field(repr=False)
    """What makes two tokens the same; that of a redaction is its label."""
    span: Span
    is_word: bool = False
    redaction: Redaction | None = None
    placeholder: str = field(default="", repr=False)
    """What stands in place of what was redacted."""

    @property
    def field(self) -> tuple[int, Field]:
        """The turn and the field that it stands in."""
        return (self.span.turn, self.span.field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A turn with what was redacted in it."""

    turn: RedactedTurn
    redactions: tuple[Redaction, ...]

    def of(self, name: Field) -> str:
        """Return the text of the field."""
        return self.turn.speaker if name == "speaker" else self.turn.text

    @property
    def content(self) -> tuple[str, ...]:
        """All but number and time, to compare with those of other turns."""
        done = (
            str((r.field, r.start, r.end, r.label, r.mask, r.operator)) for r in self.redactions
        )
        return (self.turn.role, self.turn.speaker, self.turn.text, *done)

    def outside(self, name: Field) -> list[str]:
        """Return what stands outside of the redactions, signs and blanks included."""
        return [self.of(name)[start:end] for start, end in self._gaps(name)]

    @property
    def is_telling(self) -> bool:
        """Whether enough stands outside of the redactions to know the turn again by it."""
        return sum(len(part.split()) for part in self.outside("text")) >= _TELLING

    def tokens(self) -> Iterator[Token]:
        """Yield what the turn consists of; each field begins with a token of its own."""
        for name in FIELDS:
            yield Token(value=f"\0{name}", span=self._span(name, 0, 0))
            done = [r for r in self.redactions if r.field == name]
            for (start, end), redaction in zip(self._gaps(name), [*done, None], strict=True):
                yield from self._words(name, start, end)
                if redaction:
                    yield Token(
                        value=f"\0{redaction.label}",
                        span=self._span(name, redaction.start, redaction.end),
                        redaction=redaction,
                        placeholder=self.of(name)[redaction.start : redaction.end],
                    )

    def _gaps(self, name: Field) -> Iterator[tuple[int, int]]:
        start = 0
        for r in self.redactions:
            if r.field == name:
                yield start, r.start
                start = r.end
        yield start, len(self.of(name))

    def _words(self, name: Field, start: int, end: int) -> Iterator[Token]:
        for match in _PIECE.finditer(self.of(name), start, end):
            span = self._span(name, *match.span())
            yield Token(value=match[0], span=span, is_word=not match["stand_in"])

    def _span(self, name: Field, start: int, end: int) -> Span:
        return Span(turn=self.turn.index, field=name, start=start, end=end)


def said(transcript: Redacted) -> list[Said]:
    """Return the turns of the transcript with their redactions."""
    by_turn = {
        turn: tuple(done) for turn, done in groupby(transcript.redactions, key=attrgetter("turn"))
    }
    return [Said(turn=t, redactions=by_turn.get(t.index, ())) for t in transcript.turns]


def places(words: Iterable[Token]) -> tuple[Span, ...]:
    """Return where the words stand: a span from the first to the last of each field."""
    runs = (tuple(run) for _, run in groupby(words, key=attrgetter("field")))
    return tuple(_across(run) for run in runs)


def _across(run: Sequence[Token]) -> Span:
    first, last = run[0].span, run[-1].span
    return Span(turn=first.turn, field=first.field, start=first.start, end=last.end)
