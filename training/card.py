"""Writes the model card and `scores.json` of the shipped model, from what is measured now."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from benchmarks import quality
from corpus import evaluate
from corpus.detect.ner.model import FOLDER, Facts
from corpus.score import FIGURES
from training import calibrate, record, sources

_TEMPLATE = Path(__file__).with_name("card.md")
_FIXTURES = Path(__file__).parents[1] / "fixtures" / "gold.jsonl"
_LICENCES = {
    "written": ("invented transcripts, `training/written/`", "MIT"),
    "real": ("annotated real interviews", "CC BY 4.0"),
    "gum.train": ("GUM, without its share-alike genres", "CC BY 4.0, CC BY 2.5, public domain"),
    "slue_vp.train": ("SLUE VoxPopuli", "CC0 1.0"),
    "slue_vp_lower.train": ("SLUE VoxPopuli, lower case", "CC0 1.0"),
    "tab144.train": ("Text Anonymization Benchmark, 92 of its documents", "MIT"),
    "wnut17.train": ("WNUT 2017", "CC BY 4.0"),
    "btc.train": ("Broad Twitter Corpus", "CC BY 4.0"),
    "wikigold.train": ("Wikigold", "CC BY 4.0"),
    "litbank.train": ("LitBank, proper names", "CC BY 4.0; texts in the public domain"),
    "panorama151.synthetic": ("PANORAMA, 151 posts", "CC BY 4.0, MIT"),
}


def main() -> None:
    """Measure and write."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    facts = Facts.read(FOLDER)
    gold = {name: sources.shared("bench", f"{name}.jsonl") for name in quality.SETS}
    text = _TEMPLATE.read_text(encoding="utf-8").format(
        size=round(sum(path.stat().st_size for path in FOLDER.iterdir()) / 1e6),
        pieces=facts.size,
        context=facts.context,
        temperature=facts.temperature,
        digest=facts.digest,
        data="\n".join(_data()),
        scores="\n\n".join(
            f"#### {name}\n\n{_printed([str(path)])}" for name, path in gold.items()
        ),
        styles=_printed([str(gold["written_dev"]), "--by", "style"]).split("\n\n")[-1],
        reliability="\n".join(calibrate.table(gold.values())),
    )
    (FOLDER / "MODEL_CARD.md").write_text(text, encoding="utf-8")
    scores = {name: _figures(path) for name, path in {**gold, "fixtures": _FIXTURES}.items()}
    (FOLDER / "scores.json").write_text(f"{json.dumps(scores, indent=1)}\n", encoding="utf-8")


def _data() -> Iterable[str]:
    read = record.load(FOLDER / "model.onnx")
    total = sum(one.seen for one in read.values())
    for name, (title, licence) in _LICENCES.items():
        one = read[name]
        share = one.seen / total
        yield f"| {title} | {licence} | {one.texts:,} | {one.words:,} | {share:.2%} |"


def _printed(arguments: list[str]) -> str:
    """Return the tables that the quality benchmark prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        quality.main(arguments)
    return printed.getvalue().split("\n\n", 1)[1].strip()


def _figures(path: Path) -> dict[str, float]:
    scores, _ = evaluate.evaluate(path)
    return {k: round(v, 4) for k, v in asdict(scores).items() if k in FIGURES and v is not None}


if __name__ == "__main__":
    main()
