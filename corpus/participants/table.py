"""A participants table in, the terms of each transcript out, or all that is wrong with it; pure."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from corpus import ids
from corpus.consent import ACCESSES, CONSENTS, Access, Consent, Terms
from corpus.errors import ParticipantError

COLUMNS = ("participant_id", "transcript_id", "cohort", "consent", "embargo_until", "access")
_OPTIONAL = "cohort"
LARGEST = 1 << 24
"""Bytes that a table may have; a quarter of a million rows fit."""
_SHOWN = 20
_SAVE_AS = "save it as CSV UTF-8"
_CONSENTS: Mapping[str, Consent] = {
    **{name: name for name in CONSENTS},
    **dict.fromkeys(("yes", "y", "true"), "release"),
    **dict.fromkeys(("no", "n", "false"), "refused"),
    "": "unknown",
}
_ACCESSES: Mapping[str, Access] = {**{name: name for name in ACCESSES}, "": "open"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Cells = Mapping[str, str]
Complain = Callable[[str, str, str], None]
"""Takes column, problem and remedy."""


def read(
    data: bytes, name: str, cohorts: Mapping[str, str], *, ignore_extra: bool = False
) -> tuple[Terms, ...]:
    """Return the terms in a table.

    Args:
        data: the table, as CSV in UTF-8.
        name: the file's, for messages.
        cohorts: the cohort of each transcript that is known.
        ignore_extra: pass over further columns instead of refusing the table.

    Raises:
        ParticipantError: the table does not hold; it names up to twenty places.
    """
    terms: dict[str, Terms] = {}
    first: dict[str, int] = {}
    problems = _Problems(name)
    for number, cells in _records(data, name, problems, ignore_extra=ignore_extra):
        complain = problems.of_row(number)
        id_ = cells["transcript_id"]
        if id_ in first:
            complain("transcript_id", f"stands in row {first[id_]} already", "leave one of the two")
        elif _holds(cells, cohorts, complain):
            terms[id_] = _terms(cells)
        if id_ in cohorts:
            first.setdefault(id_, number)
    problems.stop()
    if not terms:
        raise ParticipantError("has no row", path=name, remedy="add a row for each transcript")
    return tuple(terms.values())


class _Problems:
    """Gathers what is wrong in a table, so that all of it is told at once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: list[str] = []
        self._count = 0

    def of_row(self, number: int) -> Complain:
        """Return what takes the problems of a row."""

        def complain(column: str, problem: str, remedy: str) -> None:
            self._count += 1
            if self._count <= _SHOWN:
                place = f"row {number}, column {column}" if column else f"row {number}"
                self._lines.append(f"{place}: {problem} - {remedy}")

        return complain

    def stop(self) -> None:
        """Raise them, if there are any."""
        if self._count:
            more = self._count - _SHOWN
            lines = [*self._lines, *([f"and {more} problems more"] if more > 0 else [])]
            raise ParticipantError("\n".join(lines), path=self._name)


def _records(
    data: bytes, name: str, problems: _Problems, *, ignore_extra: bool
) -> Iterator[tuple[int, Cells]]:
    """Yield number and cells of each row that is not blank; the header is row 1."""
    text = _text(data, name)
    head = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True
    )
    try:
        where = _header(next(reader, []), name, ignore_extra=ignore_extra)
        width = len(where)
        for number, row in enumerate(reader, start=2):
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != width:
                problem = f"it has {len(row)} cells, the header {width}"
                problems.of_row(number)("", problem, "quote cells that hold a separator")
                continue
            cells = dict(zip(where, map(str.strip, row), strict=True))
            yield number, {_OPTIONAL: "", **cells}
    except csv.Error:
        place = f"line {reader.line_num}"
        raise ParticipantError("is not CSV", path=name, place=place, remedy=_SAVE_AS) from None


def _text(data: bytes, name: str) -> str:
    if len(data) > LARGEST:
        problem = f"is larger than {LARGEST >> 20} MiB"
        raise ParticipantError(problem, path=name, remedy="keep one row a transcript")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ParticipantError("is not UTF-8", path=name, remedy=_SAVE_AS) from None


def _header(row: Sequence[str], name: str, *, ignore_extra: bool) -> list[str]:
    """Return the names of the columns as we write them."""

    def error(problem: str, remedy: str) -> ParticipantError:
        return ParticipantError(problem, path=name, place="row 1", remedy=remedy)

    names = [re.sub(r"[\s-]+", "_", cell.strip()).casefold() for cell in row]
    missing = [c for c in COLUMNS if c not in names and c != _OPTIONAL]
    if missing:
        remedy = f"the first row names the columns {', '.join(COLUMNS)}; cells may stay empty"
        raise error(f"lacks the column {', '.join(missing)}", remedy)
    twice = [c for c in COLUMNS if names.count(c) > 1]
    if twice:
        raise error(f"has the column {twice[0]} twice", "leave one of the two")
    extra = [cell.strip() for cell, known in zip(row, names, strict=True) if known not in COLUMNS]
    if extra and not ignore_extra:
        raise error(
            f"has columns that have no place here: {_quoted(extra)}",
            "they may hold personal data: take them out, or pass over them with --ignore-extra",
        )
    return names


def _quoted(extra: Sequence[str]) -> str:
    shown = [
        name if name.isprintable() and 0 < len(name) <= 40 else "(no name)"  # noqa: PLR2004, a name
        for name in extra[:_SHOWN]
    ]
    return ", ".join(shown)


def _holds(cells: Cells, cohorts: Mapping[str, str], complain: Complain) -> bool:
    """Tell whether a row holds; complain of what does not, without quoting it."""
    cohort = cohorts.get(cells["transcript_id"])
    embargo = cells["embargo_until"]
    checks = (
        (
            cohort is not None,
            *("transcript_id", "is no transcript of this workspace"),
            "see `corpus list`, or ingest it first",
        ),
        (
            cohort is None or cells["cohort"] in ("", cohort),
            *("cohort", "is not that of the transcript"),
            "mend the transcript_id or the cohort, or leave the cohort empty",
        ),
        (
            not cells["participant_id"] or ids.is_safe(cells["participant_id"]),
            *("participant_id", "is no code"),
            "use up to 128 letters, digits and . : @ # + -, a letter or digit first",
        ),
        (
            cells["consent"].casefold() in _CONSENTS,
            *("consent", "is none of the words for it"),
            "write release (yes), internal, refused (no), or nothing where it is not known",
        ),
        (
            not embargo or _is_day(embargo),
            *("embargo_until", "is no date"),
            "write YYYY-MM-DD, such as 2031-01-31 (format the column as text), or nothing",
        ),
        (
            cells["access"].casefold() in _ACCESSES,
            *("access", "is neither open nor restricted"),
            "write one of the two, or nothing for open",
        ),
    )
    for is_met, column, problem, remedy in checks:
        if not is_met:
            complain(column, problem, remedy)
    return all(check[0] for check in checks)


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return _DAY.fullmatch(text) is not None


def _terms(cells: Cells) -> Terms:
    embargo = cells["embargo_until"]
    return Terms(
        transcript_id=cells["transcript_id"],
        participant_id=cells["participant_id"],
        consent=_CONSENTS[cells["consent"].casefold()],
        embargo_until=dt.date.fromisoformat(embargo) if embargo else None,
        access=_ACCESSES[cells["access"].casefold()],
    )


def write(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return rows, each a cell a column, as a table that `read` reads and spreadsheets open."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
