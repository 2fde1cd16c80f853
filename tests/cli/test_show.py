"""What a steward sees of one transcript, and of all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus.cli import main
from corpus.workspace import Workspace

RAW = (
    "Interviewer: Who is there?\n\nP1: My boss Tjeerd Loom. We use ChatGPT, and Tjeerd likes it.\n"
)


def _corpus(workspace: Workspace, *args: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, args), "--workspace", str(workspace.root)])


@pytest.fixture
def filled(workspace: Workspace, tmp_path: Path) -> Workspace:
    source = tmp_path / "one.txt"
    source.write_text(RAW)
    for args in (("ingest", source), ("detect",), ("redact",)):
        assert _corpus(workspace, *args).exit_code == 0
    return workspace


def test_show_prints_the_raw_transcript(filled: Workspace) -> None:
    assert "My boss Tjeerd Loom." in _corpus(filled, "show", "work_0001").stdout


def test_redacted_shows_one_number_for_one_person(filled: Workspace) -> None:
    shown = _corpus(filled, "show", "work_0001", "--redacted").stdout
    assert "My boss [PERSON_1]. We use ChatGPT, and [PERSON_1] likes it." in shown
    assert "Tjeerd" not in shown


def test_why_names_rule_and_reason_of_every_finding(filled: Workspace) -> None:
    rows = json.loads(_corpus(filled, "show", "work_0001", "--why", "--json").stdout)
    by_text = {row["text"]: row for row in rows}
    assert by_text["Tjeerd Loom"]["rule"] == "name-of-relation"
    assert by_text["Tjeerd"]["recognizer"] == "repeats"
    assert by_text["ChatGPT"]["mask"] == "none"
    assert (by_text["Tjeerd"]["fate"], by_text["ChatGPT"]["fate"]) == ("hidden", "stays")
    assert all(row["reason"] for row in rows)


def test_positions_of_the_redactions_hold_the_placeholders(filled: Workspace) -> None:
    redacted = json.loads(_corpus(filled, "show", "work_0001", "--redacted", "--json").stdout)
    texts = [turn["text"] for turn in redacted["turns"]]
    placed = [texts[r["turn"]][r["start"] : r["end"]] for r in redacted["redactions"]]
    assert placed == ["[PERSON_1]", "[PERSON_1]"]


def test_an_unknown_id_is_an_error_that_says_where_to_look(filled: Workspace) -> None:
    result = _corpus(filled, "show", "work_9999")
    assert result.exit_code == 2
    assert "corpus list" in result.stderr


def test_list_and_status_count_the_same(filled: Workspace) -> None:
    rows = json.loads(_corpus(filled, "list", "--json").stdout)
    status = json.loads(_corpus(filled, "status", "--json").stdout)
    assert [row["state"] for row in rows] == ["redacted"]
    assert status["transcripts"] == len(rows) == 1
    assert sum(status["findings"].values()) == rows[0]["findings"] == 2
    assert status["redactions"] == {"PERSON": 2}


def test_the_terminal_never_gets_an_escape_sequence(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "one.txt"
    source.write_text("Interviewer: Hi?\n\nP1: red \x1b[31mtext\x1b[0m and \x9b2J\n")
    assert _corpus(workspace, "ingest", source).exit_code == 0
    shown = _corpus(workspace, "show", "work_0001").stdout
    assert "\x1b" not in shown
    assert "\x9b" not in shown


def test_stdin_is_read_as_a_file(workspace: Workspace) -> None:
    args = ["ingest", "-", "--workspace", str(workspace.root)]
    result = CliRunner().invoke(main, args, input=RAW)
    assert result.exit_code == 0
    assert "1 transcript: 1 new" in result.stdout
