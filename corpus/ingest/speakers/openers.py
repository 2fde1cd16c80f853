"""Which of the labels in a text name speakers, and so open turns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from corpus.ingest.speakers.labels import Opener, has_text, openers
from corpus.ingest.speakers.manners import otherwise
from corpus.ingest.speakers.names import (
    has_capitals,
    is_heading,
    stands_for_role,
    that_may_speak,
    words_of,
)
from corpus.ingest.speakers.roles import Roles
from corpus.ingest.speakers.spelling import is_slip

_PUBLISHED = frozenset(["Assistant", "AI", "User"])
_OFTEN = 3
_PAIR = 2
_MOST_COMPARED = 20
_HEADER_WIDTH = 80
_WORD = re.compile(r"\w[\w'\u2019-]*\b(?!:)")


def turn_openers(text: str, roles: Roles) -> tuple[Opener, ...]:
    """Return the labels that open turns, in order, whatever their manner."""
    usual = _labelled(text, roles)
    return otherwise(text, roles, usual) or usual


def _labelled(text: str, roles: Roles) -> tuple[Opener, ...]:
    """Return the labels with a colon that open turns.

    Where turns are set apart by blank lines, only a label after a blank line opens one.
    A label is taken for a speaker if it opens the transcript or recurs, or else stands
    for a role or looks like a name and does not stand in pasted text. One name alone is
    no conversation: a line of prose may begin like that.
    """
    found = _without_header(openers(text))
    if _is_published(found):
        found = [o for o in found if o.label in _PUBLISHED]
        if apart := _set_apart(found):
            return apart
    speaking = that_may_speak([o.label for o in found], roles)
    found = [o for o in found if o.label in speaking]
    spaced = _is_spaced(found, roles)
    cast = _Cast(text=text, roles=roles, spaced=spaced, found=found)
    opening = tuple(o for o in cast.eligible if o.key in cast.firm or cast.admits(o))
    alone = len(opening) == 1 and not stands_for_role(opening[0].label, roles)
    return () if alone else opening


@dataclass(frozen=True, kw_only=True)
class _Cast:
    """The labels of one transcript, weighed against each other."""

    text: str = field(repr=False)
    roles: Roles
    spaced: bool
    found: Sequence[Opener]

    @cached_property
    def eligible(self) -> list[Opener]:
        return [o for o in self.found if o.after_blank or not self.spaced]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(o.key for o in self.eligible)

    @cached_property
    def firm(self) -> frozenset[str]:
        """The labels that are speakers beyond doubt: they recur, or open the text."""
        first = self.eligible[:1]
        opening = {o.key for o in first if not has_text(self.text[: o.line])}
        return frozenset(opening.union(key for key, n in self.counts.items() if n >= _OFTEN))

    @cached_property
    def silent(self) -> frozenset[int]:
        """The lines that hold a speaker's label and nothing else."""
        speaking = (o for o in self.eligible if o.is_bare)
        roles = self.roles
        return frozenset(
            o.line for o in speaking if o.key in self.firm or stands_for_role(o.label, roles)
        )

    @cached_property
    def lines(self) -> frozenset[int]:
        return frozenset(o.line for o in self.found if not o.after_blank)

    def admits(self, opener: Opener) -> bool:
        """Tell whether a label that is rare speaks nevertheless."""
        if opener.lead_in >= 0 and opener.lead_in not in self.silent:
            return False
        if stands_for_role(opener.label, self.roles) or self._is_slip(opener):
            return True
        chat = self.spaced and opener.stop + 1 in self.lines
        heading = opener.is_bare and not all(o.is_bare for o in self.eligible[:_PAIR])
        once = self.counts[opener.key] < _PAIR
        complete = not self.spaced and len(self.firm) == _PAIR and once
        return not (chat or heading or complete) and self._is_name(opener)

    def _is_name(self, opener: Opener) -> bool:
        if opener.label[0].islower():
            return self.in_small_letters
        words = words_of(opener.label)
        common = all(self.written[w.lower()] > self.written[w] for w in words)
        return has_capitals(words) and len(opener.label) > 1 and not common

    def _is_slip(self, opener: Opener) -> bool:
        """Tell whether the label is one that recurs but for a slip."""
        return any(is_slip(opener.label, label) for label in self.commonest)

    @cached_property
    def commonest(self) -> list[str]:
        counts = Counter(o.label for o in self.eligible if o.key in self.firm)
        return [label for label, n in counts.most_common(_MOST_COMPARED) if n >= _OFTEN]

    @cached_property
    def in_small_letters(self) -> bool:
        return all(o.label[0].islower() for o in self.eligible if o.key in self.firm)

    @cached_property
    def written(self) -> Counter[str]:
        """How often the text writes each word, labels apart."""
        return Counter(_WORD.findall(self.text))


def _without_header(found: Sequence[Opener]) -> Sequence[Opener]:
    """Leave out leading blocks of "Date: ...", "Participant: P7" lines."""
    at = 0
    while (below := _below(found, at)) > at:
        at = below
    return found[at:]


def _below(found: Sequence[Opener], at: int) -> int:
    """Return what follows the block of facts that starts here; `at` itself where none does."""
    end = at + 1
    while end < len(found) and _joins(found[end - 1], found[end]):
        end += 1
    if end == at + 1 or end >= len(found) or not found[end].after_blank:
        return at
    named = any(is_heading(o.label) for o in found[at:end])
    rest = islice(found, end, None)
    apart = len(found) - end >= _OFTEN and not named and all(o.after_blank for o in rest)
    return end if named or apart else at


def _joins(upper: Opener, lower: Opener) -> bool:
    is_short = upper.stop - upper.text <= _HEADER_WIDTH and not upper.is_bare
    return is_short and lower.line == upper.stop + 1


def _is_published(found: Iterable[Opener]) -> bool:
    """Tell whether the transcript opens as the published ones do and has both sides."""
    labels = [o.label for o in found if not is_heading(o.label)]
    return bool(labels) and labels[0] in _PUBLISHED and _has_both_sides(labels)


def _has_both_sides(labels: Sequence[str]) -> bool:
    return len(_PUBLISHED.intersection(labels)) >= _PAIR and "User" in labels


def _set_apart(found: Iterable[Opener]) -> tuple[Opener, ...]:
    """Return the openers of the published form; nothing where no blank lines set them apart.

    A label of the side that is speaking already, right after a line that ends in a
    colon, belongs to a chat that was pasted.
    """
    form: list[Opener] = []
    silent = {o.line for o in found if o.is_bare}
    for opener in found:
        repeats = bool(form) and form[-1].key == opener.key
        pasted = repeats and opener.lead_in >= 0 and opener.lead_in not in silent
        if opener.after_blank and opener.is_flush and not pasted:
            form.append(opener)
    return tuple(form) if _has_both_sides([o.label for o in form]) else ()


def _is_spaced(found: Sequence[Opener], roles: Roles) -> bool:
    """Tell whether blank lines set the turns apart."""
    counts = Counter(o.key for o in found)
    first = {o.key for o in found[:1]}
    solid = [
        o
        for o in found
        if counts[o.key] >= _PAIR or o.key in first or stands_for_role(o.label, roles)
    ]
    apart = Counter(o.key for o in solid if o.after_blank)
    close = Counter(o.key for o in solid if not o.after_blank)
    if not any(o.after_blank for o in found[1:]):
        return False
    sides = {roles.of(o.label) if roles.known(o.label) else o.key for o in solid if o.after_blank}
    both = sum(n for key, n in close.items() if key in apart)
    usual = max(_PAIR, max(apart.values(), default=0) / 2)
    run_on = any(n >= usual and key not in apart for key, n in close.items())
    return not close or (len(sides) >= _PAIR and not run_on and both * 2 <= apart.total())
