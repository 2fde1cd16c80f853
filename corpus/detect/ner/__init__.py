"""The embedded model's findings: what gives a participant away, by what stands around it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from corpus.detect.ner.mentions import mentions, names
from corpus.detect.ner.model import FOLDER, Facts, Model
from corpus.detect.ner.second import reconsidered, verdicts
from corpus.model import LABELS, Finding, Label, Transcript

__all__ = ["Ner"]


class Ner:
    """Finds mentions with the embedded model, loaded when it is first asked."""

    name = "model"
    labels: frozenset[Label] = frozenset(LABELS)

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._facts = Facts.read(folder)

    @property
    def digest(self) -> str:
        """The SHA-256 of the model and of how it is read."""
        return self._facts.digest

    @cached_property
    def model(self) -> Model:
        """The loaded model.

        Raises:
            DetectorError: its files are not those that it was shipped with.
            LayerError: its runtime is not installed.
        """
        return Model(self._folder, self._facts)

    def recognize(self, transcript: Transcript) -> Iterator[Finding]:
        """Yield what the model finds, and what it says to leave alone (mask none).

        Raises:
            DetectorError: the model's files are not those that it was shipped with.
            LayerError: its runtime is not installed.
        """
        encoded = self.model.encoder.encode(transcript.turns)
        logits = self.model.logits(encoded)
        found = tuple(names(transcript, tuple(mentions(encoded, logits, self._facts))))
        again = verdicts(transcript, encoded, logits, found, self.model)
        yield from reconsidered(found, again)
