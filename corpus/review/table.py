"""Findings to a spreadsheet, and the verdicts written into it back to decisions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, cast

from corpus import ids
from corpus.cells import as_written, harmless
from corpus.errors import DecisionError, MachineError
from corpus.model import LABELS, Decision, Finding, Label, Mask, Role, Span, Transcript, Verdict
from corpus.review.decisions import PROPOSED
from corpus.surfaces import key as surface_key

COLUMNS = (
    *("finding", "transcript_id", "turn", "speaker", "label", "mask", "state", "rule", "score"),
    *("reason", "before", "text", "after", "verdict", "new_label", "note"),
)
VERDICTS = ("keep", "redact", "keep-all", "redact-all")
"""What may stand in the verdict column; "-all" means this text in the whole transcript."""

_REQUIRED = ("finding", "transcript_id", "verdict")
_CONTEXT = 40
_SAVE_AS = "save it as CSV UTF-8 from the exported file"


class Mention(NamedTuple):
    """What a row is about; unique in a table."""

    transcript_id: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding as a reviewer sees it; findings that cannot be told apart share a row."""

    mention: Mention
    matches: int
    """How many findings share the row."""
    turn: int
    speaker: Role
    label: Label
    mask: Mask
    rule: str
    score: float
    reason: str
    is_proposed: bool
    """Whether it hides nothing yet."""
    before: str = field(repr=False)
    text: str = field(repr=False)
    after: str = field(repr=False)
    decision: Decision | None = None
    """The one that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What a table says."""

    decisions: tuple[Decision, ...]
    undecided: tuple[Mention, ...]
    """Rows of the table without a verdict; an earlier decision on them is taken back."""
    gone: tuple[int, ...]
    """Numbers of the rows with a verdict on a finding that there is no more."""


def rows(
    transcript: Transcript, findings: Iterable[Finding], decisions: Iterable[Decision], key: bytes
) -> Iterator[Row]:
    """Yield a row for each finding as it was detected, in reading order."""
    stand = {(d.transcript_id, d.anchor): d for d in decisions}
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(ids.anchor(key, transcript, finding.span), []).append(finding)
    for anchor, group in groups.items():
        first, mention = group[0], Mention(transcript.transcript_id, anchor)
        before, text, after = _context(transcript, first.span)
        yield Row(
            mention=mention,
            matches=len(group),
            turn=first.span.turn,
            speaker=transcript.turns[first.span.turn].role,
            label=first.label,
            mask=first.mask,
            rule=first.rule,
            score=first.score,
            reason=first.reason,
            is_proposed=first.recognizer == PROPOSED,
            before=before,
            text=text,
            after=after,
            decision=stand.get(mention),
        )


def _context(transcript: Transcript, span: Span) -> tuple[str, str, str]:
    text = transcript.turns[span.turn].of(span.field)
    start = max(0, span.start - _CONTEXT)
    parts = (text[start : span.start], text[span.start : span.end])
    return (*parts, text[span.end : span.end + _CONTEXT])


def export(table: Iterable[Row]) -> bytes:
    """Return the rows as a CSV file that spreadsheets open safely.

    It quotes transcripts: keep it in private/.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in table:
        writer.writerow([harmless(cell) for cell in _cells(row)])
    return file.getvalue().encode("utf-8-sig", "replace")


def _cells(row: Row) -> tuple[str, ...]:
    decision = row.decision
    return (
        row.mention.anchor,
        row.mention.transcript_id,
        str(row.turn),
        row.speaker,
        row.label,
        row.mask,
        "proposed" if row.is_proposed else "found",
        row.rule,
        f"{row.score:.2f}",
        row.reason,
        row.before,
        row.text,
        row.after,
        decision.verdict if decision else "",
        decision.label or "" if decision else "",
        decision.note if decision else "",
    )


def read(path: Path, table: Iterable[Row]) -> Verdicts:
    """Return the verdicts in the file on the findings in the table.

    A row's own verdict counts more than an "-all" of another row.

    Args:
        path: an exported file that was filled in.
        table: the rows as they would be exported now.

    Raises:
        DecisionError: the file does not fit the findings; it names the row.
        MachineError: the file cannot be read.
    """
    known = {row.mention: row for row in table}
    records = list(_records(path))
    gone = tuple(
        n for n, cells in records if cells["verdict"].strip() and _mention(cells) not in known
    )
    lines = [_line(path, n, cells, known) for n, cells in records if _mention(cells) in known]
    own = _settled(path, ((line.row.mention, line) for line in lines))
    alike = _alike(known.values())
    ruled = _settled(
        path, ((m, line) for line in lines if line.for_all for m in alike[_same(line.row)])
    )
    ruled |= {mention: line for mention, line in own.items() if line.verdict}
    return Verdicts(
        decisions=tuple(_decision(known[m], ruled[m]) for m in known if m in ruled),
        undecided=tuple(m for m in own if m not in ruled),
        gone=gone,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    number: int
    row: Row
    verdict: str
    for_all: bool
    label: Label | None
    note: str = field(repr=False)

    @property
    def says(self) -> tuple[str, Label | None]:
        return self.verdict, self.label


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row's number and cells; the header is row 1."""
    text = _text(path)
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    try:
        missing = [name for name in _REQUIRED if name not in (reader.fieldnames or ())]
        if missing:
            problem = f"has no column {', '.join(missing)}"
            raise DecisionError(problem, path=path, place="row 1", remedy=_SAVE_AS)
        yield from enumerate(reader, start=2)
    except csv.Error as error:
        raise DecisionError("is not CSV", path=path, remedy=_SAVE_AS) from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise DecisionError("is not UTF-8", path=path, remedy=_SAVE_AS) from None


def _line(path: Path, number: int, cells: Mapping[str, str], known: Mapping[Mention, Row]) -> _Line:
    def error(column: str, problem: str, remedy: str) -> DecisionError:
        place = f"row {number}, column {column}"
        return DecisionError(problem, path=path, place=place, remedy=remedy)

    mention = _mention(cells)
    verdict = cells["verdict"].strip().lower()
    label = cells.get("new_label", "").strip().upper()
    if verdict and verdict not in VERDICTS:
        raise error("verdict", "is no verdict", f"write {', '.join(VERDICTS)}, or nothing")
    if label and label not in LABELS:
        raise error("new_label", "is no label", f"use one of: {', '.join(LABELS)}")
    if label and not verdict:
        raise error("verdict", "is empty beside a new label", "write redact")
    return _Line(
        number=number,
        row=known[mention],
        verdict=verdict.removesuffix("-all"),
        for_all=verdict.endswith("-all"),
        label=label or None,
        note=as_written(cells.get("note", "")),
    )


def _mention(cells: Mapping[str, str]) -> Mention:
    return Mention(cells["transcript_id"].strip(), cells["finding"].strip())


def _settled(path: Path, lines: Iterable[tuple[Mention, _Line]]) -> dict[Mention, _Line]:
    """Return what is said of each mention, once."""
    said: dict[Mention, _Line] = {}
    for mention, line in lines:
        earlier = said.setdefault(mention, line)
        if earlier.says != line.says:
            raise DecisionError(
                f"contradicts row {earlier.number}",
                path=path,
                place=f"row {line.number}, column verdict",
                remedy="leave one of the two",
            )
    return said


def _same(row: Row) -> tuple[str, str]:
    """Return what rows of the same text in the same transcript share."""
    return row.mention.transcript_id, surface_key(row.text)


def _alike(table: Iterable[Row]) -> dict[tuple[str, str], list[Mention]]:
    groups: dict[tuple[str, str], list[Mention]] = {}
    for row in table:
        groups.setdefault(_same(row), []).append(row.mention)
    return groups


def _decision(row: Row, line: _Line) -> Decision:
    return Decision(
        transcript_id=row.mention.transcript_id,
        anchor=row.mention.anchor,
        verdict=cast("Verdict", line.verdict),
        label=line.label,
        matches=row.matches,
        note=line.note,
    )
