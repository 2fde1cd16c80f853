"""No terminal obeys a transcript or a file name: what it could obey is printed escaped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus.cli import main, output
from corpus.cli.show_command import painted
from corpus.workspace import Workspace

ESCAPES = "\x1bc\x07\x81\x7f\u202e\u2066\u200b"
RISKY = frozenset("\x00\x07\x08\x1b\x7f\x85\x90\x9b\x9c\u200b\u200e\u202e\u2066\u2069\ufeff")
TEXT = f"Interviewer: Hi{ESCAPES}?\n\nAda{ESCAPES} Loom: I am Ada{ESCAPES} Loom."
TEXT += " So it went." * 99


def _corpus(workspace: Workspace, *args: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, args), "--workspace", str(workspace.root)])


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_no_command_prints_what_a_terminal_obeys(
    workspace: Workspace, tmp_path: Path, form: list[str]
) -> None:
    odd = tmp_path / f"one{ESCAPES}.txt"
    odd.write_text(TEXT)
    empty = tmp_path / f"empty{ESCAPES}.txt"
    empty.write_text("")
    exported = tmp_path / f"findings{ESCAPES}.csv"
    release = workspace.root / "releases" / "1.0.0"
    for args, code in (
        (("ingest", odd, empty, "--on-error", "skip"), 1),
        (("ingest", empty), 2),
        (("detect",), 0),
        (("redact",), 0),
        (("list",), 0),
        (("show", "work_0001"), 0),
        (("show", "work_0001", "--why"), 0),
        (("show", "work_0001", "--redacted"), 0),
        (("show", f"work{ESCAPES}"), 2),
        (("findings", "export", exported), 0),
        (("release", "1.0.0"), 0),
        (("status",), 0),
    ):
        result = _corpus(workspace, *args, *form)
        assert result.exit_code == code, result.stderr
        assert RISKY.isdisjoint(result.stdout + result.stderr), args
    for bare in (["verify", f"{release}{ESCAPES}"], ["check", str(odd)], [f"no{ESCAPES}"]):
        result = CliRunner().invoke(main, bare)
        assert RISKY.isdisjoint(result.stdout + result.stderr), bare


def test_json_says_the_same_when_it_is_read(workspace: Workspace, tmp_path: Path) -> None:
    odd = tmp_path / f"one{ESCAPES}.txt"
    odd.write_text(TEXT)
    facts = json.loads(_corpus(workspace, "ingest", odd, "--json").stdout)
    assert facts["transcripts"][0]["path"] == str(odd)


def test_lines_and_whole_emoji_stay_as_they_are() -> None:
    text = "one\n\ttwo é “three” 👩🏽\u200d💻 می\u200cخواهم"
    assert output.visible(text) == text
    assert output.visible("a\x1bb\x9bc\u202ed\re") == r"a\x1bb\x9bc\u202ed\re"


def test_colours_stand_where_they_belong_after_what_was_escaped() -> None:
    text = painted("a\x1b Tjeerd\u202e!", [(3, 9, "red")])
    (span,) = text.spans
    assert text.plain[span.start : span.end] == "Tjeerd"
