"""Language models that recognizers read from: spaCy, Stanza or transformers, loaded from here."""

from __future__ import annotations

from typing import cast

import spacy
from presidio_analyzer.nlp_engine import (
    NerModelConfiguration,
    NlpEngine,
    SpacyNlpEngine,
    StanzaNlpEngine,
    TransformersNlpEngine,
)

from corpus.detect.foreign import Foreign
from corpus.detect.presidio.claims import LANGUAGE
from corpus.engine import Nlp, is_folder
from corpus.errors import LayerError

_FINDERS = ("ner", "entity_ruler")


def load_nlp(foreign: Foreign) -> NlpEngine:
    """Return the recognizer's language model, ready to read.

    Raises:
        RuleError: the model is not on this machine, does not load, or finds what has no label.
        LayerError: its library is not installed.
    """
    nlp = cast("Nlp", foreign.nlp)
    engine = _engine(nlp, _configuration(foreign, nlp.score))
    if not engine.is_available:
        raise LayerError(
            f"engine.yaml: {foreign.class_name} needs {nlp.engine}, which is not installed"
            f" - install it with: pip install 'presidio-analyzer[{nlp.engine}]'"
        )
    for model in (nlp.spacy, nlp.model if nlp.engine == "spacy" else ""):
        if model and not (spacy.util.is_package(model) or is_folder(model)):
            raise foreign.error(
                f"reads a spaCy model that is not installed: {model}",
                f"python -m spacy download {model}, or name a folder beside engine.yaml",
            )
    try:
        engine.load()
    except Exception as error:
        problem = f"reads a model that does not load ({first_line(error)})"
        raise foreign.error(problem, "put it on this machine; nothing is fetched") from error
    if nlp.engine == "spacy":
        _check_labels(foreign, engine.get_nlp(LANGUAGE).pipe_labels)
    return engine


def first_line(error: Exception) -> str:
    """Return what a library says went wrong while it was set up, without its advice."""
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _configuration(foreign: Foreign, score: float) -> NerModelConfiguration:
    """Return a configuration that leaves the model's labels as they are."""
    kept = {entity: entity for entity, meaning in foreign.labels.items() if meaning}
    return NerModelConfiguration(
        model_to_presidio_entity_mapping=kept,
        labels_to_ignore=sorted(set(foreign.labels) - set(kept)),
        low_score_entity_names=[],
        default_score=score,
    )


def _engine(nlp: Nlp, configuration: NerModelConfiguration) -> SpacyNlpEngine:
    if nlp.engine == "transformers":
        names = {"spacy": nlp.spacy, "transformers": nlp.model}
        models = [{"lang_code": LANGUAGE, "model_name": names}]
        return TransformersNlpEngine(models, configuration)
    named = [{"lang_code": LANGUAGE, "model_name": nlp.model}]
    if nlp.engine == "stanza":
        return StanzaNlpEngine(named, configuration, download_if_missing=False)
    return SpacyNlpEngine(named, configuration)


def _check_labels(foreign: Foreign, of_pipes: dict[str, list[str]]) -> None:
    found = {label for pipe in _FINDERS for label in of_pipes.get(pipe, ())}
    unnamed = sorted(found - set(foreign.labels))
    if unnamed:
        raise foreign.error(
            f"reads a model that finds what no label is given for: {', '.join(unnamed)}",
            "add each under `labels`, with a label and a mask or `ignore`",
        )
