"""The findings of a first reading come in; the same after a second one of what is in doubt go out.

Where the first reading is of two minds about a string, its mentions are read side by side: what
leads to nobody by then stays, whatever repeats it, and what was passed over may be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.detect.ner.beside import sheets
from corpus.detect.ner.encoding import ASKED, Encoded, Pieces
from corpus.detect.ner.mentions import softmax
from corpus.detect.ner.model import Model
from corpus.detect.resolve import STAYS
from corpus.detect.variants import Variant, variants
from corpus.model import LABELS, QUASI, Field, Finding, Label, Span, Transcript
from corpus.surfaces import Concordance, key

_DOUBT = (0.3, 0.5)
"""A string is in doubt where its highest share in the first reading is over, its lowest under."""
_SURE = 0.9
"""The share of the first reading from which on the second changes nothing."""
_STAYS_UNFOUND = 0.12
"""The share of the second reading under which a mention stays that the first had not found."""
_STAYS_FOUND = 0.1
"""The same for one that it had."""
_STAYS_QUASI = 0.05
"""The same for what would be a quasi-identifier, found or not: it is scored lower anywhere."""
_FINDS = 0.7
"""The share from which on a mention is found that the first reading had not."""
_MOST = 40
"""Mentions of a string that are read again; one that stands oftener is left to repeats."""
_READ = frozenset({"repeats.surface", "repeats.part-of-name"})
"""Rules of the forms that are read, of all under which a name may stand again."""
_LEFT = "read beside its other mentions, it leads to nobody here"
_FOUND = "read beside its other mentions, it gives someone away here"


class Verdict(NamedTuple):
    """What the two readings say of a mention: shares, from 0 to 1, of what would hide it."""

    span: Span
    first: float
    again: float
    label: Label


def reconsidered(found: Sequence[Finding], verdicts: Iterable[Verdict]) -> Iterator[Finding]:
    """Yield the findings, some of them in another sense, and what is found anew; disjoint.

    Args:
        found: disjoint, of the first reading.
        verdicts: of the second, each about another span.
    """
    hidden = {finding.span: finding for finding in found if finding.mask != "none"}
    kept = [finding for finding in found if finding.mask == "none"]
    told = sorted(verdicts, key=_strength)
    staying = {verdict.span for verdict in told if _stays(verdict, verdict.span in hidden)}
    standing = [finding for span, finding in hidden.items() if span not in staying]
    new: list[Finding] = []
    taken = _Taken(finding.span for finding in standing)
    for verdict in told:
        is_left = verdict.span in staying
        if (is_left or verdict.again >= _FINDS) and taken.claim(verdict.span):
            before = hidden.get(verdict.span)
            new.append(_left(verdict, before) if is_left else _finding(verdict))
    yield from standing
    yield from new
    yield from (finding for finding in kept if taken.claim(finding.span))


class _Taken:
    """Places that are spoken for."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._of_line: dict[tuple[int, Field], list[Span]] = {}
        for span in spans:
            self.claim(span)

    def claim(self, span: Span) -> bool:
        """Take the span where it is free; tell whether it was."""
        line = self._of_line.setdefault((span.turn, span.field), [])
        is_free = not any(span.overlaps(other) for other in line)
        if is_free:
            line.append(span)
        return is_free


def _stays(verdict: Verdict, is_found: bool) -> bool:
    if is_found and verdict.first >= _SURE:
        return False
    if verdict.label in QUASI:
        return verdict.again < _STAYS_QUASI
    return verdict.again < (_STAYS_FOUND if is_found else _STAYS_UNFOUND)


def _strength(verdict: Verdict) -> tuple[object, ...]:
    """Order what is found before what stays, then the longer first."""
    return (verdict.again < _FINDS, verdict.span.start - verdict.span.end, verdict.span.position)


def verdicts(
    transcript: Transcript,
    encoded: Encoded,
    logits: NDArray[np.float32],
    found: Sequence[Finding],
    model: Model,
) -> Iterator[Verdict]:
    """Yield one for each mention of a string in doubt.

    Args:
        transcript: what was read.
        encoded: the same as pieces.
        logits: of the first reading; of shape (pieces, classes + 1).
        found: what the first reading finds.
        model: what reads.
    """
    concordance = Concordance.of(transcript)
    low, high = _DOUBT
    seen: set[Span] = set()
    for surface in _surfaces(transcript, found):
        spans = [span for span in concordance.occurrences(surface) if span.field == "text"]
        places = list(encoded.locate(spans))
        if not 1 < len(spans) <= _MOST or len(spans) != len(places):
            continue
        first = dict(zip(places, (_shares(logits[s:e], model) for s, e in places), strict=True))
        shares = [_hidden(one) for one in first.values()]
        if max(shares) < low or min(shares) >= high:
            continue
        again = _read(encoded, first, model)
        for span, place in zip(spans, places, strict=True):
            if place in again and span not in seen:
                seen.add(span)
                label = LABELS[int(again[place][-len(LABELS) :].argmax())]
                yield Verdict(span, _hidden(first[place]), _hidden(again[place]), label)


def _surfaces(transcript: Transcript, found: Sequence[Finding]) -> Iterator[str]:
    """Yield the forms of what was found that may stand elsewhere, each once."""
    seen: set[str] = set()
    for finding in sorted(found, key=lambda finding: finding.mask == "none"):
        if finding.span.field != "text":
            continue
        surface = transcript.text_of(finding.span)
        for form in variants(finding.label, surface):
            if form.rule in _READ and _is_plain(form) and key(form.surface) not in seen:
                seen.add(key(form.surface))
                yield form.surface


def _is_plain(form: Variant) -> bool:
    return not (form.is_guarded or form.is_exact)


def _read(
    encoded: Encoded, first: Mapping[Pieces, NDArray[np.float64]], model: Model
) -> dict[Pieces, NDArray[np.float64]]:
    """Return the shares of each mention beside its like, but of those beside none that was found.

    Args:
        encoded: the transcript.
        first: the mentions in reading order, with their shares in the first reading.
        model: what reads.
    """
    read: dict[Pieces, NDArray[np.float64]] = {}
    for sheet in sheets(encoded, first, model.encoder.separator):
        asked = dict(zip(sheet.at.tolist(), range(len(sheet.at)), strict=True))
        asked = {at: row for at, row in asked.items() if sheet.shapes[row] >= ASKED}
        rows = {place: [asked[at] for at in range(*place) if at in asked] for place in first}
        rows = {place: those for place, those in rows.items() if those}
        if max(_hidden(first[place]) for place in rows) < _DOUBT[0]:
            continue
        logits = model.read(sheet.ids, sheet.shapes)
        read |= {place: _shares(logits[those], model) for place, those in rows.items()}
    return read


def _shares(logits: NDArray[np.float32], model: Model) -> NDArray[np.float64]:
    """Return the shares of the classes for a mention, from the logits of its pieces."""
    mean = logits[:, :-1].astype(np.float64).mean(axis=0, keepdims=True)
    shares: NDArray[np.float64] = softmax(mean / model.facts.temperature)[0]
    return shares


def _hidden(shares: NDArray[np.float64]) -> float:
    return float(shares[-len(LABELS) :].sum())


def _left(verdict: Verdict, before: Finding | None) -> Finding:
    return Finding(
        span=verdict.span,
        label=before.label if before else verdict.label,
        mask="none",
        score=round(1 - verdict.again, 3),
        rule=STAYS,
        recognizer="model",
        reason=_LEFT,
    )


def _finding(verdict: Verdict) -> Finding:
    return Finding(
        span=verdict.span,
        label=verdict.label,
        mask="quasi" if verdict.label in QUASI else "direct",
        score=round(verdict.again, 3),
        rule=f"model.{verdict.label.lower()}",
        recognizer="model",
        reason=_FOUND,
    )
