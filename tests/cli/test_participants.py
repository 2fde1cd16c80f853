"""Consent, embargo and access decide what is released, and say so wherever one looks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import corpus
from corpus.cli import main
from corpus.release.document import Ingested
from corpus.workspace import Workspace

HEADER = "participant_id,transcript_id,cohort,consent,embargo_until,access"
TABLE = f"""\
{HEADER}
Quill-77,work_0001,work,yes,,
Quill-77,work_0002,work,yes,2031-02-01,
Quill-78,work_0003,work,no,,
Quill-79,work_0004,work,yes,,restricted
"""
NAMES = ("ada.brook", "tom.fell", "mia.reed", "kit.vane", "zoe.hart")


def _corpus(workspace: Workspace, *args: str | Path, stdin: str = "") -> Result:
    command = [*map(str, args), "--workspace", str(workspace.root)]
    return CliRunner().invoke(main, command, input=stdin)


def _ok(workspace: Workspace, *args: str | Path, stdin: str = "") -> str:
    result = _corpus(workspace, *args, stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def _json(workspace: Workspace, *args: str | Path) -> Any:
    return json.loads(_ok(workspace, *args, "--json"))


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Make a workspace with five transcripts, work_0001 to work_0005."""
    folder = tmp_path / "sources"
    folder.mkdir()
    for number, name in enumerate(NAMES, start=1):
        (folder / f"{number}.md").write_text(
            f"**Transcript ID:** work_{number:04d}\n\n---\n\nAssistant: How can I reach you?\n\n"
            f"User: By mail to {name}@kestrel-loom.com.\n"
        )
    _ok(workspace, "ingest", folder)
    return workspace


def _import(study: Workspace, text: str = TABLE) -> str:
    return _ok(study, "participants", "import", "-", stdin=text)


def _released(study: Workspace, version: str, *options: str) -> tuple[set[str], Ingested]:
    """Release, and return the IDs in it and what the manifest says of what went in."""
    _ok(study, "release", version, "--workers", "1", *options)
    release = corpus.load(study.releases / version)
    release.verify()
    return {t.transcript_id for t in release}, release.manifest["ingested"]


def test_without_a_table_everything_is_released(study: Workspace) -> None:
    released, ingested = _released(study, "1.0.0")
    assert len(released) == 5
    assert (ingested["withheld"], ingested["consent_required"]) == (0, False)
    assert "consent: not asked for" in _ok(study, "status")


def test_a_release_withholds_and_counts_by_reason(study: Workspace) -> None:
    _import(study)
    released, ingested = _released(study, "1.0.0", "--date", "2031-01-31")
    assert released == {"work_0001"}
    assert ingested["withheld_by_reason"] == {
        "no-consent": 2,
        "embargo": 1,
        "access-restricted": 1,
    }
    assert ingested["transcripts"] == 5
    assert ingested["consent_required"] is True


def test_the_embargo_is_compared_with_the_date_of_the_release(
    study: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _import(study)
    assert _released(study, "1.0.0", "--date", "2031-02-01")[0] == {"work_0001", "work_0002"}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1927756800")  # 2031-02-02
    assert _released(study, "1.1.0")[0] == {"work_0001", "work_0002"}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert _released(study, "2.0.0")[0] == {"work_0001"}


def test_another_text_under_an_id_has_no_consent(study: Workspace, tmp_path: Path) -> None:
    _import(study)
    other = {"id": "work_0001", "text": "INT: Hello?\n\nP9: I mend boats all year, that is it.\n"}
    (tmp_path / "other.jsonl").write_text(json.dumps(other))
    said = _ok(study, "ingest", tmp_path / "other.jsonl", "--replace")
    assert "replaced: work_0001" in said
    assert "whether its participant consents is not known" in said
    assert _json(study, "list")[0]["state"] != "redacted"
    _ok(study, "ingest", tmp_path / "other.jsonl")
    assert _json(study, "participants", "list")[0]["consent"] == "unknown"


def test_a_day_to_come_is_called_one(study: Workspace) -> None:
    _import(study)
    assert "still to come" in _ok(study, "release", "1.0.0", "--date", "9999-12-31")
    assert "still to come" not in _ok(study, "release", "2.0.0", "--date", "2020-01-01")
    assert "still to come" not in _ok(study, "status")


def test_without_a_date_today_counts(study: Workspace) -> None:
    lifted = TABLE.replace("2031-02-01", "2020-01-01")
    _import(study, lifted)
    assert _released(study, "1.0.0")[0] == {"work_0001", "work_0002"}
    _import(study, lifted.replace("2020-01-01", "9999-12-31"))
    assert _released(study, "2.0.0")[0] == {"work_0001"}


def test_a_restricted_release_takes_what_is_restricted_and_says_so(study: Workspace) -> None:
    _import(study)
    released, ingested = _released(study, "1.0.0", "--access", "restricted", "--date", "2031-01-31")
    assert released == {"work_0001", "work_0004"}
    assert ingested["access"] == "restricted"
    assert "**Restricted.**" in (study.releases / "1.0.0" / "README.md").read_text()
    _, ingested = _released(study, "1.1.0", "--date", "2031-01-31")
    assert ingested["access"] == "open"
    assert "**Restricted.**" not in (study.releases / "1.1.0" / "README.md").read_text()


def test_run_takes_the_same_way(study: Workspace, tmp_path: Path) -> None:
    _import(study)
    args = ("run", tmp_path / "sources", "--release", "1.0.0", "--workers", "1")
    facts = _json(study, *args, "--access", "restricted", "--date", "2031-01-31")
    summary = facts["release"]["summary"]
    assert [w["transcript_id"] for w in summary["withheld"]] == [
        "work_0002",
        "work_0003",
        "work_0005",
    ]
    assert summary["redacted"] + len(summary["withheld"]) == summary["transcripts"] == 5


def test_the_setting_requires_consent_before_any_table_is_taken(study: Workspace) -> None:
    path = study.root / "corpus.toml"
    path.write_text(path.read_text().replace("require_consent = false", "require_consent = true"))
    result = _corpus(study, "release", "1.0.0", "--workers", "1")
    assert result.exit_code == 2
    assert "no transcript to release" in result.stderr
    assert _json(study, "status")["consent_required"] is True


def test_consent_that_was_given_later_releases_without_searching_again(study: Workspace) -> None:
    _import(study)
    _released(study, "1.0.0")
    _import(study, f"{HEADER}\nQuill-80,work_0005,,yes,,\n")
    assert _json(study, "redact")["done"] == 0
    assert "work_0005" in _released(study, "1.1.0")[0]


def test_no_participant_is_named_in_a_release_or_a_message(study: Workspace) -> None:
    said = [_import(study)]
    _released(study, "1.0.0", "--access", "restricted")
    for args in (("status",), ("status", "--json"), ("list",), ("show", "work_0003")):
        result = _corpus(study, *args)
        said += [result.stdout, result.stderr]
    assert "Quill" not in "".join(said)
    files = [p for p in sorted(study.releases.rglob("*")) if p.is_file()]
    assert files
    assert all(b"Quill" not in p.read_bytes() for p in files)
    turns = corpus.load(study.releases / "1.0.0").to_pandas()
    assert "Quill" not in turns.to_csv()


def test_status_and_list_say_why_even_before_the_search(study: Workspace) -> None:
    _import(study)
    withheld = {w["transcript_id"]: w["reason"] for w in _json(study, "status")["withheld"]}
    expected = {
        "work_0002": "embargo",
        "work_0003": "no-consent",
        "work_0004": "access-restricted",
        "work_0005": "no-consent",
    }
    assert withheld == expected
    rows = _json(study, "list", "--withheld")
    assert {row["transcript_id"]: row["reason"] for row in rows} == expected
    assert "access-restricted" in _ok(study, "list")
    shown = _ok(study, "status")
    assert "consent: needed for a release; access open" in shown
    assert "withheld: work_0003: no-consent refused" in shown


def test_show_says_why_and_still_shows_the_redacted_text(study: Workspace) -> None:
    _import(study)
    _ok(study, "detect", "--workers", "1")
    _ok(study, "redact", "--workers", "1")
    result = _corpus(study, "show", "work_0003", "--redacted")
    assert result.exit_code == 0
    assert "work_0003 is withheld from a release: no-consent refused" in result.stderr
    assert "[EMAIL_ADDRESS_1]" in result.stdout
    assert "withheld" not in _corpus(study, "show", "work_0001").stderr


def test_the_participants_are_listed_with_their_codes(study: Workspace) -> None:
    _import(study)
    rows = _json(study, "participants", "list")
    assert rows[3] == {
        "participant_id": "Quill-79",
        "transcript_id": "work_0004",
        "cohort": "work",
        "consent": "release",
        "embargo_until": "",
        "access": "restricted",
        "withheld": "access-restricted",
    }
    assert rows[4]["withheld"] == "no-consent not in the participants table"
    assert "Quill-78" in _ok(study, "participants", "list")


def test_an_import_says_what_it_did(study: Workspace) -> None:
    said = _import(study)
    assert "4 rows: 4 new, 0 changed, 0 unchanged" in said
    assert "withheld: 2 no-consent, 1 embargo, 1 access-restricted" in said
    assert "4 rows: 0 new, 0 changed, 4 unchanged" in _import(study)


def test_a_table_that_does_not_hold_exits_2_with_a_line_a_problem(
    study: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "p.csv"
    path.write_text(f"{HEADER}\nQuill-1,work_0009,,yes,,\nQuill-2,work_0001,art,si,,\n")
    result = _corpus(study, "participants", "import", path)
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("corpus: ") and " - " in line for line in lines)
    assert str(path) in lines[0]
    assert "Quill" not in result.stderr
    assert all(not row["consent"] for row in _json(study, "participants", "list"))


def test_a_file_that_is_not_there_exits_2(study: Workspace, tmp_path: Path) -> None:
    assert _corpus(study, "participants", "import", tmp_path / "none.csv").exit_code == 2


def test_an_export_comes_back_filled_in(study: Workspace) -> None:
    path = study.private / "participants.csv"
    _ok(study, "participants", "export", path)
    text = path.read_text("utf-8-sig").replace("work_0002,work,,", "work_0002,work,yes,")
    path.write_text(text)
    _ok(study, "participants", "import", path)
    consents = [row["consent"] for row in _json(study, "participants", "list")]
    assert consents == ["unknown", "release", "unknown", "unknown", "unknown"]
