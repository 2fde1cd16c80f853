"""Never less than before: where a release would show what releases before it hide.

Two things tell. What was hidden is known with its originals, so it is looked for where it stood,
or anywhere where the source was edited. And parent and release are laid side by side as for a
diff, which finds what was edited itself: a name that is spelt or parted otherwise now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus.model import Hidden, Redacted, RedactedTurn, Redaction, Span
from corpus.pipeline import parent as parents
from corpus.redact import earlier
from corpus.redact.earlier import Lost, Now
from corpus.redact.generalise import told
from corpus.registry import Registry
from corpus.registry.releases import Carried
from corpus.release import digest
from corpus.release.compare import compare
from corpus.release.read import Release
from corpus.review.decisions import decide
from corpus.surfaces import words
from corpus.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """A transcript in an earlier release."""

    hidden: tuple[Hidden, ...] | None = field(repr=False)
    """What it hides there; None where the database does not know the release."""
    redacted: Redacted | None = None
    """As it was released; None where it is not laid beside what is to be released."""


def bared(
    workspace: Workspace,
    registry: Registry,
    redacted: Sequence[Redacted],
    parent: Release | None,
) -> list[tuple[str, Span]]:
    """Return where something would stand that the parent, or the last release of all, hides.

    A transcript that one of them does not carry is compared with the last before that did.
    Places are those of the raw transcript. What a reviewer keeps is none of them.

    Args:
        workspace: whose releases they are.
        registry: the workspace's, up to date.
        redacted: what is to be released.
        parent: the release that it comes after, None where it begins anew.

    Raises:
        ReleaseError: the parent is damaged.
    """
    there = parents.folders(workspace.releases)
    order = {version: n for n, version in enumerate(registry.releases()) if version in there}
    carried = registry.carried()
    found: list[tuple[str, Span]] = []
    for now in redacted:
        id_ = now.transcript_id
        known = [c for c in carried.get(id_, ()) if c.version in order]
        before = list(_before(now, known, parent, order))
        if before:
            found += ((id_, span) for span in _places(registry, workspace.key, now, before))
    return found


def _before(
    now: Redacted, known: Sequence[Carried], parent: Release | None, order: Mapping[str, int]
) -> Iterator[_Before]:
    """Yield what the transcript is to be compared with."""
    last = {c.version: c for c in known[-1:]}
    if parent and parent.version in order:
        at = order[parent.version]
        last |= {c.version: c for c in [c for c in known if order[c.version] <= at][-1:]}
    if parent and now.transcript_id in parent:
        ours = last.pop(parent.version, None)
        claimed = parent.manifest["transcripts"][now.transcript_id]["digest"]
        if claimed != digest.of_transcript(now):
            yield _Before(hidden=ours.hidden if ours else None, redacted=parent[now.transcript_id])
    yield from (_Before(hidden=c.hidden) for c in last.values())


def _places(
    registry: Registry, key: bytes, redacted: Redacted, before: Sequence[_Before]
) -> list[Span]:
    id_ = redacted.transcript_id
    transcript = registry.transcript(id_)
    hidden = registry.hidden(id_)
    found = decide(transcript, registry.findings(id_), registry.decisions(id_), key).findings
    now = Now(transcript, hidden, found)
    spans: dict[Span, None] = {}
    for one in before:
        spans |= dict.fromkeys(earlier.standing(now, one.hidden or ()))
    for one in before:
        if one.redacted:
            beside = _Beside(one.redacted, redacted, hidden, now)
            lost = None if one.hidden is None else Lost(transcript, one.hidden)
            fresh = [s for s in beside.places(lost) if not any(map(s.overlaps, spans))]
            spans |= dict.fromkeys(fresh)
    return sorted(spans, key=lambda span: span.position)


class _Beside:
    """A transcript as it was released, and as it is to be."""

    def __init__(
        self, before: Redacted, redacted: Redacted, hidden: Sequence[Hidden], now: Now
    ) -> None:
        self._before, self._after, self._now = before, redacted, now
        self._pairs = list(zip(hidden, redacted.redactions, strict=True))

    def places(self, lost: Lost | None) -> Iterator[Span]:
        """Yield where a diff sees something stand, or told, that was hidden.

        Args:
            lost: the words of what was hidden; other words are what the source says instead.
                None where they are not known, so that any may be one.
        """
        change = compare(self._before, self._after)
        for place in (place for standing in change.uncovered for place in standing.places):
            span = self._original(place)
            text = self._now.transcript.text_of(span)
            seen = [
                replace(span, start=span.start + word.start, end=span.start + word.end)
                for word in words(text)
                if lost is None or lost.has(word.text)
            ]
            if seen := [s for s in seen if self._now.stands(s)]:
                yield replace(span, start=seen[0].start, end=seen[-1].end)
        for c in change.redactions:
            if c.before and c.after and c.before.operator != c.after.operator:
                old, new = (
                    _shown(self._before.turns, c.before),
                    _shown(self._after.turns, c.after),
                )
                if told(new) - told(old):
                    yield next(h.span for h, r in self._pairs if r == c.after)

    def _original(self, place: Span) -> Span:
        """Return where in the raw transcript a place of the redacted one stands."""
        return replace(
            place,
            start=place.start + self._shift(place, place.start),
            end=place.end + self._shift(place, place.end),
        )

    def _shift(self, place: Span, at: int) -> int:
        return sum(
            (h.span.end - h.span.start) - (r.end - r.start)
            for h, r in self._pairs
            if (r.turn, r.field) == (place.turn, place.field) and r.end <= at
        )


def _shown(turns: Sequence[RedactedTurn], redaction: Redaction) -> str:
    turn = turns[redaction.turn]
    text = turn.speaker if redaction.field == "speaker" else turn.text
    return text[redaction.start : redaction.end]
