"""The baseline from the command line: written, kept to, audited; never a word of what it is of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus.cli import main

KEY = "6b" * 32
LEAK = "ada.brook@kestrel-loom.com"
WHY = "Ada agreed"
NAMES = ("a.md", "b\n::error::x.md", "gone.md")
FILE = "corpus-baseline.json"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run commands in a folder of three files with an address in each."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CORPUS_GUARD_KEY", KEY)
    Path("corpus.toml").write_text("[check]\n")
    for name in NAMES:
        Path(name).write_text(f"Write to {LEAK} please\n")

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(main, arguments)
        assert "Ada" not in result.output
        assert "kestrel" not in result.output
        assert "\n::error" not in result.output
        return result

    return invoke


@pytest.fixture
def accepted(run: Run) -> Run:
    """Run commands where a baseline accepts these."""
    assert run("check", *NAMES, "--fast").exit_code == 1
    assert run("check", *NAMES, "--fast", "--write-baseline", "--reason", WHY).exit_code == 0
    return run


def test_what_was_accepted_passes_wherever_it_stands(accepted: Run) -> None:
    assert LEAK not in Path(FILE).read_text()
    passed = accepted("check", *NAMES, "--fast")
    assert passed.exit_code == 0
    assert "3 findings accepted" in passed.stderr
    Path("a.md").write_text(f"A line.\n\nNow write to {LEAK} please\n")
    assert accepted("check", "a.md", "--fast").exit_code == 0
    before = Path(FILE).read_bytes()
    assert accepted("check", "a.md", "--fast", "--write-baseline").exit_code == 0
    assert Path(FILE).read_bytes() == before


def test_a_further_occurrence_blocks_and_is_not_accepted_without_a_reason(accepted: Run) -> None:
    before = Path(FILE).read_bytes()
    Path("a.md").write_text(f"{LEAK}\n{LEAK}\n")
    blocked = accepted("check", "a.md", "--fast")
    assert blocked.exit_code == 1
    assert blocked.stdout == "a.md:2:1: EMAIL_ADDRESS email (26 characters)\n"
    refused = accepted("check", "a.md", "--fast", "--write-baseline")
    assert refused.exit_code == 2
    assert "--reason" in refused.stderr
    assert Path(FILE).read_bytes() == before


def test_what_no_baseline_accepts_blocks_all_the_same(run: Run) -> None:
    Path("a.md").write_text(f"Write to {LEAK} please\n{KEY}\n")
    written = run("check", "a.md", "--fast", "--write-baseline", "--reason", WHY)
    assert written.exit_code == 1
    assert "a.md:2:1: TRANSCRIPT guard-key" in written.stderr
    blocked = run("check", "a.md", "--fast")
    assert blocked.exit_code == 1
    assert blocked.stdout == "a.md:2:1: TRANSCRIPT guard-key\n"


@pytest.mark.parametrize("key", [None, "6c" * 32], ids=["no key", "another key"])
def test_without_its_key_nothing_passes(
    accepted: Run, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if key:
        monkeypatch.setenv("CORPUS_GUARD_KEY", key)
    else:
        monkeypatch.delenv("CORPUS_GUARD_KEY")
    for arguments in (("check", "a.md"), ("baseline", "audit"), ("baseline", "prune")):
        failed = accepted(*arguments)
        assert failed.exit_code == 3
        assert "corpus guard install" in failed.stderr


def test_a_damaged_baseline_is_bad_input(accepted: Run) -> None:
    Path(FILE).write_text(f"<<<<<<< HEAD\n{Path(FILE).read_text()}")
    for arguments in (("check", "a.md"), ("baseline", "audit")):
        failed = accepted(*arguments)
        assert failed.exit_code == 2
        assert "line 1" in failed.stderr


def test_an_audit_in_which_all_is_found_is_well(accepted: Run) -> None:
    audited = accepted("baseline", "audit")
    assert audited.exit_code == 0
    assert "3 entries, 0 stale, 0 without a reason" in audited.stderr
    assert json.loads(accepted("baseline", "audit", "--json").stdout)["entries"][0] == {
        "path": "a.md",
        "rule": "email",
        "label": "EMAIL_ADDRESS",
        "count": 1,
        "found": 1,
        "has_reason": True,
        "state": "found",
    }


def test_an_audit_tells_what_is_stale_and_pruning_takes_it_out(accepted: Run) -> None:
    Path("a.md").write_text("")
    Path("gone.md").unlink()
    audited = accepted("baseline", "audit", "--json")
    assert audited.exit_code == 1
    states = [entry["state"] for entry in json.loads(audited.stdout)["entries"]]
    assert states == ["stale", "found", "file is gone"]
    assert "corpus baseline prune" in accepted("baseline", "audit").stderr
    assert accepted("baseline", "prune").stdout.startswith("2 entries were stale; 1 stay in")
    assert accepted("baseline", "audit").exit_code == 0


def test_an_entry_that_does_not_say_why_accepts_nothing(accepted: Run) -> None:
    path = Path(FILE)
    path.write_text(path.read_text().replace(WHY, " ", 1))
    audited = accepted("baseline", "audit", "--json")
    assert audited.exit_code == 1
    assert json.loads(audited.stdout)["without_reason"] == 1
    assert accepted("check", *NAMES, "--fast").exit_code == 1


def test_without_a_baseline_an_audit_says_how_to_write_one(run: Run) -> None:
    failed = run("baseline", "audit")
    assert failed.exit_code == 2
    assert "--write-baseline" in failed.stderr
