"""One of Presidio's recognizers, or of somebody's for Presidio, that finds for us."""

from __future__ import annotations

import importlib
import inspect

from presidio_analyzer import (
    EntityRecognizer,
    PatternRecognizer,
    RecognizerResult,
    RemoteRecognizer,
    predefined_recognizers,
)
from presidio_analyzer.nlp_engine import NlpArtifacts

from corpus.detect.foreign import Foreign
from corpus.detect.presidio import offline
from corpus.detect.presidio.claims import LANGUAGE, Claim, carried, failure
from corpus.detect.presidio.models import first_line, load_nlp
from corpus.engine import Meaning
from corpus.errors import CorpusError, DetectorError, LayerError
from corpus.model import Finding, Span

_FLOOR = 0.4
"""Below it, Presidio's patterns mean candidates that count with context only."""

_EXTRAS = {
    "GLiNERRecognizer": "gliner",
    "HuggingFaceNerRecognizer": "transformers",
    "MedicalNERRecognizer": "transformers",
}
"""What of Presidio's layers a class needs."""


class Borrowed(EntityRecognizer):
    """A recognizer whose results become findings of ours."""

    name: str

    def __init__(self, foreign: Foreign) -> None:
        self._foreign = foreign
        offline.stay()
        self._nlp = load_nlp(foreign) if foreign.nlp else None
        self._inner = _made(foreign)
        self._ranks = foreign.recognizer or _nature(self._inner)
        self._floor = 0.0 if self._ranks == "model" else _FLOOR
        super().__init__(
            supported_entities=sorted({meaning.label for meaning in foreign.meanings()}),
            name=foreign.class_name,
            supported_language=LANGUAGE,
        )

    def load(self) -> None:
        """Do nothing; the inner recognizer has loaded itself."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - the inner recognizer has entities of its own
        nlp_artifacts: NlpArtifacts,
    ) -> list[RecognizerResult]:
        """Return the inner recognizer's results, cut at the borders of turns.

        Raises:
            DetectorError: the inner recognizer failed; its message is not passed on,
                since it may quote the text.
        """
        try:
            read = self._nlp.process_text(text, LANGUAGE) if self._nlp else nlp_artifacts
            results = self._inner.analyze(text, self._inner.supported_entities, read)
            sound = all(_is_sound(result, text) for result in results)
        except DetectorError:
            raise
        except (Exception, SystemExit):  # noqa: BLE001 - whatever it is, nothing passes as clean
            raise failure(self.name) from None
        if not sound:
            raise failure(self.name)
        rendering = carried(nlp_artifacts).rendering
        return [
            Claim(self._finding(span, result, meaning), rendering, self.name, self.id)
            for result in results
            if (meaning := self._meaning(result)) is not None
            and result.score >= self._floor
            and self._has_digits(text[result.start : result.end])
            for span in rendering.spans(result.start, result.end)
        ]

    def _meaning(self, result: RecognizerResult) -> Meaning | None:
        """Return what the result's entity is to us; None where it is passed over."""
        if self._foreign.every is not None:
            return self._foreign.every
        if result.entity_type not in self._foreign.labels:
            raise failure(self.name)
        return self._foreign.labels[result.entity_type]

    def _has_digits(self, surface: str) -> bool:
        return sum(map(str.isdigit, surface)) >= self._foreign.digits

    def _finding(self, span: Span, result: RecognizerResult, meaning: Meaning) -> Finding:
        return Finding(
            span=span,
            label=meaning.label,
            mask=meaning.mask,
            score=float(result.score),
            rule=f"presidio.{self.name}",
            recognizer=self._ranks,
            reason=self._foreign.reason,
        )


def _is_sound(result: RecognizerResult, text: str) -> bool:
    return 0 <= result.start <= result.end <= len(text) and 0 <= result.score <= 1


def _nature(recognizer: EntityRecognizer) -> str:
    """Return what the findings of a class count as unless something else is said."""
    return "presidio" if isinstance(recognizer, PatternRecognizer) else "model"


def _made(foreign: Foreign) -> EntityRecognizer:
    kind = _class_of(foreign)
    parameters = dict(foreign.parameters)
    if _takes(kind, "supported_language"):
        parameters.setdefault("supported_language", LANGUAGE)
    if foreign.nlp and _takes(kind, "supported_entities"):
        parameters.setdefault("supported_entities", [e for e, to in foreign.labels.items() if to])
    try:
        made = kind(**parameters)
    except CorpusError:
        raise
    except ImportError as error:
        layer = _EXTRAS.get(foreign.class_name)
        remedy = f"pip install 'presidio-analyzer[{layer}]'" if layer else "install what it needs"
        raise LayerError(f"engine.yaml: {foreign.class_name}: {error} - {remedy}") from error
    except Exception as error:
        problem = f"cannot be set up ({first_line(error)})"
        remedy = "mend its parameters; a model must lie on this machine, nothing is fetched"
        raise foreign.error(problem, remedy) from error
    unnamed = sorted(set(made.supported_entities) - set(foreign.labels))
    if unnamed and foreign.every is None:
        raise foreign.error(
            f"may find what no label is given for: {', '.join(unnamed)}",
            "add each under `labels`, with a label and a mask or `ignore`",
        )
    return made


def _takes(kind: type[EntityRecognizer], name: str) -> bool:
    parameters = inspect.signature(kind).parameters
    return name in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def _class_of(foreign: Foreign) -> type[EntityRecognizer]:
    module, _, name = foreign.class_name.rpartition(".")
    try:
        home = importlib.import_module(module) if module else predefined_recognizers
        kind = getattr(home, name, None)
    except ImportError as error:
        remedy = "install it beside this package, or mend the path"
        raise foreign.error(f"cannot be imported ({error})", remedy) from error
    if not isinstance(kind, type) or not issubclass(kind, EntityRecognizer):
        remedy = "name a class of presidio_analyzer.predefined_recognizers, or the path of one"
        raise foreign.error("is no recognizer for Presidio", remedy)
    if issubclass(kind, RemoteRecognizer):
        raise foreign.error("sends text to a service", "use one that runs on this machine")
    return kind
