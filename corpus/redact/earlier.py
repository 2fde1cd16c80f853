"""What an earlier release hid in a transcript: where it would stand now, or more be told; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from corpus.model import Finding, Hidden, Span, Transcript
from corpus.redact.generalise import told
from corpus.surfaces import Concordance, Coverage, words

_LIKE = 0.8
"""Share of letters by which a word is taken for another spelling of one that was hidden."""
_SHORTEST, _LONG = 3, 4
_LINKS = {"and", "the", "for"}
"""Words that stand in the names of firms and places, and everywhere else."""


class Now:
    """How a transcript is treated now: what is hidden in it, and what a reviewer keeps."""

    def __init__(
        self, transcript: Transcript, hidden: Sequence[Hidden], findings: Iterable[Finding]
    ) -> None:
        by_verdict = (f.span for f in findings if f.mask == "none" and f.recognizer == "decision")
        self.transcript = transcript
        self._hidden = hidden
        self._covered = Coverage(transcript, (*(h.span for h in hidden), *by_verdict))

    def stands(self, span: Span) -> bool:
        """Tell whether some of the span stands, and no reviewer keeps it."""
        return not self._covered.holds(span)

    def told_at(self, span: Span) -> frozenset[str]:
        """Return what the stand-ins at the span tell."""
        found = (told(h.shown) for h in self._hidden if h.span.overlaps(span))
        return frozenset().union(*found)


def standing(now: Now, earlier: Sequence[Hidden]) -> tuple[Span, ...]:
    """Return where something stands that an earlier release hid, or more is told of it.

    A place whose text is as it was counts by itself; where the source was edited, whatever
    was hidden counts wherever it stands. Only what a reviewer keeps is no such place: a rule
    that keeps it could be new.

    Args:
        now: how the transcript is treated now.
        earlier: what the release hid.
    """
    known: dict[Span, frozenset[str]] = {}
    for hidden, span in _places(now.transcript, earlier):
        known[span] = known.get(span, frozenset()) | told(hidden.shown)
    found = (s for s, before in known.items() if now.stands(s) or now.told_at(s) - before)
    return tuple(sorted(found, key=lambda span: span.position))


def _places(transcript: Transcript, earlier: Sequence[Hidden]) -> Iterator[tuple[Hidden, Span]]:
    yield from ((h, h.span) for h in earlier if holds(transcript, h))
    moved = {h.surface: h for h in earlier if not holds(transcript, h)}
    if moved:
        concordance = Concordance(transcript)
        for surface, hidden in sorted(moved.items()):
            yield from ((hidden, span) for span in concordance.occurrences(surface))


def holds(transcript: Transcript, hidden: Hidden) -> bool:
    """Tell whether the place still holds the same text."""
    is_there = hidden.span.turn < len(transcript.turns)
    return is_there and transcript.text_of(hidden.span) == hidden.surface


class Lost:
    """The words of what was hidden in places that are not as they were."""

    def __init__(self, transcript: Transcript, earlier: Iterable[Hidden]) -> None:
        self._words: set[str] = set()
        for surface in {h.surface for h in earlier if not holds(transcript, h)}:
            parts = [word.text for word in words(surface)]
            telling = {w for w in parts if len(w) >= _SHORTEST and w not in _LINKS}
            self._words |= telling or set(parts)
            self._words.add("".join(parts))

    def has(self, word: str) -> bool:
        """Tell whether a folded word is one of them, or another spelling of one."""
        return word in self._words or any(_are_alike(word, other) for other in self._words)


def _are_alike(one: str, other: str) -> bool:
    is_long = min(len(one), len(other)) >= _LONG
    return is_long and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _LIKE
