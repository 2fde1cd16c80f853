"""What is known beforehand: a steward's CSV of names comes in, findings go out."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from corpus.detect.context import Place, reason_to_keep
from corpus.detect.forms import Forms
from corpus.detect.spelling import Spelling
from corpus.detect.variants import FROM_ADDRESS, Variant, variants
from corpus.errors import RuleError
from corpus.model import LABELS, MASKS, QUASI, Finding, Label, Mask, Span, Transcript
from corpus.surfaces import Concordance

_REQUIRED = ("transcript_id", "label", "text")
_OPTIONAL = ("mask",)
_EVERY = ("", "*")
_REASONS = {
    "roster.surface": "named in the roster",
    "roster.part-of-name": "part of a name in the roster",
    "roster.possessive": "a name in the roster, with an s",
    "roster.initials": "initials of a name in the roster",
    "roster.handle": "a handle or login in the roster, by itself",
    "roster.address": "an address in the roster, shortened",
    "roster.domain": "the domain of an address in the roster, by itself",
    "roster.run-together": "a name in the roster, written together or apart",
    "roster.short-form": "short for a name in the roster",
    "roster.nickname": "another name for someone in the roster",
    "roster.misspelt": "close to a name in the roster",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a roster."""

    transcript_id: str
    """Empty for all transcripts."""
    label: Label
    mask: Mask
    text: str = field(repr=False)


def load(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a roster file.

    Raises:
        RuleError: the file or a row does not hold; it names row, column and remedy.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_columns(path, reader.fieldnames or ())
            return tuple(_entry(path, number, row) for number, row in enumerate(reader, start=2))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problem = f"cannot be read as a roster ({type(error).__name__})"
        remedy = "save it as a CSV file in UTF-8"
        raise RuleError(problem, path=path, remedy=remedy) from None


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    missing = [name for name in _REQUIRED if name not in columns]
    if missing or not set(columns) <= {*_REQUIRED, *_OPTIONAL}:
        problem = f"lacks the column {missing[0]}" if missing else "has a column too many"
        remedy = "use the columns transcript_id,label,text and, if you like, mask"
        raise RuleError(problem, path=path, place="row 1", remedy=remedy)


def _entry(path: Path, number: int, row: dict[str | Any, str | Any]) -> Entry:
    def wrong(column: str, problem: str, remedy: str) -> RuleError:
        place = f"row {number}, column {column}"
        return RuleError(problem, path=path, place=place, remedy=remedy)

    if None in row or None in row.values():
        raise wrong("1", "the row has more or fewer cells than the header", "quote commas")
    cells = {name: value.strip() for name, value in row.items()}
    label = cells["label"].upper()
    if label not in LABELS:
        raise wrong("label", "is not a label", f"use one of: {', '.join(LABELS)}")
    mask = cells.get("mask") or ("quasi" if label in QUASI else "direct")
    if mask not in MASKS:
        raise wrong("mask", "is not a mask", f"use one of: {', '.join(MASKS)}, or leave it empty")
    if not any(character.isalnum() for character in cells["text"]):
        raise wrong("text", "has no letter or digit", "write the name as it may be spoken")
    whose = cells["transcript_id"]
    return Entry(
        transcript_id="" if whose in _EVERY else whose,
        label=cast("Label", label),
        mask=cast("Mask", mask),
        text=cells["text"],
    )


class Roster:
    """Looks for what the entries name, in any case and with tolerance for spelling."""

    name = "roster"

    def __init__(
        self,
        entries: Sequence[Entry],
        ambiguous: frozenset[str] = frozenset(),
        public: frozenset[str] = frozenset(),
    ) -> None:
        self._entries = entries
        self._ambiguous = ambiguous
        self._public = public

    @property
    def labels(self) -> frozenset[Label]:
        """The labels that the entries and their parts have."""
        return frozenset(
            variant.label or entry.label
            for entry in self._entries
            for variant in self._variants(entry)
        )

    def recognize(self, transcript: Transcript) -> Iterator[Finding]:
        """Yield where an entry, a part of its name or a misspelling of it stands."""
        entries = [e for e in self._entries if e.transcript_id in ("", transcript.transcript_id)]
        if not entries:
            return
        concordance, spelling = Concordance.of(transcript), Spelling(transcript)
        forms = Forms(transcript, concordance, self._ambiguous)
        for entry in entries:
            known: set[Span] = set()
            for finding in self._exact(transcript, forms, entry):
                if finding.span not in known:  # the first form says it best
                    known.add(finding.span)
                    yield finding
            for span, wrong in spelling.misspelt(entry.text):
                if span not in known:
                    yield _finding(span, entry, "roster.misspelt", 1 - wrong / 20)

    def _variants(self, entry: Entry) -> Iterator[Variant]:
        """Yield its forms but those that are guessed from an address, too weak for its word."""
        found = variants(entry.label, entry.text, self._public)
        yield from (variant for variant in found if variant.rule not in FROM_ADDRESS)

    def _exact(self, transcript: Transcript, forms: Forms, entry: Entry) -> Iterator[Finding]:
        for variant in self._variants(entry):
            rule = variant.rule.replace("repeats", "roster")
            part = replace(entry, label=variant.label or entry.label)
            for span in forms.places(variant, part.label):
                text = transcript.turns[span.turn].of(span.field)
                why = reason_to_keep(
                    Place.at(text, span.start, span.end),
                    label=part.label,
                    first=variant.surface,
                    ambiguous=self._ambiguous,
                )
                if why is None:
                    yield _finding(span, part, rule, 1.0)


def _finding(span: Span, entry: Entry, rule: str, score: float) -> Finding:
    return Finding(
        span=span,
        label=entry.label,
        mask=entry.mask,
        score=score,
        rule=rule,
        recognizer="roster",
        reason=_REASONS[rule],
    )
