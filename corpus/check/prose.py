"""The embedded model on what people read: names and firms that no pattern tells.

Detection is that of the workspace, roster and Presidio apart; the model is loaded when the first
passage comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

from corpus.check.reach import blocks
from corpus.check.scanning import Mention
from corpus.check.settings import Settings
from corpus.layers import needs

if TYPE_CHECKING:
    from corpus.detect import Detector
    from corpus.model import Finding
    from corpus.redact.policy import Policy

LARGEST = 1 << 17
"""Characters of an item that the model reads by default; some four seconds."""
_RUNTIME = ("numpy", "onnxruntime", "tokenizers", "rapidfuzz")
_POLICY = "default"
_OF_RULES = "patterns"


def is_installed() -> bool:
    """Tell whether the model's runtime is there."""
    return all(find_spec(library) for library in _RUNTIME)


def _only_warns(finding: Finding) -> bool:
    """Tell whether a rule found it that does not block: it must not stand for the model's."""
    return finding.recognizer == _OF_RULES and not blocks(finding.rule, "prose")


@dataclass(slots=True)
class Reader:
    """Reads the prose of one item after the other."""

    settings: Settings
    _loaded: tuple[Detector, Policy] | None = field(default=None, repr=False)

    def find(self, text: str) -> Iterator[Mention]:
        """Yield what the model, and what repeats it, finds; rules speak for themselves.

        Raises:
            DetectorError: the model is damaged, or a recognizer could not do its work.
            LayerError: the model's runtime is not installed.
        """
        with needs("steward"):
            from corpus.detect import grow
            from corpus.detect.plain import plain
            from corpus.surfaces import Concordance

            detector, policy = self._load()
            talk = plain(text)
            found = (f for f in detector.recognize(talk) if not _only_warns(f))
            for finding in grow(talk, found, detector, Concordance.of(talk)):
                is_wanted = finding.mask in self.settings.masks and policy.hides(finding)
                if is_wanted and finding.recognizer != _OF_RULES:
                    start, end = talk.turns[finding.span.turn].in_source(finding.span)
                    yield Mention(start, end, finding.label, finding.rule)

    def _load(self) -> tuple[Detector, Policy]:
        if self._loaded is None:
            from corpus import rules
            from corpus.detect import Detector
            from corpus.redact import policy as policies

            own = self.settings.rules
            folders = (rules.builtin_folder(), *([own] if own else []))
            homes = [folder / "policies" for folder in folders]
            self._loaded = (
                Detector.load(folders, use_presidio=False),
                policies.load(_POLICY, homes, self.settings.thresholds),
            )
        return self._loaded
