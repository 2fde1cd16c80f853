"""What every recognizer offers: a transcript comes in, findings go out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from corpus.model import Finding, Label, Transcript


class Recognizer(Protocol):
    """Proposes findings; knows nothing of other recognizers."""

    @property
    def name(self) -> str:
        """The name under which its findings are ranked and explained."""

    @property
    def labels(self) -> frozenset[Label]:
        """The labels that its findings may have."""

    def recognize(self, transcript: Transcript) -> Iterable[Finding]:
        """Return its findings in the transcript, in any order."""
