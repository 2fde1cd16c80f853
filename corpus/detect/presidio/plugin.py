"""Our detector as one recognizer for anybody's Presidio registry."""

from __future__ import annotations

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from corpus import rules
from corpus.detect import Detector, detect
from corpus.detect.plain import plain
from corpus.detect.presidio.claims import LANGUAGE
from corpus.model import LABELS, Finding, Turn


def recognizer(detector: Detector | None = None) -> EntityRecognizer:
    """Return the detector as a recognizer of Presidio's.

    It finds what rules, keep lists, repeats and whatever else is in the detector find together;
    mentions that stay (mask none) are no results. The offsets are those of the text that it is
    given, which may be a transcript with speaker labels.

    Args:
        detector: what finds; without it, rules, keep lists and model as the package brings them.

    Raises:
        RuleError: the built-in rules do not hold.
    """
    return _Plugin(detector or Detector.load([rules.builtin_folder()]))


class _Plugin(EntityRecognizer):
    name: str

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        super().__init__(
            supported_entities=list(LABELS),
            name="CorpusRecognizer",
            supported_language=LANGUAGE,
        )

    def load(self) -> None:
        """Do nothing; the detector is ready."""

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002 - it reads the text itself
    ) -> list[RecognizerResult]:
        """Return what may identify someone.

        Raises:
            DetectorError: a recognizer could not do its work.
        """
        transcript = plain(text)
        return [
            self._result(transcript.turns[finding.span.turn], finding)
            for finding in detect(transcript, self._detector)
            if finding.mask != "none" and (not entities or finding.label in entities)
        ]

    def _result(self, turn: Turn, finding: Finding) -> RecognizerResult:
        start, end = turn.in_source(finding.span)
        return RecognizerResult(
            finding.label,
            start,
            end,
            finding.score,
            analysis_explanation=AnalysisExplanation(
                recognizer=self.name,
                original_score=finding.score,
                pattern_name=finding.rule,
                textual_explanation=finding.reason,
            ),
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )
