"""Presidio's analyzer over our recognizers and those of its own that engine.yaml names.

A transcript is rendered once as one text; each result of the engine carries the finding
that it stands for, so that nothing is merged, dropped or relabelled on the way. What
Presidio would log and skip (a regex that times out, an unknown entity) stops the run.
"""

# ruff: noqa: ARG002 - Presidio hands its methods more than these need
from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, cast

from presidio_analyzer import (
    AnalyzerEngine,
    ContextAwareEnhancer,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from corpus.detect.foreign import Foreign
from corpus.detect.presidio.borrowed import Borrowed
from corpus.detect.presidio.claims import LANGUAGE, Artifacts, Claim, carried, failure
from corpus.detect.recognizer import Recognizer
from corpus.errors import DetectorError
from corpus.model import Finding, Transcript

_at_work: ContextVar[bool] = ContextVar("_at_work", default=False)
"""Whether Presidio works for us here and now, and not for somebody else in this process."""


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
        return [LANGUAGE]


class _NoContext(ContextAwareEnhancer):
    """Leaves every score as it is: our rules look at the context themselves."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self, text: str, raw_results: list[RecognizerResult], *_: Any, **__: Any
    ) -> list[RecognizerResult]:
        return raw_results


class Adapted(EntityRecognizer):
    """One of our recognizers, as Presidio wants it."""

    name: str

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        super().__init__(
            supported_entities=sorted(recognizer.labels),
            name=recognizer.name,
            supported_language=LANGUAGE,
        )

    def load(self) -> None:
        """Do nothing; the recognizer is ready."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts
    ) -> list[RecognizerResult]:
        """Return the recognizer's findings in the transcript that the artifacts carry."""
        ours = carried(nlp_artifacts)
        found = self._recognizer.recognize(ours.transcript)
        return [Claim(finding, ours.rendering, self.name, self.id) for finding in found]


def _refuse(record: logging.LogRecord) -> bool:
    """Turn a warning of Presidio's, which may quote the text, into an error of ours."""
    if _at_work.get():
        raise failure(record.module)
    return True


class Engine:
    """Presidio's analyzer, made ready once."""

    def __init__(self, recognizers: Sequence[Recognizer], foreign: Sequence[Foreign]) -> None:
        registry = RecognizerRegistry(
            recognizers=[*map(Adapted, recognizers), *map(Borrowed, foreign)],
            supported_languages=[LANGUAGE],
        )
        self._analyzer = AnalyzerEngine(
            registry=registry,
            nlp_engine=_NoModel(),
            supported_languages=[LANGUAGE],
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
        artifacts = Artifacts(transcript)
        before = _at_work.set(True)
        try:
            results = self._analyzer.analyze(
                text=artifacts.rendering.text, language=LANGUAGE, nlp_artifacts=artifacts
            )
        finally:
            _at_work.reset(before)
        yield from (claim.finding for claim in cast("list[Claim]", results))
