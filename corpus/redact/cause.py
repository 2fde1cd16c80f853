"""What a release may say of what found a mention: one of a closed list of words; pure.

A rule of a steward's own may be named after somebody, so its id stays in the house. Some of the
package's own would tell more of what they hid than its label does, such as a country or a faith:
they go by their subject.
"""

from __future__ import annotations

from corpus.model import RECALL, Finding

_BY_SUBJECT = {
    "demographics": (
        *("origin-stated", "mother-tongue", "faith-stated", "faith-kept"),
        *("health-stated", "party-stated"),
    ),
    "numbers": ("national-insurance", "social-security", "number-plate", "iban"),
    "contact": ("phone-north-american", "domain-of-country"),
}
_SUBJECTS = {rule: subject for subject, rules in _BY_SUBJECT.items() for rule in rules}
_NAMED = ("patterns", "checksum")
"""The recognizers that find by rules of the package's own, each with its id."""
_COMING = ("presidio", "propagate")
"""What a finding's rule begins with where it came by way of something else."""
_TOLD = {"steward": "own-rule"}
"""Recognizers that go by another word."""


def cause(finding: Finding) -> str:
    """Return a rule of the package's own or its subject, or what else it was: model, roster."""
    if finding.rule == RECALL:
        return RECALL
    way, _, rest = finding.rule.partition(".")
    if finding.recognizer != "decision" and rest and way in _COMING:
        return way
    if finding.recognizer in _NAMED:
        return _SUBJECTS.get(finding.rule, finding.rule)
    return _TOLD.get(finding.recognizer, finding.recognizer)
