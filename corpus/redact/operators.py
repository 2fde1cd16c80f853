"""A text and what to replace in it -> the new text, by way of Presidio's operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult
from presidio_anonymizer.operators import Operator as PresidioOperator
from presidio_anonymizer.operators import OperatorType

from corpus.model import Label
from corpus.redact.generalise import generalise
from corpus.redact.policy import Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What to do to a range of a text."""

    start: int
    end: int
    label: Label
    operator: Operator
    number: int = 0
    """The entity's, for a pseudonym."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A text after its replacements."""

    text: str = field(repr=False)
    ranges: tuple[tuple[int, int], ...]
    """Where each replacement stands now, in the order given."""


class Generalise(PresidioOperator):
    """Presidio operator that leaves a date its year and an age its decade."""

    def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
        """Return the stand-in."""
        return generalise((params or {})["label"], text)

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """Accept what `apply` passes."""

    def operator_name(self) -> str:
        """Return the name that configurations use."""
        return "generalise"

    def operator_type(self) -> OperatorType:
        """Return Presidio's kind of operator."""
        return OperatorType.Anonymize


def apply(text: str, replacements: Sequence[Replacement]) -> Rewritten:
    """Return the text with every range replaced.

    Each range has an entity type of its own at Presidio's door, or it would merge neighbours.

    Raises:
        ValueError: the ranges are not in order, overlap, are empty or leave the text.
    """
    edges = [0, *(edge for r in replacements for edge in (r.start, r.end)), len(text)]
    if any(a > b for a, b in pairwise(edges)) or any(r.start == r.end for r in replacements):
        raise ValueError("ranges must be disjoint, in order, and within the text")
    result = _engine().anonymize(
        text=text,
        analyzer_results=[
            RecognizerResult(str(index), r.start, r.end, 1.0)
            for index, r in enumerate(replacements)
        ],
        operators={str(index): _config(r) for index, r in enumerate(replacements)},
    )
    ranges = {int(item.entity_type): (item.start, item.end) for item in result.items}
    return Rewritten(text=result.text, ranges=tuple(ranges[i] for i in range(len(replacements))))


@cache
def _engine() -> AnonymizerEngine:
    engine = AnonymizerEngine()  # type: ignore[no-untyped-call]
    engine.add_anonymizer(Generalise)
    return engine


def _config(replacement: Replacement) -> OperatorConfig:
    label = replacement.label
    match replacement.operator:
        case "pseudonym":
            return OperatorConfig("replace", {"new_value": f"[{label}_{replacement.number}]"})
        case "placeholder":
            return OperatorConfig("replace", {"new_value": f"[{label}]"})
        case "generalise":
            return OperatorConfig("generalise", {"label": label})
        case "mask":
            length = replacement.end - replacement.start
            return OperatorConfig(
                "mask", {"masking_char": "*", "chars_to_mask": length, "from_end": False}
            )
        case "keep":
            return OperatorConfig("keep")
