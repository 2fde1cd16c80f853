"""Drafts in, drafts with stable IDs out: honour, recognise, number on.

Order of evidence for a draft's ID: the stable ID in its source; the same turns as
a known transcript; the same foreign ID in the source; most of its words in turns
that one known transcript shares. What is left is new and numbered on from the
cohort's high-water mark in the order of its keyed fingerprint, so that neither file
names nor their order show through.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from corpus import ids
from corpus.errors import SourceError
from corpus.model import Draft, Turn
from corpus.registry import Registry
from corpus.registry.transcripts import Entry

State = Literal["new", "unchanged", "edited", "replaced"]
"""Replaced: by a text that hardly resembles it, so that nothing that was agreed on holds for it."""

_OUT = "delete it, or where others stand in the same file, its rows"
"""What to do with a transcript that was withdrawn."""
_SIMILAR = 0.5
"""Share of a draft's characters in turns of a known transcript that makes it an edit of it."""

_EDITED = 0.25
"""Share of word trigrams that two states of one transcript have at least in common."""

_TELLING = 40
"""Turns shorter than this are said by many people and tell nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A draft with its ID."""

    draft: Draft
    entry: Entry
    prints: tuple[str, ...]
    state: State
    similarity: float | None = None
    """How much it shares with the transcript it was recognised by, where by that alone."""
    resembles: str | None = None
    """The transcript that a new one has most of its words from, or all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    draft: Draft
    fingerprint: str
    prints: tuple[str, ...]

    @property
    def where(self) -> str:
        return f"{self.draft.path} ({self.draft.place})"


Refuse = Callable[[SourceError], None]
"""Called with the reason why a draft cannot be taken; raises, or notes that it is skipped."""


def number(
    drafts: Sequence[Draft],
    registry: Registry,
    *,
    key: bytes,
    cohort: str,
    refuse: Refuse,
    replace: bool = False,
) -> list[Numbered]:
    """Give every draft its ID; the result is ordered by ID and nothing is stored yet.

    Args:
        drafts: the transcripts of one ingest, in any order.
        registry: what is known so far.
        key: the workspace's key.
        cohort: where drafts without a stable ID are numbered.
        refuse: what to do with a draft whose ID or content stands twice.
        replace: let a draft replace a transcript of its ID that it hardly resembles.
    """
    candidates = list(_not_withdrawn((_candidate(d, key) for d in drafts), registry, refuse))
    candidates.sort(key=lambda c: (c.fingerprint, c.draft.path, c.draft.place))
    known = {entry.transcript_id: entry for entry in registry.entries()}
    taken: dict[str, _Candidate] = {}
    conflict = _no_conflict if replace else partial(_conflict, known=known, registry=registry)
    numbered = [
        _judged(n, known, registry) if replace and n.state == "edited" else n
        for n in _honour(candidates, known, taken, conflict, refuse)
    ]
    unclaimed = [c for c in candidates if not _is_stable(c.draft)]
    open_ = _distinct(unclaimed, taken.values(), refuse)
    recognised = _recognise(open_, known, taken, registry, cohort)
    numbered += recognised
    done = {n.entry.fingerprint for n in recognised}
    number_ = _high_water(registry, numbered, cohort)
    for candidate in (c for c in open_ if c.fingerprint not in done):
        number_ += 1
        numbered.append(_numbered(candidate, ids.join(cohort, number_), "new"))
    ordered = sorted(numbered, key=lambda n: n.entry.transcript_id)
    return [_compared(n, known, registry) if n.state == "new" else n for n in ordered]


def _compared(numbered: Numbered, known: dict[str, Entry], registry: Registry) -> Numbered:
    """Say which known transcript a new one resembles: what is hidden there may stand in it."""
    same = {
        e.transcript_id: 1.0 for e in known.values() if e.fingerprint == numbered.entry.fingerprint
    }
    shared = same or _shared(numbered.draft, numbered.prints, registry)
    best = max(sorted(shared), key=lambda id_: shared[id_], default=None)
    is_like = best is not None and shared[best] >= _SIMILAR
    return dataclasses.replace(numbered, resembles=best if is_like else None)


def _not_withdrawn(
    candidates: Iterable[_Candidate], registry: Registry, refuse: Refuse
) -> Iterator[_Candidate]:
    """Yield the candidates but those whose ID, or whose text, was withdrawn."""
    tombstones = registry.tombstones()
    texts = {tombstone.fingerprint: id_ for id_, tombstone in tombstones.items()}
    for candidate in candidates:
        claimed = candidate.draft.claimed_id or ""
        if claimed in tombstones:
            problem = f"{claimed} was withdrawn, and its ID is never given again"
            refuse(_error(candidate, problem, _OUT))
        elif candidate.fingerprint in texts:
            problem = f"this transcript was withdrawn as {texts[candidate.fingerprint]}"
            refuse(_error(candidate, problem, _OUT))
        else:
            yield candidate


def _candidate(draft: Draft, key: bytes) -> _Candidate:
    return _Candidate(
        draft=draft,
        fingerprint=ids.content_fingerprint(key, draft.turns),
        prints=tuple(ids.turn_fingerprint(key, t) for t in draft.turns if _is_telling(t)),
    )


def _is_telling(turn: Turn) -> bool:
    return len(turn.text) >= _TELLING


def _is_stable(draft: Draft) -> bool:
    return draft.claimed_id is not None and ids.is_stable(draft.claimed_id)


def _honour(
    candidates: Sequence[_Candidate],
    known: dict[str, Entry],
    taken: dict[str, _Candidate],
    conflict: Callable[[_Candidate, str], SourceError | None],
    refuse: Refuse,
) -> list[Numbered]:
    numbered = []
    for candidate in candidates:
        id_ = candidate.draft.claimed_id
        if id_ is None or not ids.is_stable(id_):
            continue
        if id_ in taken:
            _refuse_double(candidate, taken[id_], f"the ID {id_} is claimed", refuse)
            continue
        problem = conflict(candidate, id_)
        if problem is not None:
            refuse(problem)
            continue
        taken[id_] = candidate
        numbered.append(_numbered(candidate, id_, _state(candidate, known.get(id_))))
    return numbered


def _conflict(
    candidate: _Candidate, id_: str, known: dict[str, Entry], registry: Registry
) -> SourceError | None:
    """Return why a claim cannot be honoured: its ID, or its content, is another transcript's."""
    holder = known.get(id_)
    if holder is not None and not _is_edit(candidate, holder, registry):
        return _error(
            candidate,
            f"the ID {id_} belongs to another text in this workspace",
            "give this one another ID; if it is the same interview rewritten, use --replace",
        )
    for entry in known.values():
        numbered_by_us = entry.source_key != entry.transcript_id
        same = entry.fingerprint == candidate.fingerprint
        if same and numbered_by_us and entry.transcript_id != id_:
            return _error(
                candidate,
                f"claims {id_}, but the same transcript is in the workspace already"
                f" as {entry.transcript_id}",
                f"claim {entry.transcript_id}, or leave the file out",
            )
    return None


def _no_conflict(_candidate: _Candidate, _id: str) -> None:
    return None


def _judged(numbered: Numbered, known: dict[str, Entry], registry: Registry) -> Numbered:
    """Tell an edit from a replacement, which only a user who asks for it gets this far."""
    holder = known.get(numbered.entry.transcript_id)
    if holder is None or _resembles(numbered.draft.turns, holder, registry):
        return numbered
    return dataclasses.replace(numbered, state="replaced")


def _is_edit(candidate: _Candidate, holder: Entry, registry: Registry) -> bool:
    same = holder.fingerprint == candidate.fingerprint
    return same or _resembles(candidate.draft.turns, holder, registry)


def _resembles(turns: Sequence[Turn], holder: Entry, registry: Registry) -> bool:
    before = _trigrams(registry.transcript(holder.transcript_id).turns)
    after = _trigrams(turns)
    kept = sum((before & after).values())
    return kept >= _EDITED * max(1, min(before.total(), after.total()))


def _trigrams(turns: Sequence[Turn]) -> Counter[tuple[str, ...]]:
    words = [word for turn in turns for word in turn.text.casefold().split()]
    return Counter(zip(words, words[1:], words[2:], strict=False))


def _error(candidate: _Candidate, problem: str, remedy: str) -> SourceError:
    draft = candidate.draft
    return SourceError(problem, path=draft.path, place=draft.place, remedy=remedy)


def _distinct(
    candidates: Sequence[_Candidate], honoured: Iterable[_Candidate], refuse: Refuse
) -> list[_Candidate]:
    contents = {candidate.fingerprint: candidate for candidate in honoured}
    claims: dict[str, _Candidate] = {}
    distinct = []
    for candidate in candidates:
        claim = candidate.draft.claimed_id
        if candidate.fingerprint in contents:
            first = contents[candidate.fingerprint]
            _refuse_double(candidate, first, "the same transcript stands", refuse)
        elif claim is not None and claim in claims:
            _refuse_double(candidate, claims[claim], "the same ID is claimed", refuse)
        else:
            contents[candidate.fingerprint] = candidate
            if claim is not None:
                claims[claim] = candidate
            distinct.append(candidate)
    return distinct


def _refuse_double(candidate: _Candidate, first: _Candidate, problem: str, refuse: Refuse) -> None:
    remedy = "remove one of the two, or give it an ID of its own"
    refuse(_error(candidate, f"{problem} twice, here and in {first.where}", remedy))


def _recognise(
    candidates: Sequence[_Candidate],
    known: dict[str, Entry],
    taken: dict[str, _Candidate],
    registry: Registry,
    cohort: str,
) -> list[Numbered]:
    by_fingerprint = {e.fingerprint: e for e in known.values()}
    by_source_key = {e.source_key: e for e in known.values() if e.source_key and e.cohort == cohort}
    free = set(known) - set(taken)
    numbered = []
    rest = list(candidates)
    evidence: tuple[Callable[[_Candidate], Entry | None], ...] = (
        lambda c: by_fingerprint.get(c.fingerprint),
        lambda c: by_source_key.get(c.draft.claimed_id or ""),
    )
    for look_up in evidence:
        for candidate in list(rest):
            entry = look_up(candidate)
            if entry is not None and entry.transcript_id in free:
                free.remove(entry.transcript_id)
                rest.remove(candidate)
                numbered.append(_numbered(candidate, entry.transcript_id, _state(candidate, entry)))
    for similarity, candidate, id_ in _similar(rest, registry, free, cohort):
        numbered.append(_numbered(candidate, id_, "edited", similarity))
    return numbered


def _similar(
    candidates: Sequence[_Candidate], registry: Registry, free: set[str], cohort: str
) -> list[tuple[float, _Candidate, str]]:
    """Match each candidate to the free transcript it shares most with, best pairs first."""
    pairs = [
        (similarity, candidate, id_)
        for candidate in candidates
        if candidate.draft.claimed_id is None
        for id_, similarity in _shared(candidate.draft, candidate.prints, registry).items()
        if id_ in free and similarity >= _SIMILAR and ids.split(id_)[0] == cohort
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1].fingerprint, pair[2]))
    matched: list[tuple[float, _Candidate, str]] = []
    used: set[str] = set()
    for similarity, candidate, id_ in pairs:
        if id_ not in used and candidate.fingerprint not in used:
            used |= {id_, candidate.fingerprint}
            matched.append((similarity, candidate, id_))
    return matched


def _shared(draft: Draft, prints: Sequence[str], registry: Registry) -> dict[str, float]:
    """Return the share of a draft's characters that each known transcript has too.

    Turns of several known transcripts (an interviewer's set phrases) do not count.
    """
    telling = [t for t in draft.turns if _is_telling(t)]
    holders = registry.holders(prints)
    shared: Counter[str] = Counter()
    total = 0
    for turn, print_ in zip(telling, prints, strict=True):
        owners = holders.get(print_, set())
        if len(owners) <= 1:
            total += len(turn.text)
            shared.update({owner: len(turn.text) for owner in owners})
    return {owner: characters / total for owner, characters in shared.items()}


def _state(candidate: _Candidate, entry: Entry | None) -> State:
    if entry is None:
        return "new"
    return "unchanged" if entry.fingerprint == candidate.fingerprint else "edited"


def _high_water(registry: Registry, numbered: Sequence[Numbered], cohort: str) -> int:
    used = [ids.split(n.entry.transcript_id) for n in numbered]
    return max(
        [registry.high_water().get(cohort, 0), *(n for name, n in used if name == cohort)],
    )


def _numbered(
    candidate: _Candidate, id_: str, state: State, similarity: float | None = None
) -> Numbered:
    draft = candidate.draft
    entry = Entry(
        transcript_id=id_,
        cohort=ids.split(id_)[0],
        source_key=draft.claimed_id,
        fingerprint=candidate.fingerprint,
        placeholders=draft.repairs.placeholders,
        words=sum(len(turn.text.split()) for turn in draft.turns),
        turns=len(draft.turns),
    )
    return Numbered(
        draft=draft, entry=entry, prints=candidate.prints, state=state, similarity=similarity
    )
