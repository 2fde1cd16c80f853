"""Chooses the score from which a finding of each label is hidden, by what mistakes cost.

A missed direct mention is priced in letters that are hidden for nothing, a missed quasi one at
half of it, a `none` mention that is touched at a few. First one threshold is chosen for all
labels, then, where there are mentions enough, one for each. Prints sets of thresholds as YAML.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from corpus import executors, ingest, score, settings
from corpus.detect import Detector, detect
from corpus.evaluate import in_source
from corpus.model import LABELS, Finding, Label, Transcript
from corpus.redact import hidden
from corpus.redact.policy import Policy
from corpus.score import Gold, Hidden

PRICES = {"high-recall": 80.0, "balanced": 30.0, "cautious": 12.0}
"""Letters hidden for nothing that a missed direct mention outweighs, for each set."""
_QUASI = 0.5
_TOUCHED = 5.0
_GRID = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
_ENOUGH = 25
"""Mentions that a label must have in the sets for a threshold of its own."""

Thresholds = dict[Label, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A gold transcript and what the detector finds in it."""

    transcript: Transcript
    findings: tuple[Finding, ...]
    gold: Gold


def main() -> None:
    """Print the sets."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", type=Path, nargs="+")
    options = parser.parse_args()
    cases = [case for path in options.gold for case in _cases(path)]
    policy = settings.policy(None)
    for name, price in PRICES.items():
        chosen = choose(cases, policy, price)
        print(f"# {name}: {price:g} letters; cost {_cost(cases, policy, chosen, price):.0f}")
        print("\n".join(f"{label}: {chosen[label]:g}" for label in LABELS), flush=True)


def choose(cases: Sequence[Case], policy: Policy, price: float) -> Thresholds:
    """Return the cheapest thresholds."""
    cost = partial(_cost, cases, policy, price=price)
    chosen: Thresholds = min((dict.fromkeys(LABELS, t) for t in _GRID), key=cost)
    marks = [mark for case in cases for mark in case.gold.marks if mark.mask != "none"]
    for label in LABELS:
        if sum(mark.label == label for mark in marks) >= _ENOUGH:
            chosen = min(({**chosen, label: t} for t in _GRID), key=cost)
    return chosen


def _cases(path: Path) -> list[Case]:
    roles = settings.roles(None)
    gold = score.read_gold(path)
    transcripts = [
        Transcript(transcript_id=id_, cohort="", source=draft.source, turns=draft.turns)
        for id_, item in gold.items()
        for draft in [ingest.bare(item.text, roles=roles, path=id_)]
    ]
    found = executors.run(_finder, transcripts, workers=executors.available())
    return [
        Case(transcript=transcript, findings=findings, gold=gold[transcript.transcript_id])
        for transcript, findings in zip(transcripts, found, strict=True)
    ]


def _finder() -> partial[tuple[Finding, ...]]:
    return partial(detect, detector=Detector.load(settings.rule_folders(None)))


def _cost(
    cases: Sequence[Case], policy: Policy, thresholds: Mapping[Label, float], price: float
) -> float:
    set_so = replace(
        policy,
        treatments=tuple(replace(t, threshold=thresholds[t.label]) for t in policy.treatments),
    )
    return sum(_cost_of(case, set_so, price) for case in cases)


def _cost_of(case: Case, policy: Policy, price: float) -> float:
    covered = bytearray(len(case.gold.text))
    for start, end, _ in _hidden(case, policy):
        covered[start:end] = bytes([1]) * (end - start)
    wanted, cost = bytearray(len(covered)), 0.0
    for mark in case.gold.marks:
        part = covered[mark.start : mark.end]
        if mark.mask == "none":
            cost += _TOUCHED * any(part)
            continue
        wanted[mark.start : mark.end] = bytes([1]) * (mark.end - mark.start)
        if not all(part):
            cost += price * (1 if mark.mask == "direct" else _QUASI)
    return cost + sum(c > w for c, w in zip(covered, wanted, strict=True))


def _hidden(case: Case, policy: Policy) -> Sequence[Hidden]:
    return in_source(case.transcript, hidden(case.transcript, case.findings, policy))


if __name__ == "__main__":
    main()
