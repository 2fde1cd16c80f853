"""A participants table is taken as it was meant, or refused with all that is wrong with it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import ids, participants
from corpus.consent import Terms
from corpus.errors import ParticipantError
from corpus.participants import COLUMNS, Taken, table
from corpus.registry.transcripts import Entry
from corpus.workspace import Workspace
from tests.conftest import without_model

DAY = dt.date(2031, 1, 31)
HEADER = ",".join(COLUMNS)
COHORTS = {"work_0001": "work", "work_0002": "work", "art_0001": "art"}


def _fill(workspace: Workspace, known: Sequence[str]) -> None:
    """Store transcripts without a turn."""
    with workspace.registry() as registry, registry.transaction():
        for id_ in known:
            entry = Entry(
                transcript_id=id_,
                cohort=ids.split(id_)[0],
                source_key=None,
                fingerprint="f",
                placeholders=0,
                words=0,
                turns=0,
            )
            registry.put(entry, source="", turns=(), prints=())


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    _fill(workspace, list(COHORTS))
    return workspace


def _take(workspace: Workspace, *rows: str, header: str = HEADER) -> Taken:
    data = "\n".join((header, *rows)).encode()
    return participants.take(workspace, data, "p.csv", day=DAY)


def _rows(workspace: Workspace) -> list[dict[str, str]]:
    with workspace.registry() as registry:
        return participants.rows(registry)


def _read(*rows: str, header: str = HEADER) -> tuple[Terms, ...]:
    return table.read("\n".join((header, *rows)).encode(), "p.csv", COHORTS)


def _refused(*rows: str, header: str = HEADER) -> list[str]:
    with pytest.raises(ParticipantError) as caught:
        _read(*rows, header=header)
    assert caught.value.exit_code == 2
    return str(caught.value).split("\n")


# -- what a table says ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "consent"),
    [
        ("release", "release"),
        ("Yes", "release"),
        ("y", "release"),
        ("TRUE", "release"),
        ("internal", "internal"),
        ("Refused", "refused"),
        ("no", "refused"),
        ("N", "refused"),
        ("false", "refused"),
        ("", "unknown"),
        ("unknown", "unknown"),
    ],
)
def test_consent_has_few_words(word: str, consent: str) -> None:
    (terms,) = _read(f"K01,work_0001,work, {word} ,,")
    assert terms.consent == consent


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("K01,work_0009,,yes,,", "row 2, column transcript_id: is no transcript of this workspace"),
        ("K01,,,yes,,", "row 2, column transcript_id: is no transcript"),
        ("K01,work_0001,art,yes,,", "row 2, column cohort: is not that of the transcript"),
        ("K01,work_0001,,perhaps,,", "row 2, column consent: is none of the words"),
        ("K01,work_0001,,yes,31.01.2031,", "row 2, column embargo_until: is no date"),
        ("K01,work_0001,,yes,20310131,", "row 2, column embargo_until: is no date"),
        ("K01,work_0001,,yes,2031-W05-1,", "row 2, column embargo_until: is no date"),
        ("K01,work_0001,,yes,2031-02-30,", "row 2, column embargo_until: is no date"),
        ("K01,work_0001,,yes,,secret", "row 2, column access: is neither open nor restricted"),
        ("=K01,work_0001,,yes,,", "row 2, column participant_id: is no code"),
        ("K01,work_0001,,yes,", "row 2: it has 5 cells, the header 6"),
    ],
)
def test_a_row_that_does_not_hold_is_named_with_its_remedy(row: str, line: str) -> None:
    (said,) = _refused(row)
    assert said.startswith(f"p.csv: {line}")
    assert " - " in said


def test_all_problems_are_told_together_and_none_is_quoted() -> None:
    said = "\n".join(
        _refused("Hanneke,work_0001,Leiden,Vries,soon,Delft", "K02,work_0002,,yes,,", "K03,x,,q,,")
    )
    assert [said.count(f"row {n}, ") for n in (2, 3, 4)] == [4, 0, 2]
    for word in ("Hanneke", "Leiden", "Vries", "soon", "Delft", "K03"):
        assert word not in said


def test_twenty_problems_are_shown_and_the_others_counted() -> None:
    said = _refused(*["K01,nowhere,,yes,,"] * 50)
    assert len(said) == 21
    assert said[-1] == "and 30 problems more"


def test_two_rows_for_a_transcript_are_an_error_that_names_both() -> None:
    (said,) = _refused("K01,work_0001,,yes,,", "", "K02,work_0001,,yes,,")
    assert "row 4, column transcript_id: stands in row 2 already" in said


@pytest.mark.parametrize("column", [c for c in COLUMNS if c != "cohort"])
def test_a_missing_column_is_named_since_nothing_would_be_known_of_it(column: str) -> None:
    header = ",".join(c for c in COLUMNS if c != column)
    (said,) = _refused("a,b,c,d,e", header=header)
    assert f"row 1: lacks the column {column} - " in said


def test_the_cohort_may_be_left_out() -> None:
    header = ",".join(c for c in COLUMNS if c != "cohort")
    assert _read("K01,work_0001,yes,,", header=header)


def test_a_further_column_is_refused_by_name_unless_it_may_be_passed_over() -> None:
    header, row = f"Full name;{HEADER.replace(',', ';')}", "Ada Brook;K01;work_0001;;yes;;"
    (said,) = _refused(row, header=header)
    assert "no place here: Full name - they may hold personal data" in said
    assert "Brook" not in said
    data = f"{header}\n{row}".encode()
    (terms,) = table.read(data, "p.csv", COHORTS, ignore_extra=True)
    assert terms == Terms(transcript_id="work_0001", participant_id="K01", consent="release")


def test_a_column_that_is_there_twice_is_refused() -> None:
    (said,) = _refused("K01,work_0001,,yes,,,no", header=f"{HEADER},Consent")
    assert "has the column consent twice" in said


def test_a_table_without_its_header_is_not_quoted() -> None:
    (said,) = _refused(header="K01,work_0001,work,yes,,")
    assert "lacks the column participant_id" in said
    assert "K01" not in said


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "lacks the column"),
        (HEADER.encode(), "has no row"),
        (f"{HEADER}\n,,,,,\n".encode(), "has no row"),
        (HEADER.encode("utf-16"), "is not UTF-8"),
        (f'{HEADER}\n"K01,work_0001,,yes,,'.encode(), "is not CSV"),
        (f"{HEADER}\n{'x' * 200_000},work_0001,,yes,,".encode(), "is"),
        (b"\0" * 999, "lacks the column"),
        (b"a" * ((1 << 24) + 1), "is larger than 16 MiB"),
    ],
    ids=["empty", "header alone", "blank", "utf-16", "open quote", "long cell", "zeros", "large"],
)
def test_what_is_no_table_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(ParticipantError, match=problem):
        table.read(data, "p.csv", COHORTS)


# -- into the workspace ---------------------------------------------------------------------


def test_an_import_counts_and_replaces_what_it_lists(filled: Workspace) -> None:
    first = _take(filled, "K01,work_0001,work,yes,,", ",work_0002,,yes,2031-02-01,")
    assert first == Taken(
        new=2,
        changed=0,
        unchanged=0,
        nameless=1,
        releasable=1,
        withheld={"no-consent": 1, "embargo": 1, "access-restricted": 0},
    )
    second = _take(
        filled,
        "K03,art_0001,,release,,restricted",
        "K01,work_0001,,no,,",
        ",work_0002,,y,2031-02-01,",
    )
    assert (second.new, second.changed, second.unchanged) == (1, 1, 1)
    assert second.withheld == {"no-consent": 1, "embargo": 1, "access-restricted": 1}


def test_what_is_not_listed_stays(filled: Workspace) -> None:
    _take(filled, "K01,work_0001,,yes,,", "K02,work_0002,,internal,,")
    before = _rows(filled)
    _take(filled, "K03,art_0001,,no,,")
    assert [r for r in _rows(filled) if r["cohort"] == "work"] == before[1:]


def test_a_table_that_does_not_hold_changes_nothing(filled: Workspace) -> None:
    _take(filled, "K01,work_0001,,yes,,")
    before = _rows(filled)
    with pytest.raises(ParticipantError):
        _take(filled, "K01,work_0001,,no,,", "K02,work_0009,,yes,,")
    assert _rows(filled) == before


def test_what_is_exported_is_a_table_to_fill_in(filled: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    assert participants.export(filled, path) == 3
    assert path.stat().st_mode & 0o777 == 0o600
    taken = participants.take(filled, path.read_bytes(), "p.csv", day=DAY)
    assert (taken.new, taken.releasable) == (3, 0)


_WORDS = {"release": ("release", "yes", "Y", "true"), "refused": ("refused", "No", "n", "FALSE")}
_CODES = st.from_regex(r"[A-Za-z0-9é][A-Za-z0-9 .:#+-]{0,9}", fullmatch=True).map(str.strip)


@st.composite
def _table(draw: st.DrawFn) -> list[dict[str, str]]:
    listed = draw(st.lists(st.sampled_from(sorted(COHORTS)), min_size=1, unique=True))
    return [
        {
            "participant_id": draw(st.just("") | _CODES.filter(ids.is_safe)),
            "transcript_id": id_,
            "cohort": COHORTS[id_],
            "consent": draw(st.sampled_from(["release", "internal", "refused", "unknown"])),
            "embargo_until": draw(st.just("") | st.dates().map(str)),
            "access": draw(st.sampled_from(["open", "restricted"])),
        }
        for id_ in listed
    ]


def _written(
    rows: Sequence[Mapping[str, str]], columns: Sequence[str], delimiter: str, word: int
) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter)
    writer.writeheader()
    for row in rows:
        words = _WORDS.get(row["consent"], (row["consent"],))
        writer.writerow({**row, "consent": words[word % len(words)]})
    return text.getvalue().encode()


@given(_table(), st.permutations(COLUMNS), st.sampled_from(",;\t"), st.integers(0, 3))
def test_what_is_imported_is_listed_exported_and_imported_again(
    rows: list[dict[str, str]], columns: list[str], delimiter: str, word: int
) -> None:
    with TemporaryDirectory() as folder:
        workspace = without_model(Path(folder) / "study")
        _fill(workspace, list(COHORTS))
        data = _written(rows, columns, delimiter, word)
        participants.take(workspace, data, "p.csv", day=DAY)
        listed = {row["transcript_id"]: row for row in _rows(workspace)}
        assert [listed[row["transcript_id"]] for row in rows] == rows
        assert all(not r["consent"] for id_, r in listed.items() if id_ not in {*_ids(rows)})
        participants.export(workspace, Path(folder) / "p.csv")
        again = (Path(folder) / "p.csv").read_bytes()
        taken = participants.take(workspace, again, "p.csv", day=DAY)
        assert (taken.changed, taken.unchanged) == (0, len(rows))


def _ids(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return [row["transcript_id"] for row in rows]
