"""What a release may say of what found a mention: one of a closed list of words; pure.

A rule of a steward's own may be named after somebody, so its id stays in the house.
"""

from __future__ import annotations

from corpus.model import RECALL, Finding

_NAMED = ("patterns", "checksum")
"""The recognizers that find by rules of the package's own, each with its id."""
_COMING = ("presidio", "propagate")
"""What a finding's rule begins with where it came by way of something else."""
_TOLD = {"steward": "own-rule"}
"""Recognizers that go by another word."""


def cause(finding: Finding) -> str:
    """Return the id of a rule of the package's own, or what else it was: model, roster or such."""
    if finding.rule == RECALL:
        return RECALL
    way, _, rest = finding.rule.partition(".")
    if finding.recognizer != "decision" and rest and way in _COMING:
        return way
    if finding.recognizer in _NAMED:
        return finding.rule
    return _TOLD.get(finding.recognizer, finding.recognizer)
