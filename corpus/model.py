"""The types that travel through the stages; imports the standard library alone.

Fields that hold transcript text are kept out of `repr`, so that neither a log
nor a traceback can spill them. Offsets are half-open and count Unicode code
points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from corpus.labels import LABELS, MASKS, QUASI, Label, Mask

__all__ = [
    "FIELDS",
    "LABELS",
    "MASKS",
    "QUASI",
    "RECALL",
    "ROLES",
    "Decision",
    "Draft",
    "Field",
    "Finding",
    "Hidden",
    "Label",
    "Mask",
    "Passage",
    "Redacted",
    "RedactedTurn",
    "Redaction",
    "Repairs",
    "Role",
    "Segment",
    "SourceMap",
    "Span",
    "Transcript",
    "Turn",
    "Verdict",
    "Withheld",
]

Field = Literal["speaker", "text"]
"""The part of a turn that a span lies in."""

Role = Literal["interviewer", "participant", "other"]

RECALL = "recall"
"""The rule of what a recall hides."""

FIELDS: tuple[Field, ...] = get_args(Field)
ROLES: tuple[Role, ...] = get_args(Role)


class Segment(NamedTuple):
    """A run of text and the run of the source it was made from.

    Runs of equal length map code point by code point; a repaired run (unequal
    lengths) maps as a whole.
    """

    start: int
    end: int
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMap:
    """Leads offsets in a turn's text back to the transcript's source slice."""

    segments: tuple[Segment, ...]
    """In order, without gaps in the text; the source may have gaps between them."""

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Return the source range that the text range [start, end) was made from.

        Raises:
            ValueError: the range is empty or reaches outside the text.
        """
        if not 0 <= start < end <= (self.segments[-1].end if self.segments else 0):
            raise ValueError(f"no source for [{start}, {end})")
        first = next(s for s in self.segments if start < s.end)
        last = next(s for s in reversed(self.segments) if end > s.start)
        return _source_start(first, start), _source_end(last, end)


def _is_verbatim(segment: Segment) -> bool:
    return segment.end - segment.start == segment.source_end - segment.source_start


def _source_start(segment: Segment, offset: int) -> int:
    shift = offset - segment.start if _is_verbatim(segment) else 0
    return segment.source_start + shift


def _source_end(segment: Segment, offset: int) -> int:
    shift = segment.end - offset if _is_verbatim(segment) else 0
    return segment.source_end - shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where in a transcript: never across turns."""

    turn: int
    field: Field = "text"
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a code point."""
        return (
            (self.turn, self.field) == (other.turn, other.field)
            and self.start < other.end
            and other.start < self.end
        )

    @property
    def position(self) -> tuple[int, str, int, int]:
        """Sort key: reading order (a turn's speaker label stands before its text)."""
        return (self.turn, self.field, self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One uninterrupted contribution of one speaker."""

    index: int
    """Zero-based position in the transcript."""
    speaker: str = field(repr=False)
    """The label without its colon, in the spelling it mostly has; may be a name."""
    role: Role
    text: str = field(repr=False)
    speaker_source: SourceMap = field(repr=False)
    text_source: SourceMap = field(repr=False)
    start_ms: int | None = None
    """When it begins, in milliseconds from the start of the recording or the first message."""
    end_ms: int | None = None
    """When it ends, counted alike."""

    def of(self, name: Field) -> str:
        """Return the text of the field."""
        return self.speaker if name == "speaker" else self.text

    def in_source(self, span: Span) -> tuple[int, int]:
        """Return where a span of this turn starts and ends in the text as it was read."""
        source = self.speaker_source if span.field == "speaker" else self.text_source
        return source.to_source(span.start, span.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """What reading changed or noticed; counts only."""

    encoding: str = "utf-8"
    """The encoding that the file was decoded from."""
    mojibake: int = 0
    """Runs of wrongly decoded characters that were put right."""
    line_ends: int = 0
    """Windows and old Mac line ends that became newlines."""
    controls: int = 0
    """Control characters that were dropped."""
    entities: int = 0
    """HTML entities that were decoded."""
    spaces: int = 0
    """No-break, wide and thin blanks, form feeds and separators that became blanks or newlines."""
    invisible: int = 0
    """Zero-width, bidi and other characters without a shape that were dropped."""
    compatibility: int = 0
    """Letters in pieces, in other clothes or joined in one sign that became plain ones."""
    homoglyphs: int = 0
    """Foreign letters in Latin words that became the Latin ones that they pass for."""
    placeholders: int = 0
    """Placeholders such as [REDACTED] that stood in the source already."""
    unlabelled: int = 0
    """Words before the first speaker label, headings aside; no turn holds them."""
    dropped: int = 0
    """Pieces of the file beside what was said that were left out: comments, notes, headers."""
    stamps: int = 0
    """Times of a recording that stood inside a turn's text and were taken out."""
    notes: int = 0
    """A transcriber's notes that were put into their one spelling: [laughs]."""
    headers: int = 0
    """Lines of e-mails' headers that were left out: to whom, when, about what."""
    labels: int = 0
    """Turns whose speaker label took the spelling that its speaker mostly has."""
    respelt: tuple[tuple[str, str], ...] = ()
    """Of those labels the ones that name a role and nobody: as written, and as they read now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A transcript as a reader found it, before it has an ID of ours."""

    path: str
    """The file as the user named it; "-" for standard input."""
    place: str
    """Where in the file it begins ("line 1", "row 12")."""
    claimed_id: str | None = None
    """The ID that the source gives it, whatever its form."""
    source: str = field(repr=False)
    """Its own slice of the source, decoded, before any repair."""
    turns: tuple[Turn, ...] = field(repr=False)
    repairs: Repairs = Repairs()
    format: str = ""
    """The reader that found it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A conversation with its stable ID."""

    transcript_id: str
    cohort: str
    source: str = field(repr=False)
    turns: tuple[Turn, ...] = field(repr=False)

    def text_of(self, span: Span) -> str:
        """Return what stands at the span."""
        return self.turns[span.turn].of(span.field)[span.start : span.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A recognizer's claim about a span; holds no text."""

    span: Span
    label: Label
    mask: Mask
    score: float
    """Between 0 and 1."""
    rule: str
    """Identifier of what found it ("email", "repeats.part-of-name")."""
    recognizer: str
    """Which recognizer proposed it; gives its power (see detect/resolve.py)."""
    reason: str
    """One clause for a person, without text from the transcript."""
    repeats: Span | None = None
    """The mention of the same entity that this one was found by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a turn that is not in English; holds no text."""

    span: Span
    language: str
    """Its ISO 639 code; "und" where it could not be told."""


Verdict = Literal["redact", "keep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A reviewer's verdict on a finding."""

    transcript_id: str
    anchor: str
    """Keyed identity of the finding, see `ids.anchor`."""
    verdict: Verdict
    label: Label | None = None
    """The right label, where the finding's was wrong."""
    matches: int = 1
    """How many findings had this anchor when the decision was made."""
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedTurn:
    """A turn as it will be released."""

    index: int
    speaker: str
    role: Role
    text: str
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What was done at a place of the redacted text; holds no original."""

    turn: int
    field: Field
    start: int
    end: int
    label: Label
    mask: Mask
    operator: str
    rule: str | None = None
    """What found it, as far as it may be told (see redact/cause.py); None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A place of a transcript that was hidden; holds the original and never leaves the house."""

    span: Span
    label: Label
    surface: str = field(repr=False)
    """What stands there."""
    shown: str = field(repr=False)
    """What a release shows instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A transcript ready for release."""

    transcript_id: str
    cohort: str
    turns: tuple[RedactedTurn, ...]
    redactions: tuple[Redaction, ...]
    """In reading order."""
    kept: int = 0
    """Findings left standing by keep rule, decision or policy."""
    kept_by_decision: int | None = None
    """Those of them that a reviewer keeps; None where it is not known."""
    placeholders: int = 0
    """Placeholders that stood in the source already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A transcript that the release must not carry."""

    transcript_id: str
    cohort: str
    reason: str
    """Machine-readable, for counting ("surface-survives")."""
    detail: str = ""
    """Positions for the steward, without text; never released."""
