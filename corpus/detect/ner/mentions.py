"""Logits of pieces come in, findings go out: decided word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.detect.context import LITTLE_WORDS
from corpus.detect.ner.encoding import NO_WORD, Encoded
from corpus.detect.ner.model import Facts
from corpus.model import LABELS, QUASI, Finding, Label, Mask, Span, Transcript

FLOOR = 0.2
"""What scores less is not even recorded; a policy's thresholds lie above."""

_KEPT = 0.5
_JOINS = 0.35
"""Share of a mention's best score that a word needs to belong to it."""

_QUASI_COLUMNS = [number for number, label in enumerate(LABELS) if label in QUASI]
_REASON = "the model takes it for what gives someone away here"
_KEEP_REASON = "the model takes it for a name that leads to nobody here"


def mentions(encoded: Encoded, logits: NDArray[np.float32], facts: Facts) -> Iterator[Finding]:
    """Yield what to hide, and names to leave alone as mask `none`; disjoint, in reading order.

    Args:
        encoded: the transcript.
        logits: of shape (pieces, classes + 1).
        facts: what the classes are, and the temperature.
    """
    if not encoded.words:
        return
    judged = by_word(encoded, logits)
    shares = softmax(judged[:, :-1] / facts.temperature)
    begins = judged[:, -1] > 0
    columns = [facts.classes.index(label) for label in LABELS]
    of_labels = shares[:, columns]
    hidden = of_labels.sum(axis=1)
    kept = shares[:, facts.classes.index("KEEP")]
    best = of_labels.argmax(axis=1)
    # Speaker labels are read as context alone: which of their words are roles is a list's to say.
    in_label = [word.field == "speaker" for word in encoded.words]
    hidden[in_label] = kept[in_label] = 0
    # What would be a direct identifier, and is likelier a name that leads to nobody, stays.
    hidden[(kept > _KEPT) & ~np.isin(best, _QUASI_COLUMNS)] = 0
    kept[(kept <= _KEPT) | (hidden >= FLOOR)] = 0
    for run in _runs(encoded, hidden, best, begins):
        label = LABELS[best[run[int(np.argmax(hidden[run]))]]]
        mask: Mask = "quasi" if label in QUASI else "direct"
        yield _finding(encoded.words, run, label, mask, float(hidden[run].max()))
    for run in _runs(encoded, kept, np.zeros_like(best), begins):
        label = LABELS[best[run[0]]]
        yield _finding(encoded.words, run, label, "none", float(kept[run].max()))


def names(transcript: Transcript, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings without little words that stand by themselves, or at a name's edge."""
    edges = {edge for finding in findings for edge in _edges(finding)}
    for finding in findings:
        surface = transcript.text_of(finding.span)
        is_within = edges.issuperset(_edges_around(finding))
        if is_within or surface.isupper() or not LITTLE_WORDS.fullmatch(surface):
            yield finding


def _edges(finding: Finding) -> tuple[tuple[int, str, str, int], ...]:
    turn, field, start, end = finding.span.position
    return (turn, field, "start", start), (turn, field, "end", end)


def _edges_around(finding: Finding) -> tuple[tuple[int, str, str, int], ...]:
    """Return the edges of what a blank on each side would part from the finding."""
    turn, field, start, end = finding.span.position
    return (turn, field, "end", start - 1), (turn, field, "start", end + 1)


def by_word(encoded: Encoded, logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean of each word's logits over its pieces."""
    inside = encoded.word_of != NO_WORD
    of, judged = encoded.word_of[inside], logits[inside].astype(np.float64)
    firsts = np.flatnonzero(np.diff(of, prepend=-1))
    counts = np.diff(np.append(firsts, len(of)))
    means: NDArray[np.float64] = np.add.reduceat(judged, firsts) / counts[:, None]
    return means


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shares that add up to one in each row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _runs(
    encoded: Encoded,
    scores: NDArray[np.float64],
    kinds: NDArray[np.int64],
    begins: NDArray[np.bool_],
) -> Iterator[list[int]]:
    """Yield the words of each mention: neighbours of one kind until another begins."""
    words, signs = encoded.words, encoded.signs()
    run: list[int] = []
    for number in np.flatnonzero(scores >= FLOOR).tolist():
        if run and (
            number != run[-1] + 1
            or (words[number].turn, words[number].field)
            != (words[run[-1]].turn, words[run[-1]].field)
            or kinds[number] != kinds[run[-1]]
            or begins[number]
        ):
            yield from _trimmed(run, scores, signs)
            run = []
        run.append(number)
    yield from _trimmed(run, scores, signs)


def _trimmed(
    run: list[int], scores: NDArray[np.float64], signs: NDArray[np.bool_]
) -> Iterator[list[int]]:
    """Yield the run without signs and words at its ends that hardly belong to it."""
    wanted = _JOINS * max((scores[number] for number in run), default=0)
    belong = [number for number in run if scores[number] >= wanted and not signs[number]]
    if belong:
        yield list(range(belong[0], belong[-1] + 1))


def _finding(
    words: Sequence[Span], run: list[int], label: Label, mask: Mask, score: float
) -> Finding:
    first, last = words[run[0]], words[run[-1]]
    return Finding(
        span=Span(turn=first.turn, field=first.field, start=first.start, end=last.end),
        label=label,
        mask=mask,
        score=round(score, 3),
        rule=f"model.{'keep' if mask == 'none' else label.lower()}",
        recognizer="model",
        reason=_KEEP_REASON if mask == "none" else _REASON,
    )
