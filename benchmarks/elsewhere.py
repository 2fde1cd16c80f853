"""Prints what the detector finds in texts that are no interviews, beside Presidio's analyzer.

python benchmarks/elsewhere.py [--texts N]

The texts lie in data/ner of the folder that CORPUS_SHARED names: court cases of the Text
Anonymization Benchmark, and sentences from templates that Presidio's authors wrote. Presidio
runs with a blank English pipeline, where its patterns alone find something, and with each of
spaCy's models that is installed; its results are taken as they come, and from the score on
under which its patterns mean candidates.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider, SpacyNlpEngine

from corpus import score, settings
from corpus.detect import detect
from corpus.detect.plain import plain
from corpus.detect.presidio import offline
from corpus.evaluate import in_source
from corpus.model import Mask
from corpus.redact import hidden
from corpus.score import Gold, Hidden, Mark

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CORPUS_SHARED", ROOT.parent / "shared"))
COURT = ("tab144.dev", "tab144.test")
SENTENCES = "presidio_synth.synthetic"
MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm")
MASKS: dict[str, Mask] = {"DIRECT": "direct", "QUASI": "quasi", "NO_MASK": "none"}
FLOOR = 0.4
"""Below it, Presidio's patterns mean candidates that count with context only."""
NOTES = """\
A mention is found where every letter of it is hidden, whatever label it got; titles (Mr, Dr) are
no part of it. An entity is found where all its mentions are. Precision is the share of hidden
letters and digits that had to be hidden. The sentences have no masks: all that is marked in them
counts, whether it identifies anybody or not, and many share a template. The embedded model has
learned from other cases of the court set, from none of the sentences. Presidio's default
configuration ignores organisations; with a blank pipeline nothing but its patterns finds anything
and no context raises a score, for there are no lemmas."""

Find = Callable[[str], Sequence[Hidden]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A data set: its texts with their marks, and which mentions are of one entity."""

    gold: dict[str, Gold]
    entities: dict[tuple[str, str, Mask], list[tuple[int, int]]]
    """Of which text, its ID and mask; where its mentions stand. Empty where none are marked."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print tables for each set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, help="take this many texts of each set")
    options = parser.parse_args(arguments)
    systems = {"corpus": _corpus(), **_presidio()}
    for name in (*COURT, SENTENCES):
        path = SHARED / "data" / "ner" / f"{name}.jsonl"
        if not path.exists():
            print(f"\nleft out, for it is not there: {path.name}")
            continue
        rows = list(islice(_rows(path), options.texts))
        texts = _court(rows) if name in COURT else _sentences(rows)
        length = sum(len(item.text) for item in texts.gold.values())
        print(f"\n## {name}: {len(texts.gold)} texts, {length:,} characters")
        _tables(texts, length, systems)
    print(f"\n{NOTES}")


def _corpus() -> Find:
    """Return the whole pipeline over any text, as our recognizer for Presidio reads it."""
    detector, policy = settings.detector(None), settings.policy(None)

    def find(text: str) -> list[Hidden]:
        transcript = plain(text)
        return list(in_source(transcript, hidden(transcript, detect(transcript, detector), policy)))

    return find


def _presidio() -> dict[str, Find]:
    """Return Presidio's analyzer with each pipeline at hand, by name."""
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    offline.stay()
    blank: Any = SpacyNlpEngine()
    blank.nlp = {"en": spacy.blank("en")}
    engines = {"patterns": AnalyzerEngine(nlp_engine=blank)}
    for model in MODELS:
        if importlib.util.find_spec(model) is None:
            print(f"left out, for it is not installed: {model}")
            continue
        provider = NlpEngineProvider()
        provider.nlp_configuration["models"] = [{"lang_code": "en", "model_name": model}]
        engines[model] = AnalyzerEngine(nlp_engine=provider.create_engine())
    return {
        f"Presidio, {name}, {shown}": _analyzer(engine, floor)
        for name, engine in engines.items()
        for shown, floor in (("all", 0.0), (f"from {FLOOR}", FLOOR))
    }


def _analyzer(engine: AnalyzerEngine, floor: float) -> Find:
    return lambda text: [
        (result.start, result.end, result.entity_type)
        for result in engine.analyze(text, language="en", score_threshold=floor)
    ]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _court(rows: Sequence[dict[str, Any]]) -> Texts:
    """Return court cases, each mention with the mask that its annotator gave it.

    Titles before a person's name are cut off, as the spans have them.
    """
    gold = {}
    entities: dict[tuple[str, str, Mask], list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        names = {(label, end): start for start, end, label in row["spans"] if label == "PERSON"}
        marks = [
            Mark(
                max(m["start"], names.get((m["entity_type"], m["end"]), 0)),
                m["end"],
                m["entity_type"],
                MASKS[m["identifier_type"]],
            )
            for m in row["mentions"]
        ]
        gold[row["id"]] = Gold(text=row["text"], marks=tuple(marks))
        for mention, mark in zip(row["mentions"], marks, strict=True):
            key = (row["id"], mention["entity_id"], mark.mask)
            entities[key].append((mark.start, mark.end))
    return Texts(gold=gold, entities=entities)


def _sentences(rows: Sequence[dict[str, Any]]) -> Texts:
    """Return sentences in which every name is to be found, and titles need not be."""
    gold = {}
    for row in rows:
        marks = tuple(
            Mark(start, end, label.removeprefix("X:"), "none" if label == "X:TITLE" else "direct")
            for start, end, label in row["spans"]
        )
        gold[row["id"]] = Gold(text=row["text"], marks=marks)
    return Texts(gold=gold, entities={})


def _tables(texts: Texts, length: int, systems: Mapping[str, Find]) -> None:
    figures, labels = {}, {}
    for name, find in systems.items():
        find("Nothing is in here that anybody could be known by.")
        began = time.process_time()
        predicted = {id_: tuple(find(item.text)) for id_, item in texts.gold.items()}
        speed = length / (time.process_time() - began)
        scores = score.score(texts.gold, predicted)
        figures[name] = {
            **(_by_mask(texts, predicted, scores) if texts.entities else {}),
            "precision": _shown(scores.precision),
            "characters/s": f"{speed:,.0f}",
        }
        labels[name] = {
            f"{label} ({total})": _shown(found / total)
            for label, (found, total) in scores.by_label.items()
        }
    _table(figures)
    _table(labels)


def _by_mask(
    texts: Texts, predicted: Mapping[str, Sequence[Hidden]], scores: score.Scores
) -> dict[str, str]:
    missed = {(miss.id, miss.start, miss.end) for miss in score.misses(texts.gold, predicted)}
    found: dict[Mask, list[bool]] = defaultdict(list)
    for (id_, _, mask), places in texts.entities.items():
        found[mask].append(not any((id_, *place) in missed for place in places))
    entities = {mask: sum(them) / len(them) for mask, them in found.items()}
    return {
        "direct mentions": _shown(scores.recall_direct),
        "direct entities": _shown(entities.get("direct")),
        "quasi mentions": _shown(scores.recall_quasi),
        "quasi entities": _shown(entities.get("quasi")),
        "none mentions kept": _shown(scores.kept),
    }


def _shown(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _table(rows: Mapping[str, Mapping[str, str]]) -> None:
    """Print a table with a row for each system."""
    columns = list(next(iter(rows.values())))
    print(f"\n| system | {' | '.join(columns)} |\n| --- |{' ---: |' * len(columns)}")
    for name, row in rows.items():
        print(f"| {name} | {' | '.join(row[column] for column in columns)} |")


if __name__ == "__main__":
    main()
