"""Turns of two versions -> where they differ, and what one hides there that the other shows; pure.

A release does not hold what it hides. What became of a place that one version hides shows
in what stands around it: words and placeholders of both versions are laid side by side by
fewest edits, and words that stand where the other version has a placeholder were hidden there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Literal

from corpus.model import Redaction, Span
from corpus.release import align
from corpus.release.tokens import Said, Token, places

How = Literal["whole", "part", "unsure"]
Pair = tuple[Token, Token]

POLICY = "policy"
"""What a redaction changed by where the same mention is treated otherwise."""

_WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A place that one version hides and the other shows, at least in part."""

    hidden: Redaction
    """In the version that hides it."""
    places: tuple[Span, ...]
    """Of the words that stand there in the version that shows it."""
    how: How
    """whole: words instead of the placeholder; part: new words beside a placeholder; unsure:
    words around it differ as well, so that these may be others than the hidden ones."""

    @property
    def is_certain(self) -> bool:
        """Whether it is seen to stand; else it only may."""
        return self.how != "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionChange:
    """A redaction that one version alone has, or that is another in each."""

    before: Redaction | None
    after: Redaction | None
    what: tuple[str, ...]
    """"added", "removed", or which of label, mask, operator, rule and placeholder differ."""

    @property
    def causes(self) -> tuple[str, ...]:
        """What brought it about: the rules by which it is, or was, hidden; else the policy.

        Empty where neither version says it.
        """
        if "operator" in self.what and not {"label", "mask"} & {*self.what}:
            return (POLICY,)
        if self.what == ("placeholder",):
            return ()
        rules = (r.rule for r in (self.before, self.after) if r and r.rule)
        return tuple(dict.fromkeys(rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What stands between two words that both versions have: placeholders, words that differ."""

    before: Sequence[Token]
    after: Sequence[Token]
    end: Pair | None
    """The word (or start of a field) that it ends at."""

    @property
    def mirrored(self) -> Gap:
        """The same, seen from the other version."""
        end = (self.end[1], self.end[0]) if self.end else None
        return Gap(before=self.after, after=self.before, end=end)

    def standing(self) -> Iterator[Standing]:
        """Yield what is hidden before and stands after."""
        words = [token for token in self.after if token.is_word]
        if not words or not any(t.redaction for t in self.before) or self._is_plain_edit():
            return
        is_edited = any(token.is_word for token in self.before)
        shown = self._shown()
        for hidden, _ in self._pairs():
            if hidden and hidden.redaction and hidden in shown:
                how, there = shown[hidden]
                yield Standing(
                    hidden=hidden.redaction,
                    places=places(there),
                    how="unsure" if is_edited else how,
                )

    def _shown(self) -> dict[Token, tuple[How, list[Token]]]:
        """Return which words stand for which placeholder.

        Words between two placeholders that both versions have were hidden by what is gone from
        between them; else by one of the two, and are told of one, so that they count once.
        """
        kept = [(before, after) for before, after in self._pairs() if before and after]
        lost = _split(self.before, {before for before, _ in kept})
        come = _split(self.after, {after for _, after in kept})
        shown: dict[Token, tuple[How, list[Token]]] = {}
        for slot, (olds, news) in enumerate(zip(lost, come, strict=True)):
            words = [token for token in news if token.is_word]
            hidden = [token for token in olds if token.redaction]
            if hidden and words:
                shown |= dict.fromkeys(hidden, ("whole", words))
                continue
            for before, after in kept[max(slot - 1, 0) : slot + 1]:
                if there := [word for word in words if word.field == after.field]:
                    shown.setdefault(before, ("part", []))[1].extend(there)
                    break
        return shown

    def _is_plain_edit(self) -> bool:
        """Tell whether words took the place of at least as many words, and of nothing else."""
        runs = zip_longest(_runs(self.before), _runs(self.after), fillvalue=("", 0))
        return all(
            kind == other and (size >= now if kind == _WORDS else size == now)
            for (kind, size), (other, now) in runs
        )

    def _pairs(self) -> Iterator[tuple[Token | None, Token | None]]:
        """Yield all placeholders, each with that of the other version, if there is one."""
        old, new = ([t for t in side if t.redaction] for side in (self.before, self.after))
        same = align.closest([t.value for t in old], [t.value for t in new])
        for i, i_end, j, j_end in align.gaps(same, len(old), len(new)):
            yield from zip_longest(old[i:i_end], new[j:j_end])
            if i_end < len(old):
                yield old[i_end], new[j_end]

    def edited(self) -> Iterator[Token]:
        """Yield the words of texts that stand after, were not there before, nor hidden there."""
        shown = [place for s in self.standing() if s.is_certain for place in s.places]
        words = (t for t in self.after if t.is_word and t.span.field == "text")
        return (t for t in words if not any(t.span.overlaps(place) for place in shown))

    def redactions(self) -> Iterator[RedactionChange]:
        """Yield the redactions that differ."""
        for before, after in self._pairs():
            if what := _what(before, after):
                yield RedactionChange(
                    before=before.redaction if before else None,
                    after=after.redaction if after else None,
                    what=what,
                )


def between(old: Sequence[Said], new: Sequence[Said]) -> Iterator[Gap]:
    """Yield what lies before each word that the turns share, and after the last."""
    before = [token for turn in old for token in turn.tokens()]
    after = [token for turn in new for token in turn.tokens()]
    old_at, new_at = _plain(before), _plain(after)
    shared = align.closest([before[i].value for i in old_at], [after[j].value for j in new_at])
    pairs = [(old_at[x], new_at[y]) for x, y in shared]
    for i, i_end, j, j_end in align.gaps(pairs, len(before), len(after)):
        yield Gap(
            before=before[i:i_end],
            after=after[j:j_end],
            end=(before[i_end], after[j_end]) if i_end < len(before) else None,
        )


def _split(tokens: Sequence[Token], at: Collection[Token]) -> list[list[Token]]:
    """Return what stands before, between and after some of them."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token in at:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _plain(tokens: Sequence[Token]) -> list[int]:
    return [i for i, token in enumerate(tokens) if not token.redaction]


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield what follows upon what, and how often."""
    for kind, run in groupby(tokens, key=lambda t: _WORDS if t.is_word else t.value):
        yield kind, len(list(run))


def is_known_to_differ(old: str | int | None, new: str | int | None) -> bool:
    """Tell whether two values differ; releases of format 2 do not say all that later ones do."""
    return old is not None and new is not None and old != new


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
        "rule": is_known_to_differ(old.rule, new.rule),
        "placeholder": before.placeholder != after.placeholder,
    }
    return tuple(what for what, does in differs.items() if does)
