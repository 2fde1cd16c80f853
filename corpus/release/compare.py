"""Two versions of a transcript -> the turns, redactions and words that differ; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.model import Redacted, RedactedTurn
from corpus.release import align
from corpus.release.gaps import Gap, RedactionChange, Standing, between, is_known_to_differ
from corpus.release.tokens import Said, said


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnChange:
    """A turn that one version alone has, or that is another in each."""

    before: RedactedTurn | None = field(repr=False)
    after: RedactedTurn | None = field(repr=False)
    what: tuple[str, ...]
    """"added", "removed", or which differ of: redactions, words (its source was edited), signs
    (the source's punctuation or blanks alone), speaker (the label), role, times."""
    words_removed: int
    """Words of the source that are gone; what is hidden now is not counted."""
    words_added: int
    """New words of the source; what was hidden before is not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptChange:
    """What differs between two versions of a transcript."""

    transcript_id: str
    uncovered: tuple[Standing, ...]
    """Hidden before, standing after."""
    covered: tuple[Standing, ...]
    """Standing before, hidden after."""
    redactions: tuple[RedactionChange, ...]
    turns: tuple[TurnChange, ...]
    kept: tuple[int, int]
    """Findings left standing, before and after."""
    kept_by_decision: tuple[int | None, int | None]
    """Those of them that a reviewer keeps; None where a version does not say."""
    placeholders: tuple[int, int]
    """Placeholders of the source, before and after."""

    @property
    def differs(self) -> bool:
        """Whether anything does that both versions tell."""
        return (
            bool(self.uncovered or self.covered or self.redactions or self.turns)
            or is_known_to_differ(*self.kept)
            or is_known_to_differ(*self.kept_by_decision)
            or is_known_to_differ(*self.placeholders)
        )


def compare(before: Redacted, after: Redacted) -> TranscriptChange:
    """Return what differs between two versions of a transcript."""
    old, new = said(before), said(after)
    same = _unmistakable(old, new)
    gaps = list(_gaps(old, new, same))
    mirrored = [gap.mirrored for gap in gaps]
    turns = _Turns(removed=_Edits.of(mirrored), added=_Edits.of(gaps))
    return TranscriptChange(
        transcript_id=after.transcript_id,
        uncovered=tuple(s for gap in gaps for s in gap.standing()),
        covered=tuple(s for gap in mirrored for s in gap.standing()),
        redactions=tuple(c for gap in gaps for c in gap.redactions()),
        turns=tuple(turns.changes(old, new, sorted({*same, *_partners(gaps)}))),
        kept=(before.kept, after.kept),
        kept_by_decision=(before.kept_by_decision, after.kept_by_decision),
        placeholders=(before.placeholders, after.placeholders),
    )


def _unmistakable(old: Sequence[Said], new: Sequence[Said]) -> align.Pairs:
    """Pair the turns that both versions have and that say enough to be no others."""
    i, j = ([n for n, turn in enumerate(turns) if turn.is_telling] for turns in (old, new))
    pairs = align.unique([old[n].content for n in i], [new[n].content for n in j])
    return [(i[x], j[y]) for x, y in pairs]


def _gaps(old: Sequence[Said], new: Sequence[Said], same: align.Pairs) -> Iterator[Gap]:
    """Yield what lies between the pairs, and in those in which another rule found a mention."""
    for i, i_end, j, j_end in align.gaps(same, len(old), len(new)):
        yield from between(old[i:i_end], new[j:j_end])
        if i_end < len(old) and _found_otherwise(old[i_end], new[j_end]):
            yield from between(old[i_end : i_end + 1], new[j_end : j_end + 1])


def _found_otherwise(one: Said, other: Said) -> bool:
    rules = ([r.rule for r in said.redactions] for said in (one, other))
    return any(map(is_known_to_differ, *rules))


def _partners(gaps: Iterable[Gap]) -> align.Pairs:
    """Pair each turn with the one that most of its text stands in."""
    shared: Counter[tuple[int, int]] = Counter()
    for gap in gaps:
        if gap.end:
            one, other = gap.end
            is_said = one.span.field == "text" and one.span.end > one.span.start
            shared[one.span.turn, other.span.turn] += is_said
    pairs: dict[int, int] = {}
    taken = set()
    for i, j in sorted(shared, key=lambda pair: (-shared[pair], sum(pair))):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return list(pairs.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edits:
    """What happened to the turns of the later version, by turn."""

    words: Counter[int]
    redacted: frozenset[int]
    """The turns in which something is hidden otherwise."""

    @classmethod
    def of(cls, gaps: Sequence[Gap]) -> _Edits:
        done = [c.after for gap in gaps for c in gap.redactions() if c.after]
        hidden = [s.hidden for gap in gaps for s in gap.mirrored.standing()]
        shown = [place for gap in gaps for s in gap.standing() for place in s.places]
        return cls(
            words=Counter(token.span.turn for gap in gaps for token in gap.edited()),
            redacted=frozenset(
                [*(r.turn for r in (*done, *hidden)), *(place.turn for place in shown)]
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turns:
    removed: _Edits
    added: _Edits

    def changes(
        self, old: Sequence[Said], new: Sequence[Said], pairs: align.Pairs
    ) -> Iterator[TurnChange]:
        """Yield the turns that differ, in reading order."""
        for i, i_end, j, j_end in align.gaps(pairs, len(old), len(new)):
            yield from (self._change(one, None, ("removed",)) for one in old[i:i_end])
            yield from (self._change(None, one, ("added",)) for one in new[j:j_end])
            if i_end < len(old) and (what := self._what(old[i_end], new[j_end])):
                yield self._change(old[i_end], new[j_end], what)

    def _change(self, before: Said | None, after: Said | None, what: tuple[str, ...]) -> TurnChange:
        return TurnChange(
            before=before.turn if before else None,
            after=after.turn if after else None,
            what=what,
            words_removed=self.removed.words[before.turn.index] if before else 0,
            words_added=self.added.words[after.turn.index] if after else 0,
        )

    def _what(self, before: Said, after: Said) -> tuple[str, ...]:
        i, j = before.turn.index, after.turn.index
        redacted = i in self.removed.redacted or j in self.added.redacted
        words = bool(self.removed.words[i] or self.added.words[j])
        times = (before.turn.start_ms, before.turn.end_ms) != (
            after.turn.start_ms,
            after.turn.end_ms,
        )
        differs = {
            "redactions": redacted,
            "words": words,
            "signs": not (redacted or words) and before.outside("text") != after.outside("text"),
            "speaker": not redacted and before.outside("speaker") != after.outside("speaker"),
            "role": before.turn.role != after.turn.role,
            "times": times,
        }
        return tuple(what for what, does in differs.items() if does)
