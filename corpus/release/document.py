"""The parts of manifest.json, typed; the JSON Schema that the package brings is made from them."""

from __future__ import annotations

from typing import TypedDict

from corpus.consent import Access
from corpus.release.schema import Kind
from corpus.release.shape import Count
from corpus.release.texts import Digest, Hex


class File(TypedDict):
    """A file of the release."""

    bytes: Count
    sha256: Hex


class Parent(TypedDict):
    """The release before."""

    version: str
    digest: Digest


class Counts(TypedDict):
    """What the release holds in all."""

    transcripts: Count
    transcripts_by_cohort: dict[str, Count]
    turns: Count
    words: Count
    redactions: Count
    redactions_by_label: dict[str, Count]
    redactions_by_mask: dict[str, Count]
    redactions_by_operator: dict[str, Count]
    redactions_by_rule: dict[str, Count]
    treatments: dict[str, dict[str, dict[str, Count]]]
    kept: Count
    placeholders: Count


class Evidence(TypedDict):
    """What a person looked at, in all: every redaction and every finding kept is one or the other.

    Verdicts come from reviewers; a recall is one, too.
    """

    decided: Count
    decided_by_verdict: dict[str, Count]
    hidden_undecided: Count
    kept_undecided: Count
    transcripts_decided: Count


class TranscriptCounts(TypedDict):
    """What the release holds of one transcript."""

    cohort: str
    digest: Hex
    kept: Count
    redactions_by_label: dict[str, Count]
    turns: Count
    words: Count


class ColumnEntry(TypedDict):
    """A column of a table."""

    name: str
    type: Kind
    nullable: bool
    about: str


class TableEntry(TypedDict):
    """A table: its rows are sorted by the key."""

    about: str
    key: list[str]
    columns: list[ColumnEntry]
    rows: Count


class MadeWith(TypedDict):
    """What made the release: the tool, and digests of what it went by."""

    tool: str
    tool_version: str
    rules: str
    detector: str
    model: str | None
    policy: str
    policy_digest: str
    thresholds: str | None
    roster: bool


class Ingested(TypedDict):
    """What went in, and what of it was withheld."""

    transcripts: Count
    withheld: Count
    withheld_by_reason: dict[str, Count]
    consent_required: bool
    access: Access
    findings: Count
    findings_by_label: dict[str, Count]


class Writer(TypedDict):
    """What the bytes depend on beside the rows."""

    library: str
    library_version: str
    options: dict[str, Count | str | bool]
    rows_per_group: Count
    rows_per_file: Count
