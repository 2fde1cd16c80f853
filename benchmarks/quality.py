"""Prints what the detector finds in gold sets, with 95 % intervals over transcripts.

python benchmarks/quality.py [GOLD.jsonl ...] [--by FIELD] [--errors N]
       [--stages [--model FOLDER]]

Without a file it takes the dev sets beside the project, and the fixtures' gold.
--by style   repeats direct recall for each value of that field of the gold's lines
--errors N   quotes N missed and N wrongly hidden mentions with what stands around them
--stages     shows what each stage gives: rules, the model, both, both with repeats
--model      another model for that, such as one of `python -m training.export --stage 1`
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from corpus import evaluate, rules, score, settings
from corpus.detect import Detector, detect
from corpus.detect.ner import Ner
from corpus.detect.ner.model import FOLDER
from corpus.detect.resolve import resolve
from corpus.model import Finding, Transcript
from corpus.score import Gold, Hidden, Scores

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CORPUS_SHARED", ROOT.parent / "shared"))
SETS = ("written_dev", "contrast_dev", "real_dev")
SHOWN = {
    "recall_direct": "direct recall",
    "entity_recall_direct": "direct entity recall",
    "recall_quasi": "quasi recall",
    "precision": "precision by character",
    "kept": "none mentions kept",
    "label_accuracy": "label accuracy",
    "told_apart": "strings that are both, told apart",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", type=Path, nargs="*")
    parser.add_argument("--by", help="field of the gold's lines, such as style or kind")
    parser.add_argument("--errors", type=int, default=0, help="quote this many of each kind")
    parser.add_argument("--stages", action="store_true", help="show what each stage gives")
    parser.add_argument("--model", type=Path, help="for the stages")
    options = parser.parse_args(arguments)
    if options.model and not options.stages:
        parser.error("--model is for --stages")
    for path in options.gold or _at_hand():
        gold = score.read_gold(path)
        texts = {id_: item.text for id_, item in gold.items()}
        print(f"\n## {path.stem}: {len(gold)} transcripts\n")
        if options.stages:
            _stages(gold, texts, options.model or FOLDER)
            continue
        predicted = evaluate.predict(texts)
        _table(score.score(gold, predicted), score.intervals(gold, predicted))
        _errors(gold, predicted, options.errors)
        if options.by:
            _by_field(path, options.by, gold, predicted)


def _at_hand() -> list[Path]:
    paths = [SHARED / "bench" / f"{name}.jsonl" for name in SETS]
    for path in paths:
        if not path.exists():
            print(f"left out, for it is not there: {path.name}")
    return [*(path for path in paths if path.exists()), ROOT / "fixtures" / "gold.jsonl"]


def _table(scores: Scores, intervals: Mapping[str, tuple[float, float]]) -> None:
    print("| figure | value | 95 % interval |\n| --- | ---: | --- |")
    for name, shown in SHOWN.items():
        value = getattr(scores, name)
        if value is not None:
            low, high = intervals[name]
            print(f"| {shown} | {value:.3f} | {low:.3f} to {high:.3f} |")
    print("\n| label | hidden | of | recall |\n| --- | ---: | ---: | ---: |")
    for label, (hidden, total) in scores.by_label.items():
        print(f"| {label} | {hidden} | {total} | {hidden / total:.3f} |")


def _errors(
    gold: Mapping[str, Gold], predicted: Mapping[str, tuple[Hidden, ...]], limit: int
) -> None:
    """Quote what is there: for the eyes of who mends the detector."""
    for miss in score.misses(gold, predicted)[:limit]:
        print(f"missed {miss.label} {miss.id}: {_quoted(gold[miss.id].text, miss.start, miss.end)}")
    wrong = (
        (id_, start, end, label)
        for id_, spans in predicted.items()
        for start, end, label in spans
        if not any(m.start < end and start < m.end for m in gold[id_].marks if m.mask != "none")
    )
    for id_, start, end, label in islice(wrong, limit):
        print(f"wrong {label} {id_}: {_quoted(gold[id_].text, start, end)}")


def _quoted(text: str, start: int, end: int) -> str:
    around = f"{text[max(0, start - 50) : start]}[[{text[start:end]}]]{text[end : end + 30]}"
    return " ".join(around.split())


def _by_field(
    path: Path, field: str, gold: Mapping[str, Gold], predicted: Mapping[str, tuple[Hidden, ...]]
) -> None:
    groups: dict[str, list[str]] = defaultdict(list)
    for line in filter(str.strip, path.read_text(encoding="utf-8").split("\n")):
        row = json.loads(line)
        groups[str(row.get(field, "-"))].append(row["id"])
    print(f"\n| {field} | transcripts | direct recall | quasi recall | precision | kept |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for value, ids in sorted(groups.items()):
        part = score.score({i: gold[i] for i in ids}, {i: predicted[i] for i in ids})
        figures = (part.recall_direct, part.recall_quasi, part.precision, part.kept)
        shown = " | ".join("-" if figure is None else f"{figure:.3f}" for figure in figures)
        print(f"| {value} | {len(ids)} | {shown} |")


def _stages(gold: Mapping[str, Gold], texts: Mapping[str, str], model: Path) -> None:
    ruleset = rules.load(settings.rule_folders(None))
    policy, roles = settings.policy(None), settings.roles(None)
    alone, both = Detector(ruleset), Detector(ruleset, model=Ner(model))
    stages: dict[str, Callable[[Transcript], tuple[Finding, ...]]] = {
        "rules": lambda t: resolve(t, alone.recognize(t)),
        "model": lambda t: resolve(t, (f for f in both.recognize(t) if f.recognizer == "model")),
        "rules and model": lambda t: resolve(t, both.recognize(t)),
        "rules, model, repeats": lambda t: detect(t, both),
    }
    print(f"| stage | {' | '.join(SHOWN.values())} |\n| --- |{' ---: |' * len(SHOWN)}")
    for name, find in stages.items():
        predicted = {
            id_: evaluate.hide(id_, text, find, policy, roles) for id_, text in texts.items()
        }
        scores = score.score(gold, predicted)
        values = (getattr(scores, figure) for figure in SHOWN)
        shown = " | ".join("-" if value is None else f"{value:.3f}" for value in values)
        print(f"| {name} | {shown} |")


if __name__ == "__main__":
    main()
