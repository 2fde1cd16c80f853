"""Presidio, adapted both ways: our recognizers run in its engine, its recognizers find for us.

A transcript is rendered once as one text; each result of the engine carries the finding
that it stands for, so that nothing is merged, dropped or relabelled on the way. What
Presidio would log and skip (a regex that times out, an unknown entity) stops the run.
Importing this module takes over a second.
"""

# ruff: noqa: ARG002 - Presidio hands its methods more than these need
from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from presidio_analyzer import (
    AnalyzerEngine,
    ContextAwareEnhancer,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
    predefined_recognizers,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from corpus.detect.foreign import Foreign
from corpus.detect.recognizer import Recognizer
from corpus.detect.rendering import Rendering
from corpus.errors import DetectorError
from corpus.model import Finding, Span, Transcript

_LANGUAGE = "en"
_FLOOR = 0.4
"""Below it, Presidio means candidates that count with context only."""


class _Artifacts(NlpArtifacts):
    """Carries the transcript and its rendering through the engine to the recognizers."""

    def __init__(self, transcript: Transcript) -> None:
        nothing: Any = []
        super().__init__(
            entities=[],
            tokens=nothing,
            tokens_indices=[],
            lemmas=[],
            nlp_engine=None,
            language=_LANGUAGE,
        )
        self.transcript = transcript
        self.rendering = Rendering(transcript)


def _carried(artifacts: NlpArtifacts) -> _Artifacts:
    if not isinstance(artifacts, _Artifacts):
        raise DetectorError("text came to Presidio without its transcript - report this as a bug")
    return artifacts


class _NoModel(NlpEngine):
    """Stands where Presidio wants a language model; nothing is loaded or downloaded."""

    engine_name = "none"
    is_available = True

    def load(self) -> None:
        pass

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        raise DetectorError("Presidio asked for a language model - report this as a bug")

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,
        n_process: int = 1,
        **kwargs: Any,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        return iter([(text, self.process_text(text, language)) for text in texts])

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return [_LANGUAGE]


class _NoContext(ContextAwareEnhancer):
    """Leaves every score as it is: our rules look at the context themselves."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self, text: str, raw_results: list[RecognizerResult], *_: Any, **__: Any
    ) -> list[RecognizerResult]:
        return raw_results


class _Claim(RecognizerResult):
    """A result that stands for one finding, and is a duplicate only of the same one."""

    def __init__(
        self, finding: Finding, rendering: Rendering, claimant: Adapted | Borrowed
    ) -> None:
        start, end = rendering.range_of(finding.span)
        metadata = {
            self.RECOGNIZER_NAME_KEY: claimant.name,
            self.RECOGNIZER_IDENTIFIER_KEY: claimant.id,
        }
        super().__init__(finding.label, start, end, finding.score, recognition_metadata=metadata)
        self.finding = finding

    def contained_in(self, other: RecognizerResult) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Claim) and self.finding == other.finding

    def __hash__(self) -> int:
        return hash(self.finding)


class Adapted(EntityRecognizer):
    """One of our recognizers, as Presidio wants it."""

    name: str

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        super().__init__(
            supported_entities=sorted(recognizer.labels),
            name=recognizer.name,
            supported_language=_LANGUAGE,
        )

    def load(self) -> None:
        """Do nothing; the recognizer is ready."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts
    ) -> list[RecognizerResult]:
        """Return the recognizer's findings in the transcript that the artifacts carry."""
        carried = _carried(nlp_artifacts)
        found = self._recognizer.recognize(carried.transcript)
        return [_Claim(finding, carried.rendering, self) for finding in found]


class Borrowed(EntityRecognizer):
    """One of Presidio's recognizers, whose results become findings of ours."""

    name: str

    def __init__(self, foreign: Foreign) -> None:
        self._foreign = foreign
        kind = getattr(predefined_recognizers, foreign.class_name)
        self._inner: EntityRecognizer = kind(supported_language=_LANGUAGE)
        super().__init__(
            supported_entities=[foreign.label],
            name=foreign.class_name,
            supported_language=_LANGUAGE,
        )

    def load(self) -> None:
        """Do nothing; the inner recognizer has loaded itself."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts
    ) -> list[RecognizerResult]:
        """Return the inner recognizer's results, cut at the borders of turns.

        Raises:
            DetectorError: the inner recognizer failed; its message is not passed on,
                since it may quote the text.
        """
        try:
            results = self._inner.analyze(text, self._inner.supported_entities, nlp_artifacts)
        except DetectorError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, nothing passes as clean
            raise _failure(self.name) from None
        rendering = _carried(nlp_artifacts).rendering
        return [
            _Claim(self._finding(span, result.score), rendering, self)
            for result in results
            if result.score >= _FLOOR and self._has_digits(text[result.start : result.end])
            for span in rendering.spans(result.start, result.end)
        ]

    def _has_digits(self, surface: str) -> bool:
        return sum(map(str.isdigit, surface)) >= self._foreign.digits

    def _finding(self, span: Span, score: float) -> Finding:
        return Finding(
            span=span,
            label=self._foreign.label,
            mask=self._foreign.mask,
            score=float(score),
            rule=f"presidio.{self.name}",
            recognizer=self._foreign.recognizer,
            reason=self._foreign.reason,
        )


def _failure(name: str) -> DetectorError:
    return DetectorError(
        f"Presidio's {name} could not do its work - take it out of engine.yaml"
        " or report this; nothing was passed as clean"
    )


def _refuse(record: logging.LogRecord) -> bool:
    """Turn a warning of Presidio's, which may quote the text, into an error of ours."""
    raise _failure(record.module)


class Engine:
    """Presidio's analyzer over our recognizers and those named in engine.yaml."""

    def __init__(self, recognizers: Sequence[Recognizer], foreign: Sequence[Foreign]) -> None:
        registry = RecognizerRegistry(
            recognizers=[*map(Adapted, recognizers), *map(Borrowed, foreign)],
            supported_languages=[_LANGUAGE],
        )
        self._analyzer = AnalyzerEngine(
            registry=registry,
            nlp_engine=_NoModel(),
            supported_languages=[_LANGUAGE],
            context_aware_enhancer=_NoContext(),
        )
        logger = logging.getLogger("presidio-analyzer")
        logger.setLevel(logging.WARNING)
        logger.addFilter(_refuse)

    def recognize(self, transcript: Transcript) -> Iterator[Finding]:
        """Yield what all recognizers find, in no particular order.

        Raises:
            DetectorError: a recognizer could not do its work.
        """
        artifacts = _Artifacts(transcript)
        results = self._analyzer.analyze(
            text=artifacts.rendering.text, language=_LANGUAGE, nlp_artifacts=artifacts
        )
        yield from (claim.finding for claim in cast("list[_Claim]", results))
