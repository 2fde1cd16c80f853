"""Whether the tables of a release are what its manifest says, and agree with one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest
from operator import itemgetter
from pathlib import Path
from typing import Any

from corpus.errors import MachineError, ReleaseError
from corpus.model import LABELS, Redacted
from corpus.release import bounds, claims, digest, parquet, rows, shape, sound, views, wording
from corpus.release import manifest as manifests
from corpus.release.manifest import Contents, Manifest, damaged, differs, facts
from corpus.release.schema import TABLES, Table, tables_of

_LONGEST = 80


def problems(folder: Path, claimed: Manifest, notes: Mapping[str, bytes]) -> Iterator[ReleaseError]:
    """Yield what is wrong with the tables; rows are read where all parts may be.

    Args:
        folder: of the release; its files are those that the manifest names.
        claimed: its manifest.
        notes: what each table's files must say of themselves.

    Raises:
        MachineError: a file cannot be read.
    """
    names = list(_of_names(folder, claimed))
    of_parts = names or list(_of_parts(folder, claimed, notes))
    yield from of_parts
    if of_parts:
        return
    try:
        redacted = tuple(rows.join(*(parquet.read(folder, name) for name in TABLES)))
        for table in TABLES.values():
            yield from _of_rows(folder, table, redacted, claimed["format"])
        for transcript in redacted:
            for place, problem in sound.problems(transcript):
                where = ", ".join(filter(None, (transcript.transcript_id, place)))
                yield damaged(problem, folder / "data", where)
    except parquet.UNREADABLE as error:
        yield _unreadable(folder / "data", error)
    else:
        found = claims.contents(redacted, claimed["format"])
        yield from _of_contents(folder / manifests.NAME, claimed, found)


def some(folder: Path, claimed: Manifest, transcript_ids: Sequence[str]) -> list[Redacted]:
    """Read some transcripts, in order of their IDs, and compare each with its digest.

    Raises:
        ReleaseError: a table cannot be read, or what it says is not what the manifest claims.
        MachineError: a file cannot be read.
    """
    try:
        tables = (parquet.read_some(folder, name, transcript_ids) for name in TABLES)
        redacted = list(rows.join(*tables))
    except parquet.UNREADABLE as error:
        raise _unreadable(folder / "data", error) from None
    expected = [(i, claimed["transcripts"][i]["digest"]) for i in transcript_ids]
    form = claimed["format"]
    found = [(t.transcript_id, digest.of_transcript(t, form)) for t in redacted]
    for one, other in zip_longest(expected, found, fillvalue=("", "")):
        if one != other:
            problem = "its rows do not give the digest in the manifest"
            raise damaged(problem, folder / "data", place=one[0] or other[0])
    return redacted


def _unreadable(path: Path, error: Exception) -> ReleaseError:
    if isinstance(error, OSError) and error.errno:
        raise MachineError(f"{path}: it cannot be read ({error.strerror})") from error
    return damaged("it cannot be read as a table", path)


def _of_names(folder: Path, claimed: Manifest) -> Iterator[ReleaseError]:
    """Whoever reads a table takes all files of its folder for it."""
    listed = set(claimed["files"])
    expected = set(views.names(claimed["format"]))
    for table in TABLES:
        count = sum(name.startswith(f"data/{table}/") for name in listed)
        expected |= {f"data/{table}/part-{n:05d}.parquet" for n in range(max(1, count))}
    for name in sorted(listed ^ expected):
        what = "the table" if name.startswith("data/") else "the release"
        is_missing = name in expected
        problem = f"{what} lacks this part" if is_missing else f"it is no part of {what}"
        yield damaged(problem, folder / name)


def _of_parts(
    folder: Path, claimed: Manifest, notes: Mapping[str, bytes]
) -> Iterator[ReleaseError]:
    budget = bounds.Budget(sum(file["bytes"] for file in claimed["files"].values()))
    for table in tables_of(claimed["format"]).values():
        for path in parquet.files(folder, table.name):
            try:
                problem = _of_part(path, table, notes[table.name], budget)
            except parquet.UNREADABLE as error:
                yield _unreadable(path, error)
            else:
                yield from [damaged(problem, path)] if problem else []


def _of_part(path: Path, table: Table, note: bytes, budget: bounds.Budget) -> str | None:
    """What a part spends that does not hold is not held against the others."""
    before = budget.left
    problem = (
        bounds.problem(path, table, budget)
        or parquet.footer_problem(path, table, note)
        or budget.problem(parquet.repeated(path, table))
        or parquet.statistics_problem(path, table)
    )
    budget.left = before if problem else budget.left
    return problem


def _of_rows(
    folder: Path, table: Table, redacted: tuple[Redacted, ...], form: int
) -> Iterator[ReleaseError]:
    """The rows must be those that their own transcripts give, in ascending order."""
    path = folder / "data" / table.name
    pairs = zip_longest(rows.of(table.name, redacted, form), parquet.read(folder, table.name))
    if other := next((n for n, (a, b) in enumerate(pairs, start=1) if a != b), 0):
        yield damaged("its rows do not agree with the other tables", path, f"row {other}")
    names = [column.name for column in table.columns]
    key = itemgetter(*map(names.index, table.key))
    keys = pairwise(map(key, parquet.read(folder, table.name)))
    if late := next((n for n, (a, b) in enumerate(keys, start=2) if a >= b), 0):
        yield damaged("its rows are not in the order of their keys", path, f"row {late}")


def _of_contents(path: Path, claimed: Manifest, found: Contents) -> Iterator[ReleaseError]:
    schema = manifests.known_schema(claimed["format"])["properties"]
    expected: Mapping[str, Any] = {**claimed}
    for key, value in found.items():
        if key not in schema:
            continue
        places = _difference(facts(expected[key]), facts(shape.known(value, schema[key])))
        if places:
            where, one, other = places
            problem = f"its {key} is not what the tables give: expected {one}, found {other}"
            yield damaged(problem, path, ", ".join(where))
    yield from _of_sums(path, claimed)


def _difference(one: Any, other: Any) -> tuple[list[str], str, str] | None:
    """Return where two documents first differ, and what stands there."""
    place = []
    while isinstance(one, dict) and isinstance(other, dict):
        key = next((k for k in sorted({*one, *other}) if one.get(k) != other.get(k)), None)
        if key is None:
            return None
        place.append(key)
        one, other = one.get(key), other.get(key)
    return None if one == other else (place, _shown(one), _shown(other))


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return "a list" if isinstance(value, (dict, list)) else ascii(value)[:_LONGEST]


def _of_sums(path: Path, claimed: Manifest) -> Iterator[ReleaseError]:
    """What went in must be what came out and what was withheld."""
    came, counts = claimed["ingested"], claimed["counts"]
    sums = {
        "transcripts": counts["transcripts"] + came["withheld"],
        "withheld": sum(came["withheld_by_reason"].values()),
        "findings": sum(came["findings_by_label"].values()),
    }
    stated: Mapping[str, Any] = {**came}
    for key, total in sums.items():
        if stated[key] != total:
            problem = f"its counts do not add up: {differs('number', total, stated[key])}"
            yield damaged(problem, path, f"ingested, {key}")
    words = {"withheld_by_reason": wording.REASONS, "findings_by_label": LABELS}
    for key, known in words.items():
        if not stated[key].keys() <= {*known}:
            yield damaged("it counts what there is not", path, f"ingested, {key}")
