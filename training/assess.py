"""The model alone, without rules and repeats: figures at several thresholds, per label.

Scores are calibrated and thresholds chosen on what this shows for transcripts that the
weights have not seen: `--fold K` with weights that were fitted without that fold.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from corpus import score
from corpus.detect.ner import Ner
from corpus.detect.ner.model import FOLDER
from corpus.model import Finding, Mask, Transcript, Turn
from corpus.score import Gold, Hidden, Mark, Scores
from training import sources, stage2
from training.example import Example

Scored = tuple[int, int, str, float]
"""Start, end, label and score, with offsets into the source text."""

_FIGURES = {
    "direct": "recall_direct",
    "entity": "entity_recall_direct",
    "quasi": "recall_quasi",
    "precision": "precision",
    "kept": "kept",
    "label": "label_accuracy",
    "apart": "told_apart",
}


def main() -> None:
    """Print the figures of each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, nargs="*")
    parser.add_argument("--model", type=Path, default=FOLDER)
    parser.add_argument("--fold", type=int, help="score this fifth of the training transcripts")
    parser.add_argument("--thresholds", type=float, nargs="*", default=(0.5, 0.3, 0.2))
    options = parser.parse_args()
    sets = {path.stem: list(sources.gold(path, path.stem)) for path in options.gold}
    if options.fold is not None:
        held = [e for e in stage2.examples() if stage2.fold(e) == options.fold]
        sets |= {
            f"{name} fold {options.fold}": [e for e in held if e.source == name]
            for name in ("written", "real")
        }
    ner = Ner(options.model)
    for name, examples in sets.items():
        gold = {example.id: gold_of(example) for example in examples}
        found = {example.id: scored(example, ner) for example in examples}
        for threshold in options.thresholds:
            scores = score.score(gold, hidden(found, threshold))
            print(line(f"{name} @{threshold:g}", scores))


def gold_of(example: Example) -> Gold:
    """Return the marks of an example with offsets into its source text."""
    marks = (
        Mark(
            *example.turns[mark.span.turn].in_source(mark.span),
            mark.label,
            cast("Mask", mark.mask),
        )
        for mark in example.marks
    )
    return Gold(text=example.text, marks=tuple(marks))


def scored(example: Example, ner: Ner) -> list[Scored]:
    """Return what the model finds in an example."""
    transcript = Transcript(transcript_id=example.id, cohort="", source="", turns=example.turns)
    return [_scored(example.turns, f) for f in ner.recognize(transcript) if f.mask != "none"]


def hidden(
    found: Mapping[str, Iterable[Scored]], threshold: float
) -> dict[str, tuple[Hidden, ...]]:
    """Return what reaches the threshold."""
    return {
        id_: tuple((s, e, label) for s, e, label, share in spans if share >= threshold)
        for id_, spans in found.items()
    }


def line(
    name: str, scores: Scores, intervals: Mapping[str, tuple[float, float]] | None = None
) -> str:
    """Return the figures in one line, with intervals where there are any, then labels' recall."""
    shown = [name + ":"]
    for short, figure in _FIGURES.items():
        value = getattr(scores, figure)
        if value is not None:
            shown.append(f"{short} {value:.3f}")
            if intervals:
                shown.append("({:.3f} to {:.3f})".format(*intervals[figure]))
    labels = " ".join(f"{k} {h}/{n}" for k, (h, n) in scores.by_label.items())
    return f"{' '.join(shown)}\n    {labels}"


def _scored(turns: Sequence[Turn], finding: Finding) -> Scored:
    return *turns[finding.span.turn].in_source(finding.span), finding.label, finding.score


if __name__ == "__main__":
    main()
