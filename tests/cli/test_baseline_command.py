"""corpus baseline: what is accepted and found no more, without a word of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus.check import baseline, baseline_file, prints
from corpus.check.settings import Settings
from corpus.check.types import Fate
from corpus.cli import baseline_command
from corpus.errors import InputError
from tests.check.said import fate, place

KEY = b"k" * 32
NAMES = ("a.md", "b\n::error::x.md", "gone.md")
Run = Callable[..., Result]


def _mail(name: str) -> Fate:
    print_ = prints.of_surface(KEY, name, "email", "ada.brook@kestrel-loom.com")
    return fate(place(path=name, print=print_), name=name)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in a repository whose baseline accepts one finding in each file."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        Path(name).write_text("Ada Brook")
    accepted = baseline.written([_mail(n) for n in NAMES], baseline_file.empty(KEY), "Ada agreed")
    baseline_file.save(tmp_path / "corpus-baseline.json", accepted)

    def checked(_settings: Settings, names: Sequence[str]) -> Sequence[Fate]:
        return [_mail(name) if Path(name).read_text() else fate(name=name) for name in names]

    monkeypatch.setattr(baseline_command, "key", lambda _root: KEY)
    monkeypatch.setattr(baseline_command, "fates", checked)

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(
            baseline_command.command, arguments, standalone_mode=False, catch_exceptions=False
        )
        assert "Ada" not in result.output
        assert "kestrel" not in result.output
        return result

    return invoke


def test_an_audit_in_which_all_is_found_is_well(run: Run) -> None:
    result = run("audit")
    assert result.return_value == 0
    assert "\n::error" not in result.output
    assert "3 entries, 0 stale, 0 without a reason" in result.stderr
    assert json.loads(run("audit", "--json").stdout)["entries"][0] == {
        "path": "a.md",
        "rule": "email",
        "label": "EMAIL_ADDRESS",
        "count": 1,
        "found": 1,
        "has_reason": True,
        "state": "found",
    }


def test_an_audit_tells_what_is_stale_and_pruning_takes_it_out(run: Run) -> None:
    Path("a.md").write_text("")
    Path("gone.md").unlink()
    audited = run("audit", "--json")
    assert audited.return_value == 1
    states = [entry["state"] for entry in json.loads(audited.stdout)["entries"]]
    assert states == ["stale", "found", "file is gone"]
    assert "corpus baseline prune" in run("audit").stderr
    assert run("prune").stdout.startswith("2 entries were stale; 1 stay in")
    assert run("audit").return_value == 0


def test_an_audit_tells_what_has_no_reason(run: Run) -> None:
    path = Path("corpus-baseline.json")
    path.write_text(path.read_text().replace("Ada agreed", " ", 1))
    result = run("audit", "--json")
    assert result.return_value == 1
    assert json.loads(result.stdout)["without_reason"] == 1


def test_a_file_that_could_not_be_read_is_the_machines_fault(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    unread = [replace(_mail(name), treatment="unreadable") for name in NAMES]
    monkeypatch.setattr(baseline_command, "fates", lambda *_: unread)
    before = Path("corpus-baseline.json").read_bytes()
    assert run("audit").return_value == 3
    assert run("prune").return_value == 3
    assert Path("corpus-baseline.json").read_bytes() == before


def test_without_a_baseline_it_says_how_to_write_one(run: Run) -> None:
    Path("corpus-baseline.json").unlink()
    with pytest.raises(InputError, match="--write-baseline"):
        run("audit")
