"""Model types to and from compact JSON, for the workspace's database."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from corpus.errors import RESTORE, WorkspaceError
from corpus.model import (
    Finding,
    Hidden,
    Redacted,
    RedactedTurn,
    Redaction,
    Segment,
    SourceMap,
    Span,
    Transcript,
    Turn,
)


def pack(value: Any) -> bytes:
    """Return the value as compressed JSON."""
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def unpack(data: bytes) -> Any:
    """Return the value that `pack` packed.

    Raises:
        WorkspaceError: it is damaged.
    """
    try:
        return json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    except (zlib.error, ValueError, TypeError):
        raise WorkspaceError(
            "a row of the workspace's database is damaged", remedy=RESTORE
        ) from None


def dump_content(source: str, turns: Sequence[Turn]) -> bytes:
    """Pack a transcript's source slice and turns."""
    return pack(
        [
            source,
            [
                [
                    t.speaker,
                    t.role,
                    t.text,
                    t.speaker_source.segments,
                    t.text_source.segments,
                    t.start_ms,
                    t.end_ms,
                ]
                for t in turns
            ],
        ]
    )


def load_transcript(transcript_id: str, cohort: str, data: bytes) -> Transcript:
    """Unpack what `dump_content` packed, or an earlier version did, without times."""
    source, turns = unpack(data)
    return Transcript(
        transcript_id=transcript_id,
        cohort=cohort,
        source=source,
        turns=tuple(
            Turn(
                index=index,
                speaker=speaker,
                role=role,
                text=text,
                speaker_source=_source_map(speaker_segments),
                text_source=_source_map(text_segments),
                start_ms=times[0] if times else None,
                end_ms=times[1] if times else None,
            )
            for index, (
                speaker,
                role,
                text,
                speaker_segments,
                text_segments,
                *times,
            ) in enumerate(turns)
        ),
    )


def _source_map(segments: list[list[int]]) -> SourceMap:
    return SourceMap(segments=tuple(Segment(*segment) for segment in segments))


def dump_findings(findings: Sequence[Finding]) -> bytes:
    """Pack findings."""
    return pack([asdict(finding) for finding in findings])


def load_findings(data: bytes) -> tuple[Finding, ...]:
    """Unpack what `dump_findings` packed."""
    return tuple(_finding(fields) for fields in unpack(data))


def _finding(fields: dict[str, Any]) -> Finding:
    repeats = fields.pop("repeats")
    span = fields.pop("span")
    return Finding(**fields, span=Span(**span), repeats=Span(**repeats) if repeats else None)


def dump_redacted(redacted: Redacted) -> bytes:
    """Pack a redacted transcript."""
    return pack(asdict(redacted))


def load_redacted(data: bytes) -> Redacted:
    """Unpack what `dump_redacted` packed."""
    fields = unpack(data)
    turns = tuple(RedactedTurn(**turn) for turn in fields.pop("turns"))
    redactions = tuple(Redaction(**redaction) for redaction in fields.pop("redactions"))
    return Redacted(**fields, turns=turns, redactions=redactions)


def dump_hidden(hidden: Sequence[Hidden]) -> bytes:
    """Pack what was hidden."""
    return pack([asdict(one) for one in hidden])


def load_hidden(data: bytes) -> tuple[Hidden, ...]:
    """Unpack what `dump_hidden` packed."""
    return tuple(Hidden(**{**fields, "span": Span(**fields["span"])}) for fields in unpack(data))
