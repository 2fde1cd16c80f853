"""What is confirmed to identify someone in one transcript, and where it stands in others; pure.

E-mails, phones, IDs, handles and full names are the same person's wherever they stand,
and are taken over at once, with the power of what found them. A single name, a firm or
a title may mean another one there: it is proposed, and so is what the model merely suspects
of being such an identifier.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.detect.resolve import POWER, is_hint
from corpus.model import LABELS, Field, Finding, Label, Span, Transcript
from corpus.review.decisions import PROPOSED
from corpus.surfaces import Concordance, key, words

_RULE = "propagate."
_ROSTER = "roster"
"""What a reviewer confirmed in one transcript counts in another like what the roster says."""
_NUMBERS = ("PHONE_NUMBER", "ID_NUMBER")
_SHORTEST = 3
_LONG_NUMBER = 7
_SHORTEST_CODE = 5
_MARKED = re.compile(r"[\d@._]|[a-z][A-Z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Words that say nothing by themselves, and surfaces that stay, both folded."""

    ambiguous: Collection[str] = field(repr=False)
    kept: Collection[str] = field(repr=False)

    def are_everyday(self, surface: str) -> bool:
        """Tell whether each word of the surface is an everyday word as well."""
        return all(word.text in self.ambiguous for word in words(surface))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A surface that was confirmed somewhere, in its folded form."""

    surface: str = field(repr=False)
    label: Label
    score: float
    recognizer: str
    """The most powerful one that found it."""
    at_once: bool
    """Whether it is taken over rather than proposed."""
    is_everyday: bool
    """Whether it is made of everyday words, so that it counts only where capitalised."""


def is_propagated(finding: Finding) -> bool:
    """Tell whether the finding came from another transcript."""
    return finding.rule.startswith(_RULE)


def may_have_come(finding: Finding) -> bool:
    """Tell whether the finding came from another transcript, or repeats what may have."""
    return finding.rule.startswith((_RULE, "repeats."))


def confirmed(
    transcript: Transcript,
    findings: Iterable[Finding],
    hides: Callable[[Finding], bool],
    lists: Lists,
) -> dict[tuple[str, Label], Identifier]:
    """Return what the transcript's findings confirm, by folded surface and label.

    Args:
        transcript: where it stands.
        findings: after reviewers' decisions.
        hides: whether the policy hides a finding by itself.
        lists: what is never propagated.
    """
    found: dict[tuple[str, Label], Identifier] = {}
    for finding in findings:
        if finding.mask == "direct" and hides(finding):
            made = _identifier(transcript.text_of(finding.span), finding, lists)
            if made is not None:
                place = (made.surface, made.label)
                found[place] = _joined(found.get(place, made), made)
    return found


def _joined(one: Identifier, other: Identifier) -> Identifier:
    return replace(
        one,
        score=max(one.score, other.score),
        recognizer=max(one.recognizer, other.recognizer, key=lambda name: (POWER[name], name)),
        at_once=one.at_once or other.at_once,
    )


def _identifier(text: str, finding: Finding, lists: Lists) -> Identifier | None:
    surface, everyday = key(text), lists.are_everyday(text)
    means_one = _means_one(text, finding.label)
    is_weak = everyday or finding.recognizer == "repeats" or is_hint(finding) or _is_short(surface)
    if surface in lists.kept or (is_weak and not means_one):
        return None
    return Identifier(
        surface=surface,
        label=finding.label,
        score=finding.score,
        recognizer=_ROSTER if finding.recognizer == "decision" else finding.recognizer,
        at_once=means_one and not is_hint(finding),
        is_everyday=everyday,
    )


def _is_short(surface: str) -> bool:
    return sum(map(str.isalnum, surface)) < _SHORTEST


def _means_one(text: str, label: Label) -> bool:
    """Tell whether the text means the same wherever it stands, by its form."""
    if label == "PERSON":
        return sum(len(word.text) > 1 and word.text.isalpha() for word in words(text)) > 1
    if label in _NUMBERS:
        return _is_singular(text)
    if label == "USERNAME":
        return _MARKED.search(text) is not None and not _is_short(text)
    return label == "EMAIL_ADDRESS"


def _is_singular(number: str) -> bool:
    """Tell whether a number is too long, or too odd, to stand for something else as well."""
    signs = [character for character in number if character.isalnum()]
    is_round = {*signs[1:]} <= {"0"}
    is_mixed = any(map(str.isalpha, signs)) and any(map(str.isdecimal, signs))
    return not is_round and len(signs) >= (_SHORTEST_CODE if is_mixed else _LONG_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    identifier: Identifier
    transcripts: int
    """In how many it is confirmed."""


class Known:
    """What is confirmed anywhere in the corpus."""

    def __init__(self) -> None:
        self._votes: dict[str, Counter[Label]] = {}
        self._best: dict[str, Identifier] = {}
        self._by_word: dict[str, list[str]] = {}

    def __contains__(self, surface: str) -> bool:
        return surface in self._best

    def __bool__(self) -> bool:
        return bool(self._best)

    def add(self, identifiers: Iterable[Identifier]) -> None:
        """Take in what one transcript confirms."""
        for new in identifiers:
            old = self._best.setdefault(new.surface, new)
            if old is new:
                self._by_word.setdefault(words(new.surface)[0].text, []).append(new.surface)
            self._best[new.surface] = _joined(old, new)
            self._votes.setdefault(new.surface, Counter())[new.label] += 1

    def update(self, other: Known) -> None:
        """Take in all that the other knows and this one does not."""
        for surface, identifier in other._best.items():
            if surface not in self:
                self.add([identifier])
                self._votes[surface] = other._votes[surface]

    def all(self) -> Iterator[_Known]:
        """Yield everything that is confirmed."""
        return map(self._known, self._best)

    def among(self, concordance: Concordance) -> list[_Known]:
        """Return what may stand in a transcript, longest first: its first word does."""
        surfaces = (
            surface
            for word in self._by_word.keys() & concordance.vocabulary
            for surface in self._by_word[word]
        )
        return [self._known(s) for s in sorted(surfaces, key=lambda s: (-len(s), s))]

    def _known(self, surface: str) -> _Known:
        votes = self._votes[surface]
        label = max(LABELS, key=lambda label: votes[label])
        best = replace(self._best[surface], label=label)
        return _Known(identifier=best, transcripts=max(votes.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is confirmed elsewhere and stands here, unmarked."""

    taken: tuple[Finding, ...]
    """Yet to be resolved with the transcript's own findings."""
    surfaces: frozenset[str] = field(repr=False)
    """Those of the identifiers that must not be left standing here, marked or not."""


def taken_over(
    transcript: Transcript, own: Sequence[Finding], known: Known, concordance: Concordance
) -> Standing:
    """Return what must be hidden here since it is hidden elsewhere.

    What is marked `none` here, by a keep rule or a reviewer, stays; the model's word alone does not
    count against an identifier.
    """
    free = _Free(transcript, (f for f in own if f.mask != "none" or f.recognizer != "model"))
    taken: list[Finding] = []
    surfaces = set()
    for one in known.among(concordance):
        identifier = one.identifier
        if not identifier.at_once:
            continue
        places = list(occurrences(transcript, identifier, concordance))
        if places and not identifier.is_everyday:
            surfaces.add(identifier.surface)
        taken += [
            _finding(one, place, identifier.recognizer) for place in places if free.claim(place)
        ]
    return Standing(taken=tuple(taken), surfaces=frozenset(surfaces))


def proposed(
    transcript: Transcript, own: Sequence[Finding], known: Known, concordance: Concordance
) -> tuple[Finding, ...]:
    """Return what a steward may want to hide here since it is hidden elsewhere.

    All places of a surface belong together: those after the first repeat it.
    """
    free = _Free(transcript, own)
    found: list[Finding] = []
    for one in known.among(concordance):
        if one.identifier.at_once:
            continue
        places = list(concordance.occurrences(one.identifier.surface))
        if not any(_is_written_as_name(transcript.text_of(place)) for place in places):
            continue
        first: Span | None = None
        for piece in (free_piece for place in places for free_piece in free.claim(place)):
            found.append(_finding(one, piece, PROPOSED, first))
            first = first or piece
    return tuple(sorted(found, key=lambda finding: finding.span.position))


def kept_up(
    transcript: Transcript, findings: Sequence[Finding], decided: Iterable[Finding]
) -> tuple[Finding, ...]:
    """Return the findings with those proposals that a reviewer decided on and nothing brings now.

    What a reviewer confirmed stays hidden even where its source is gone.
    """
    free = _Free(transcript, findings)
    kept = [replace(f, recognizer=PROPOSED) for f in decided if free.claim(f.span) == [f.span]]
    return tuple(sorted((*findings, *kept), key=lambda finding: finding.span.position))


def occurrences(
    transcript: Transcript, identifier: Identifier, concordance: Concordance
) -> Iterator[Span]:
    """Yield where it stands and means somebody: everyday words do where they are capitalised."""
    for place in concordance.occurrences(identifier.surface):
        if not identifier.is_everyday or _is_capitalised(transcript.text_of(place)):
            yield place


def _is_capitalised(text: str) -> bool:
    return all(text[word.start].isupper() for word in words(text))


def _is_written_as_name(text: str) -> bool:
    return text != text.lower() or _MARKED.search(text) is not None


def _finding(one: _Known, place: Span, recognizer: str, first: Span | None = None) -> Finding:
    count = "another transcript" if one.transcripts == 1 else f"{one.transcripts} transcripts"
    identifier = one.identifier
    return Finding(
        span=place,
        label=identifier.label,
        mask="direct",
        score=identifier.score,
        rule=f"{_RULE}{identifier.label.lower().replace('_', '-')}",
        recognizer=recognizer,
        reason=f"hidden in {count}",
        repeats=first,
    )


class _Free:
    """What nothing has claimed yet of a transcript."""

    def __init__(self, transcript: Transcript, findings: Iterable[Finding]) -> None:
        self._transcript = transcript
        self._taken: dict[tuple[int, Field], list[tuple[int, int]]] = {}
        for finding in findings:
            self._take(finding.span)

    def _take(self, span: Span) -> None:
        insort(self._taken.setdefault((span.turn, span.field), []), (span.start, span.end))

    def claim(self, span: Span) -> list[Span]:
        """Take what is free of the span, and return it."""
        pieces = list(self._pieces(span))
        for piece in pieces:
            self._take(piece)
        return pieces

    def _pieces(self, span: Span) -> Iterator[Span]:
        taken = self._taken.get((span.turn, span.field), [])
        at = span.start
        for start, end in taken[max(0, bisect_right(taken, (span.start, span.start)) - 1) :]:
            if start >= span.end:
                break
            yield from self._trimmed(span, at, min(start, span.end))
            at = max(at, end)
        yield from self._trimmed(span, at, span.end)

    def _trimmed(self, span: Span, start: int, end: int) -> Iterator[Span]:
        piece = replace(span, start=start, end=end) if start < end else None
        text = self._transcript.text_of(piece) if piece else ""
        if piece and any(map(str.isalnum, text)):
            left, right = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
            yield replace(piece, start=start + left, end=end - right)
