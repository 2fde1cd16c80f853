"""Times the whole pipeline and Presidio's analyzer, each in a process of its own on one core.

python benchmarks/presidio_speed.py [FOLDER_OF_TRANSCRIPTS] [--count N] [--seed S] [--runs R]

Without a folder it takes the interviews in data/interviews of the folder that CORPUS_SHARED
names. Presidio reads them with a spaCy pipeline of the shape of en_core_web_lg 3.8: components,
labels, widths, depths and vector table as published, weights by chance, good for nothing but
speed. Its recognizer of names works and finds nothing, which can only make Presidio faster.
Prints medians of all runs, in which the systems take turns. Runs on Linux alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus import rules
from corpus.detect.plain import plain
from corpus.ingest import Roles, expand, read_file
from corpus.model import Transcript

if TYPE_CHECKING:
    from spacy.language import Language

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CORPUS_SHARED", ROOT.parent / "shared"))
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "BLIS")}
STATUS = "/proc/self/status"
OURS, THEIRS = "corpus", "Presidio, en_core_web_lg's shape"
SHORT = "Nothing is in here that anybody could be known by."

ROWS, DIMENSIONS, KEYS = 342_918, 300, 684_830
"""Of the vector table; several keys share a row."""
WIDTH, DEPTH = 96, 4
FEATURES = {"NORM": 5000, "PREFIX": 1000, "SUFFIX": 2500, "SHAPE": 2500}
SPACES = {"SPACY": 50, "IS_SPACE": 50}
TAGS = {
    "NOUN": "NN NNS",
    "PROPN": "NNP NNPS",
    "VERB": "VB VBD VBG VBN VBP VBZ MD",
    "ADJ": "AFX JJ JJR JJS",
    "ADV": "RB RBR RBS WRB EX",
    "PRON": "PRP PRP$ WP WP$",
    "DET": "DT PDT WDT",
    "ADP": "IN RP",
    "CCONJ": "CC",
    "PART": "POS TO",
    "NUM": "CD",
    "INTJ": "UH",
    "PUNCT": "'' , -LRB- -RRB- . : HYPH NFP ``",
    "SYM": "$ SYM",
    "X": "ADD FW LS XX",
    "SPACE": "_SP",
}
ARCS = (
    "ROOT acl acomp advcl advmod agent amod appos attr aux auxpass case cc ccomp compound conj"
    " csubj csubjpass dative dep det dobj expl intj mark meta neg nmod npadvmod nsubj nsubjpass"
    " nummod oprd parataxis pcomp pobj poss preconj predet prep prt punct quantmod relcl xcomp"
)
UNLABELLED, LABELLED = ((0, ""), (1, "")), (2, 3)
"""What the parser does by spaCy's numbers: shift and reduce, an arc to the left or right."""
ENTITIES = (
    "CARDINAL DATE EVENT FAC GPE LANGUAGE LAW LOC MONEY NORP ORDINAL ORG PERCENT PERSON PRODUCT"
    " QUANTITY TIME WORK_OF_ART"
)
ENDINGS = {
    "noun": [["ses", "s"], ["ies", "y"], ["s", ""]],
    "verb": [["ies", "y"], ["es", ""], ["s", ""], ["ed", ""], ["ing", "e"], ["ing", ""]],
    "adj": [["er", ""], ["est", ""], ["er", "e"], ["est", "e"]],
}
"""A few rules for the lemmatizer; the published ones are no part of spaCy."""

Read = Callable[[Transcript], object]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what each system takes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    interviews = SHARED / "data" / "interviews" / "markdown"
    parser.add_argument("folder", type=Path, nargs="?", default=interviews)
    parser.add_argument("--count", type=int, default=40, help="interviews to read")
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--measure", choices=SYSTEMS, help=argparse.SUPPRESS)
    parser.add_argument("--pipeline", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        sys.exit(f"no such folder: {options.folder} - name one that holds transcripts")
    files = expand([str(options.folder)])
    chance = random.Random(options.seed)
    files = chance.sample(files, min(options.count, len(files)))
    if options.measure:
        print(json.dumps(_measure(SYSTEMS[options.measure], options.pipeline, files)))
        return
    with tempfile.TemporaryDirectory() as made:
        lookalike(files).to_disk(made)
        selection = [str(options.folder), f"--count={options.count}", f"--seed={options.seed}"]
        _report([*selection, f"--pipeline={made}"], options.runs)
    print(f"{len(files)} interviews, medians of {options.runs} runs, one core")


def _report(selection: Sequence[str], runs: int) -> None:
    bare: list[float] = []
    measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name in SYSTEMS}
    for _ in range(runs):
        bare.append(_peak(_child("-c", f"print(open({STATUS!r}).read())")))
        for name, figures in measured.items():
            figures.append(json.loads(_child(__file__, *selection, "--measure", name)))
    print("| what | characters/s | first detection | memory over bare Python |")
    print("| --- | ---: | ---: | ---: |")
    speeds = {}
    for name, figures in measured.items():
        speeds[name], load, memory = map(statistics.median, zip(*figures, strict=True))
        over = memory - statistics.median(bare)
        print(f"| {name} | {speeds[name]:,.0f} | {load:.2f} s | {over:.0f} MB |")
    print(f"\ncorpus is {speeds[OURS] / speeds[THEIRS]:.2f} times as fast as Presidio")


def _child(*arguments: str) -> str:
    """Return what a Python process of its own prints."""
    command = [sys.executable, *arguments]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, capture_output=True, check=False, text=True, env=environment)
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def _peak(status: str) -> float:
    """Return the largest resident memory of a process in MB, by what /proc says of it."""
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _measure(
    load: Callable[[Path], Read], pipeline: Path, files: Sequence[str]
) -> tuple[float, float, float]:
    """Return characters/s, seconds until a first short text is read, and peak memory in MB."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    began = time.perf_counter()
    read = load(pipeline)
    read(plain(SHORT))
    loaded = time.perf_counter() - began
    talks = list(_talks(files))
    length = sum(len(turn.text) for talk in talks for turn in talk.turns)
    began = time.process_time()
    for talk in talks:
        read(talk)
    speed = length / (time.process_time() - began)
    return speed, loaded, _peak(Path(STATUS).read_text(encoding="utf-8"))


def _talks(files: Sequence[str]) -> Iterator[Transcript]:
    drafts = chain.from_iterable(read_file(path, roles=Roles.default()) for path in files)
    for number, draft in enumerate(drafts):
        name = f"t_{number}"
        yield Transcript(transcript_id=name, cohort="t", source="", turns=draft.turns)


def _written(talk: Transcript) -> str:
    return "\n\n".join(f"{turn.speaker}: {turn.text}" for turn in talk.turns)


def _corpus(_: Path) -> Read:
    from corpus.detect import Detector, detect

    detector = Detector.load([rules.builtin_folder()])
    return lambda talk: detect(talk, detector)


def _model(_: Path) -> Read:
    from corpus.detect.ner import Ner

    model = Ner()
    return lambda talk: list(model.recognize(talk))


def _presidio(pipeline: Path) -> Read:
    import logging

    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    from corpus.detect.presidio import offline

    offline.stay()
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    provider = NlpEngineProvider()
    provider.nlp_configuration["models"] = [{"lang_code": "en", "model_name": str(pipeline)}]
    engine = AnalyzerEngine(nlp_engine=provider.create_engine())
    return lambda talk: engine.analyze(_written(talk), language="en")


SYSTEMS: dict[str, Callable[[Path], Read]] = {
    OURS: _corpus,
    "corpus, its model alone": _model,
    THEIRS: _presidio,
}


def lookalike(files: Sequence[str]) -> Language:
    """Return a pipeline of the shape of en_core_web_lg that has vectors for the files' words."""
    import numpy as np
    import spacy

    nlp = spacy.blank("en")
    texts = map(_written, _talks(files))
    _give_vectors(nlp, sorted({token.text for text in texts for token in nlp.make_doc(text)}))
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": WIDTH}
    _add(nlp, "tok2vec", _reader({**FEATURES, **SPACES}))
    tagger = _add(nlp, "tagger", {"@architectures": "spacy.Tagger.v2", "tok2vec": listener})
    for tag in chain.from_iterable(map(str.split, TAGS.values())):
        tagger.add_label(tag)
    parser = _add(nlp, "parser", _steps("parser", listener))
    for action, arc in (*UNLABELLED, *product(LABELLED, ARCS.split())):
        parser.moves.add_action(action, arc)
    ner = _add(nlp, "ner", _steps("ner", _reader(FEATURES)))
    for entity in ENTITIES.split():
        ner.add_label(entity)
    nlp.initialize()
    chance = np.random.default_rng(0)
    for layer in (tagger.model.get_ref("softmax"), parser.model.get_ref("upper")):
        shape = layer.get_param("W").shape
        layer.set_param("W", chance.standard_normal(shape, dtype=np.float32))
    _add_rules(nlp)
    return nlp


def _add(nlp: Language, name: str, model: dict[str, Any]) -> Any:
    return nlp.add_pipe(name, config={"model": model})


def _add_rules(nlp: Language) -> None:
    """Add what reads tags: the components that hold rules and no weights."""
    from spacy.lookups import Lookups

    ruler: Any = nlp.add_pipe("attribute_ruler", before="ner")
    for part, tags in TAGS.items():
        for tag in tags.split():
            ruler.add(patterns=[[{"TAG": tag}]], attrs={"POS": part})
    lemmatizer: Any = nlp.add_pipe("lemmatizer", before="ner")
    tables = Lookups()
    tables.add_table("lemma_rules", ENDINGS)
    tables.add_table("lemma_exc", {part: {} for part in ENDINGS})
    tables.add_table("lemma_index", {part: [] for part in ENDINGS})
    lemmatizer.initialize(lookups=tables)


def _give_vectors(nlp: Language, words: Sequence[str]) -> None:
    import numpy as np

    vocab: Any = nlp.vocab
    vocab.reset_vectors(shape=(ROWS, DIMENSIONS))
    vectors = vocab.vectors
    vectors.data = np.random.default_rng(0).standard_normal(vectors.shape, dtype=np.float32)
    others = (f"word{number}" for number in range(KEYS - len(words)))
    for number, word in enumerate(chain(words, others)):
        vectors.add(word, row=number % ROWS)


def _reader(features: dict[str, int]) -> dict[str, Any]:
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": WIDTH,
            "attrs": list(features),
            "rows": list(features.values()),
            "include_static_vectors": True,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": WIDTH,
            "depth": DEPTH,
            "window_size": 1,
            "maxout_pieces": 3,
        },
    }


def _steps(kind: str, tok2vec: dict[str, Any]) -> dict[str, Any]:
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": kind,
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": tok2vec,
    }


if __name__ == "__main__":
    main()
