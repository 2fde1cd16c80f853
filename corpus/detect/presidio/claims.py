"""What travels through Presidio's engine: a transcript in, results that stand for findings out."""

from __future__ import annotations

from typing import Any

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from corpus.detect.rendering import Rendering
from corpus.errors import DetectorError
from corpus.model import Finding, Transcript

LANGUAGE = "en"


class Artifacts(NlpArtifacts):
    """Carries the transcript and its rendering through the engine to the recognizers."""

    def __init__(self, transcript: Transcript) -> None:
        nothing: Any = []
        super().__init__(
            entities=[],
            tokens=nothing,
            tokens_indices=[],
            lemmas=[],
            nlp_engine=None,
            language=LANGUAGE,
        )
        self.transcript = transcript
        self.rendering = Rendering(transcript)


def carried(artifacts: NlpArtifacts) -> Artifacts:
    """Return the artifacts as those of ours that they are."""
    if not isinstance(artifacts, Artifacts):
        raise DetectorError("text came to Presidio without its transcript - report this as a bug")
    return artifacts


class Claim(RecognizerResult):
    """A result that stands for one finding, and is a duplicate only of the same one."""

    def __init__(self, finding: Finding, rendering: Rendering, name: str, identifier: str) -> None:
        start, end = rendering.range_of(finding.span)
        metadata = {
            self.RECOGNIZER_NAME_KEY: name,
            self.RECOGNIZER_IDENTIFIER_KEY: identifier,
        }
        super().__init__(finding.label, start, end, finding.score, recognition_metadata=metadata)
        self.finding = finding

    def contained_in(self, other: RecognizerResult) -> bool:  # noqa: ARG002 - as Presidio calls it
        """Tell that it lies in nothing, so that nothing swallows it."""
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Claim) and self.finding == other.finding

    def __hash__(self) -> int:
        return hash(self.finding)


def failure(name: str) -> DetectorError:
    """Return the error that a recognizer could not do its work; it quotes nothing."""
    return DetectorError(
        f"Presidio's {name} could not do its work - take it out of engine.yaml"
        " or report this; nothing was passed as clean"
    )
