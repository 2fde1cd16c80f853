"""Turns of two versions -> where they differ, and what one hides there that the other shows; pure.

A release does not hold what it hides. What became of a place that one version hides shows
in what stands around it: words and placeholders of both versions are laid side by side by
fewest edits, and words that stand where the other version has a placeholder were hidden there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import Literal

from corpus.model import Redaction, Span
from corpus.release import align
from corpus.release.tokens import Said, Token, places

How = Literal["whole", "part", "unsure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A place that one version hides and the other shows, at least in part."""

    hidden: Redaction
    """In the version that hides it."""
    places: tuple[Span, ...]
    """Of the words that stand there in the version that shows it."""
    how: How
    """whole: words instead of the placeholder; part: new words beside a placeholder; unsure:
    the words around it were edited as well, so that these may be others than the hidden ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionChange:
    """A redaction that one version alone has, or that is another in each."""

    before: Redaction | None
    after: Redaction | None
    what: tuple[str, ...]
    """"added", "removed", or which of label, mask, operator and placeholder differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What differs between two tokens that both versions have, or before the first of them."""

    before: Sequence[Token]
    after: Sequence[Token]
    left: tuple[Token, Token] | None
    """The tokens of both versions that it begins behind."""
    right: tuple[Token, Token] | None
    """Those that it ends at."""

    @property
    def mirrored(self) -> Gap:
        """The same, seen from the other version."""
        left, right = (pair and pair[::-1] for pair in (self.left, self.right))
        return Gap(before=self.after, after=self.before, left=left, right=right)

    def standing(self) -> list[Standing]:
        """Return what is hidden before and stands after."""
        words = [token for token in self.after if token.is_word]
        hidden = [token.redaction for token in self.before if token.redaction]
        is_edited = any(token.is_word for token in self.before)
        if not words or (is_edited and not hidden):
            return []
        if not hidden:
            return self._beside()
        left_over = hidden[sum(token.redaction is not None for token in self.after) :]
        how: How = "unsure" if is_edited else "whole" if left_over else "part"
        where = places(words)
        return [Standing(hidden=r, places=where, how=how) for r in left_over or hidden]

    def _beside(self) -> list[Standing]:
        """Return the placeholder that the new words touch: it may have hidden them, too."""
        for pair, tokens in ((self.left, self.after), (self.right, self.after[::-1])):
            run = list(takewhile(lambda token: token.is_word, tokens))
            if pair and pair[0].redaction and run:
                where = places(sorted(run, key=lambda token: token.span.position))
                return [Standing(hidden=pair[0].redaction, places=where, how="part")]
        return []

    def edited(self) -> Iterator[Token]:
        """Yield the words that stand after, were not there before, and were not hidden either."""
        shown = [place for s in self.standing() if s.how != "unsure" for place in s.places]
        for token in self.after:
            if token.is_word and not any(token.span.overlaps(place) for place in shown):
                yield token

    def redactions(self) -> Iterator[RedactionChange]:
        """Yield the redactions that differ, that of the token it ends at included."""
        old, new = ([t for t in side if t.redaction] for side in (self.before, self.after))
        for before, after in [*zip_longest(old, new), *([self.right] if self.right else [])]:
            if what := _what(before, after):
                yield RedactionChange(
                    before=before and before.redaction, after=after and after.redaction, what=what
                )


def between(old: Sequence[Said], new: Sequence[Said]) -> Iterator[Gap]:
    """Yield what lies before each token that the turns share, and after the last."""
    before = [token for turn in old for token in turn.tokens()]
    after = [token for turn in new for token in turn.tokens()]
    pairs = align.closest([t.value for t in before], [t.value for t in after])
    left = None
    for i, i_end, j, j_end in align.gaps(pairs, len(before), len(after)):
        right = (before[i_end], after[j_end]) if i_end < len(before) else None
        yield Gap(before=before[i:i_end], after=after[j:j_end], left=left, right=right)
        left = right


def _what(before: Token | None, after: Token | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ("added",) if before is None else ("removed",)
    old, new = before.redaction, after.redaction
    if old is None or new is None:
        return ()
    differs = {
        "label": old.label != new.label,
        "mask": old.mask != new.mask,
        "operator": old.operator != new.operator,
        "placeholder": before.placeholder != after.placeholder,
    }
    return tuple(what for what, does in differs.items() if does)
