"""The spreadsheet: safe to open, and read back with every row accounted for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from corpus import ids
from corpus.errors import DecisionError, MachineError
from corpus.model import LABELS, Decision, Finding, Label, Mask, Span, Transcript
from corpus.review import table
from corpus.review.decisions import decide
from corpus.review.table import Row, Verdicts

Build = Callable[..., Transcript]
KEY = b"a key for tests"


def claim(
    turn: int, start: int, end: int, label: Label = "PERSON", mask: Mask = "direct"
) -> Finding:
    return Finding(
        span=Span(turn=turn, start=start, end=end),
        label=label,
        mask=mask,
        score=0.5,
        rule="test",
        recognizer="patterns",
        reason="for a test",
    )


@pytest.fixture
def talk(transcript: Build) -> Transcript:
    """Build a conversation that names Ada thrice and Fox once."""
    return transcript("P: Ada met Fox\nI: who is ADA\nP: Ada, my boss")


FOUND = (claim(0, 0, 3), claim(0, 8, 11), claim(1, 7, 10), claim(2, 0, 3))


def rows(talk: Transcript, decisions: Sequence[Decision] = ()) -> list[Row]:
    return list(table.rows(talk, FOUND, decisions, KEY))


def cells(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def fill(path: Path, made: Sequence[Row], filled: Sequence[dict[str, str]]) -> Path:
    """Write the exported table with some cells of its rows filled in."""
    records = [old | new for old, new in zip(cells(table.export(made)), filled, strict=True)]
    return save(path, records)


def save(path: Path, records: Sequence[dict[str, str]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, table.COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(records)
    return path


def read(tmp_path: Path, talk: Transcript, *filled: dict[str, str]) -> Verdicts:
    return table.read(fill(tmp_path / "t.csv", rows(talk), filled), rows(talk))


def masks(talk: Transcript, verdicts: Verdicts) -> list[str]:
    decided = decide(talk, FOUND, verdicts.decisions, KEY)
    assert decided.stale == ()
    return [f.mask for f in decided.findings]


def test_a_row_shows_the_finding_in_its_context(talk: Transcript) -> None:
    data = table.export(rows(talk))
    assert data.startswith(b"\xef\xbb\xbffinding,transcript_id,turn,")
    row = cells(data)[1]
    assert {name: row[name] for name in table.COLUMNS[1:]} == {
        "transcript_id": "work_0001",
        "turn": "0",
        "speaker": "participant",
        "label": "PERSON",
        "mask": "direct",
        "state": "found",
        "rule": "test",
        "score": "0.50",
        "reason": "for a test",
        "before": "Ada met ",
        "text": "Fox",
        "after": "",
        "verdict": "",
        "new_label": "",
        "note": "",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_compute_is_neutralised(
    transcript: Build, start: str
) -> None:
    talk = transcript("P: x")
    said = f"{start}SUM(1)"
    talk = transcript(f"P: {said}") if start != "\r" else talk
    note = Decision(
        transcript_id="work_0001",
        anchor=ids.anchor(KEY, talk, Span(turn=0, start=0, end=1)),
        verdict="keep",
        note=said,
    )
    (row,) = cells(table.export(table.rows(talk, [claim(0, 0, 1)], [note], KEY)))
    assert row["note"] == f"'{said}"
    assert not row["text"].startswith(start)


def test_verdicts_come_back_as_decisions_that_apply(tmp_path: Path, talk: Transcript) -> None:
    verdicts = read(
        tmp_path,
        talk,
        {"verdict": "keep", "note": "-fine"},
        {"verdict": " Redact ", "new_label": "location"},
        {},
        {},
    )
    assert masks(talk, verdicts) == ["none", "direct", "direct", "direct"]
    assert [(d.verdict, d.label, d.matches, d.note) for d in verdicts.decisions] == [
        ("keep", None, 1, "-fine"),
        ("redact", "LOCATION", 1, ""),
    ]
    assert [m.transcript_id for m in verdicts.undecided] == ["work_0001"] * 2


def test_a_verdict_for_all_reaches_every_form_of_the_text(tmp_path: Path, talk: Transcript) -> None:
    verdicts = read(tmp_path, talk, {"verdict": "keep-all"}, {}, {}, {})
    assert masks(talk, verdicts) == ["none", "direct", "none", "none"]
    assert len(verdicts.undecided) == 1


def test_a_rows_own_verdict_counts_more_than_one_for_all(tmp_path: Path, talk: Transcript) -> None:
    verdicts = read(tmp_path, talk, {"verdict": "keep-all"}, {}, {}, {"verdict": "redact"})
    assert masks(talk, verdicts) == ["none", "direct", "none", "direct"]


def test_a_verdict_for_all_stays_in_its_transcript(tmp_path: Path, transcript: Build) -> None:
    talks = [transcript("P: Ada", id_) for id_ in ("work_0001", "work_0002")]
    made = [row for talk in talks for row in table.rows(talk, [claim(0, 0, 3)], (), KEY)]
    path = fill(tmp_path / "t.csv", made, [{"verdict": "keep-all"}, {}])
    (decision,) = table.read(path, made).decisions
    assert decision.transcript_id == "work_0001"


def test_an_export_after_an_import_imports_the_same(tmp_path: Path, talk: Transcript) -> None:
    first = read(tmp_path, talk, {"verdict": "keep", "note": "=a"}, {}, {"verdict": "redact"}, {})
    again = tmp_path / "again.csv"
    again.write_bytes(table.export(rows(talk, first.decisions)))
    assert table.read(again, rows(talk)) == first


def test_a_cleared_verdict_is_reported_as_undecided(tmp_path: Path, talk: Transcript) -> None:
    first = read(tmp_path, talk, {"verdict": "keep"}, {}, {}, {})
    filled = [{"verdict": ""}, {}, {}, {}]
    path = fill(tmp_path / "cleared.csv", rows(talk, first.decisions), filled)
    cleared = table.read(path, rows(talk, first.decisions))
    assert cleared.decisions == ()
    assert first.decisions[0].anchor in {mention.anchor for mention in cleared.undecided}


def test_findings_that_cannot_be_told_apart_share_a_row(tmp_path: Path, transcript: Build) -> None:
    talk = transcript("P: Ada\nP: Ada")
    found = [claim(0, 0, 3), claim(1, 0, 3)]
    made = list(table.rows(talk, found, (), KEY))
    path = fill(tmp_path / "t.csv", made, [{"verdict": "keep"}])
    decided = decide(talk, found, table.read(path, made).decisions, KEY)
    assert [f.mask for f in decided.findings] == ["none", "none"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_may_come_back_with_another_delimiter_or_fewer_rows(
    tmp_path: Path, talk: Transcript, delimiter: str
) -> None:
    record = cells(table.export(rows(talk)))[2] | {"verdict": "keep"}
    path = save(tmp_path / "t.csv", [record], delimiter)
    verdicts = table.read(path, rows(talk))
    assert masks(talk, verdicts) == ["direct", "direct", "none", "direct"]
    assert verdicts.undecided == ()


ANEW = "export the findings again and decide on those"
SAVE = "save it as CSV UTF-8 from the exported file"


@pytest.mark.parametrize(
    ("filled", "message"),
    [
        (
            {"verdict": "Qanary"},
            f"row 2, column verdict: is no verdict - write {', '.join(table.VERDICTS)}, or nothing",
        ),
        (
            {"verdict": "redact", "new_label": "Qanary"},
            f"row 2, column new_label: is no label - use one of: {', '.join(LABELS)}",
        ),
        (
            {"new_label": "EMPLOYER"},
            "row 2, column verdict: is empty beside a new label - write redact",
        ),
    ],
)
def test_a_row_that_does_not_hold_is_named_and_not_quoted(
    tmp_path: Path, talk: Transcript, filled: dict[str, str], message: str
) -> None:
    with pytest.raises(DecisionError) as caught:
        read(tmp_path, talk, filled, {}, {}, {})
    assert str(caught.value) == f"{tmp_path / 't.csv'}, {message}"


def test_two_rows_on_one_finding_must_agree(tmp_path: Path, talk: Transcript) -> None:
    record = cells(table.export(rows(talk)))[0]
    records = [record | {"verdict": verdict} for verdict in ("keep", "keep-all", "redact")]
    path = save(tmp_path / "t.csv", records)
    with pytest.raises(DecisionError) as caught:
        table.read(path, rows(talk))
    place = "row 4, column verdict"
    assert str(caught.value) == f"{path}, {place}: contradicts row 2 - leave one of the two"


def test_two_verdicts_for_all_must_agree(tmp_path: Path, talk: Transcript) -> None:
    with pytest.raises(DecisionError, match="row 5, column verdict: contradicts row 2"):
        read(tmp_path, talk, {"verdict": "keep-all"}, {}, {}, {"verdict": "redact-all"})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"name,verdict\n", f", row 1: has no column finding, transcript_id - {SAVE}"),
        (b"", f", row 1: has no column finding, transcript_id, verdict - {SAVE}"),
        (b"finding,caf\xe9\n", f": is not UTF-8 - {SAVE}"),
        (b"x" * 200_000, f": is not CSV - {SAVE}"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    tmp_path: Path, talk: Transcript, data: bytes, message: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    limit = csv.field_size_limit(131_072)
    try:
        with pytest.raises(DecisionError) as caught:
            table.read(path, rows(talk))
    finally:
        csv.field_size_limit(limit)
    assert str(caught.value) == f"{path}{message}"


def test_a_file_that_cannot_be_read_is_the_machines_fault(tmp_path: Path, talk: Transcript) -> None:
    with pytest.raises(MachineError, match="cannot be read"):
        table.read(tmp_path, rows(talk))


def test_a_verdict_on_a_finding_that_is_gone_is_passed_over_and_its_row_named(
    tmp_path: Path, talk: Transcript
) -> None:
    records = cells(table.export(rows(talk)))
    records[0] |= {"finding": "f0", "verdict": "keep"}
    records[1] |= {"finding": "f1", "verdict": ""}
    records[2] |= {"verdict": "keep"}
    verdicts = table.read(save(tmp_path / "t.csv", records), rows(talk))
    assert verdicts.gone == (2,)
    assert [d.anchor for d in verdicts.decisions] == [records[2]["finding"]]
