"""The three tables of a release, column by column; pure, knows no Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

FORMAT = 3
"""Version of the folder's layout, its tables and its manifest."""

OLDEST = 2
"""The first format that is still read."""

Kind = Literal["string", "int32", "int64"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column."""

    name: str
    kind: Kind
    about: str
    is_dictionary: bool = False
    """Few distinct values, stored once each."""
    has_statistics: bool = True
    """False where smallest and largest value would quote a transcript in the footer."""
    is_nullable: bool = False
    since: int = OLDEST
    """The format that brought it; read from an earlier one, it is null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; its rows are sorted by its key, which no two rows share."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


_TRANSCRIPT_ID = Column(
    name="transcript_id",
    kind="string",
    about="stable ID: cohort and number; the same in every version",
    is_dictionary=True,
)
_COHORT = Column(
    name="cohort",
    kind="string",
    about="group of participants that the transcript belongs to",
    is_dictionary=True,
)
_TURN = Column(name="turn", kind="int32", about="position in the transcript, from 0")

_TRANSCRIPTS = Table(
    name="transcripts",
    about="one row a transcript",
    key=("transcript_id",),
    columns=(
        _TRANSCRIPT_ID,
        _COHORT,
        Column(name="turns", kind="int32", about="number of turns"),
        Column(
            name="words",
            kind="int32",
            about="words in all turns, split at white space; a placeholder counts as one",
        ),
        Column(name="redactions", kind="int32", about="number of mentions redacted"),
        Column(
            name="kept",
            kind="int32",
            about="findings left standing by a keep rule, a decision or the policy",
        ),
        Column(
            name="kept_by_decision",
            kind="int32",
            about="those of them that a reviewer keeps; null where it is not known",
            is_nullable=True,
            since=3,
        ),
        Column(
            name="placeholders",
            kind="int32",
            about="placeholders such as [REDACTED] that stood in the source already",
        ),
        Column(
            name="digest",
            kind="string",
            about="SHA-256 of the transcript's content, in hex",
        ),
    ),
)
_TURNS = Table(
    name="turns",
    about="one row a turn",
    key=("transcript_id", "turn"),
    columns=(
        _TRANSCRIPT_ID,
        _COHORT,
        _TURN,
        Column(
            name="role",
            kind="string",
            about="interviewer, participant or other",
            is_dictionary=True,
        ),
        Column(
            name="speaker",
            kind="string",
            about="label of the speaker as in the source, names redacted",
            is_dictionary=True,
            has_statistics=False,
        ),
        Column(name="text", kind="string", about="what was said, redacted", has_statistics=False),
        Column(
            name="start_ms",
            kind="int64",
            about="when the turn begins: milliseconds from the start of recording or chat, or null",
            is_nullable=True,
        ),
        Column(name="end_ms", kind="int64", about="when it ends, counted alike", is_nullable=True),
    ),
)
_REDACTIONS = Table(
    name="redactions",
    about="one row a mention redacted, at its place in the redacted text",
    key=("transcript_id", "turn", "field", "start", "end"),
    columns=(
        _TRANSCRIPT_ID,
        _TURN,
        Column(
            name="field",
            kind="string",
            about="text or speaker: which column of the turn",
            is_dictionary=True,
        ),
        Column(name="start", kind="int32", about="first code point of what stands there now"),
        Column(name="end", kind="int32", about="code point after its last"),
        Column(
            name="label",
            kind="string",
            about="kind of mention: PERSON, EMPLOYER, LOCATION and so on",
            is_dictionary=True,
        ),
        Column(
            name="mask",
            kind="string",
            about="direct: identified by itself; quasi: narrowed down who it is",
            is_dictionary=True,
        ),
        Column(
            name="operator",
            kind="string",
            about="what was done to it",
            is_dictionary=True,
        ),
        Column(
            name="rule",
            kind="string",
            about="what found it: a rule's id, or own-rule, model, roster, repeats, decision and"
            " so on; null where it is not known",
            is_dictionary=True,
            is_nullable=True,
            since=3,
        ),
    ),
)

TABLES: Mapping[str, Table] = {t.name: t for t in (_TRANSCRIPTS, _TURNS, _REDACTIONS)}
"""As they are written now."""


@cache
def tables_of(form: int) -> Mapping[str, Table]:
    """Return the tables as releases of a format have them."""
    return {
        name: replace(table, columns=tuple(c for c in table.columns if c.since <= form))
        for name, table in TABLES.items()
    }
