"""The main job through the command line, in a temporary folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import corpus
from tests.studies import at, ok_at

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOME = sorted((FIXTURES / "interviews").glob("[dnu]*"))
"""Enough files of several formats for what need not see them all."""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    ok_at(tmp_path, "init", "study")
    return tmp_path / "study"


@pytest.fixture(scope="module")
def _run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("main")
    ok_at(folder, "init", "study")
    ok_at(folder / "study", "run", *SOME, "--release", "1.0.0", "--workers", "2")
    return folder / "study"


@pytest.fixture
def done(_run_once: Path, tmp_path: Path) -> Path:
    """Copy a workspace that has released some of the fixtures as 1.0.0."""
    return Path(shutil.copytree(_run_once, tmp_path / "study"))


def _digests(release: Path) -> dict[str, str]:
    return {
        p.relative_to(release).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(release.rglob("*"))
        if p.is_file()
    }


def _twin(study: Path, name: str) -> Path:
    """Make an empty workspace with the same key."""
    twin = study.parent / name
    ok_at(study.parent, "init", name)
    shutil.copy(study / "private" / "key", twin / "private" / "key")
    return twin


def test_files_in_release_out(study: Path) -> None:
    facts = json.loads(ok_at(study, "run", FIXTURES / "interviews", "--release", "1.0.0", "--json"))
    summary = facts["release"]["summary"]
    release = corpus.load(study / "releases" / "1.0.0")
    release.verify()
    assert summary["transcripts"] == len(facts["ingest"]["transcripts"]) >= 12
    assert summary["redacted"] + len(summary["withheld"]) == summary["transcripts"]
    assert len(list(release)) == summary["redacted"]
    assert summary["redactions"]


def test_no_raw_identifier_that_was_found_reaches_the_release(done: Path) -> None:
    raw = b"".join(p.read_bytes() for p in sorted((done / "releases").rglob("*")) if p.is_file())
    turns = corpus.load(done / "releases" / "1.0.0").to_pandas("turns")
    text = "\n".join(turns.text) + "\n".join(turns.speaker)
    rows = json.loads(ok_at(done, "list", "--json"))
    checked = 0
    for row in rows:
        shown = json.loads(ok_at(done, "show", row["transcript_id"], "--why", "--json"))
        for finding in shown:
            is_mail = finding["label"] == "EMAIL_ADDRESS" and "@" in finding["text"]
            if is_mail and finding["mask"] == "direct":
                checked += 1
                assert finding["text"] not in text
                assert finding["text"].encode() not in raw
    assert checked


def test_workers_names_order_and_hash_seed_change_no_byte(done: Path, tmp_path: Path) -> None:
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    for number, path in enumerate(reversed(SOME)):
        shutil.copy(path, shuffled / f"{number:03d}{path.suffix}")
    twin = _twin(done, "twin")
    command = ["run", str(shuffled), "--release", "1.0.0", "--workers", "1"]
    subprocess.run(
        [sys.executable, "-m", "corpus.cli", *command],
        cwd=twin,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        check=True,
    )
    assert _digests(done / "releases" / "1.0.0") == _digests(twin / "releases" / "1.0.0")


def test_running_again_redoes_nothing(done: Path) -> None:
    assert json.loads(ok_at(done, "detect", "--json"))["done"] == 0
    assert json.loads(ok_at(done, "redact", "--json"))["done"] == 0
    ok_at(done, "release", "1.1.0")
    first, second = (corpus.load(done / "releases" / v) for v in ("1.0.0", "1.1.0"))
    assert first.manifest["logical_digest"] == second.manifest["logical_digest"]
    assert first.digest != second.digest


def test_an_ingest_says_what_it_tidied(study: Path) -> None:
    shown = ok_at(study, "ingest", FIXTURES / "interviews" / "diarised.txt")
    assert "1 times of the recording taken out of the text" in shown
    assert "6 notes such as [laughs] put into one spelling" in shown
    assert "2 speaker labels put into their speaker's usual spelling" in shown
    assert "Speaker 00 read as SPEAKER_00 in 1 transcript" in shown
    named = study.parent / "named.txt"
    named.write_text("Interviewer: a\n\nAnna K.: b\n\n" * 3 + "Anna K: c", encoding="utf-8")
    shown = ok_at(study, "ingest", named)
    assert "1 speaker labels" in shown
    assert "Anna" not in shown


def test_a_changed_rule_searches_again(study: Path) -> None:
    ok_at(study, "ingest", FIXTURES / "interviews" / "diarised.txt")
    ok_at(study, "detect")
    (study / "rules").mkdir()
    (study / "rules" / "own.yaml").write_text(
        "- id: own-badge\n"
        "  label: ID_NUMBER\n"
        "  mask: direct\n"
        "  pattern: 'badge zz-\\d{4}'\n"
        "  score: 1.0\n"
        "  why: the badges of our house\n"
        "  match: ['my badge zz-1234']\n"
        "  miss: ['badge z-1']\n"
    )
    assert json.loads(ok_at(study, "detect", "--json")) == {"done": 1, "current": 0}


def test_a_verdict_keeps_a_mention_and_survives_a_new_run(study: Path, tmp_path: Path) -> None:
    source = tmp_path / "one.txt"
    source.write_text("Interviewer: How can I reach you?\n\nP1: Write to ada@kestrel-loom.com.\n")
    ok_at(study, "ingest", source)
    ok_at(study, "detect")
    ok_at(study, "findings", "export", "f.csv")
    lines = (study / "f.csv").read_text("utf-8-sig").splitlines()
    header = lines[0].split(",")
    assert len(lines) >= 2
    verdict = header.index("verdict")
    import csv

    rows = list(csv.reader(lines))
    for row in rows[1:]:
        row[verdict] = "keep"
    with (study / "f.csv").open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle).writerows(rows)
    ok_at(study, "findings", "import", "f.csv")
    ok_at(study, "release", "1.0.0")
    assert "ada@kestrel-loom.com" in corpus.load(study / "releases" / "1.0.0").to_pandas().text[1]
    ok_at(study, "run", source, "--release", "1.1.0")
    assert "ada@kestrel-loom.com" in corpus.load(study / "releases" / "1.1.0").to_pandas().text[1]


BAD = sorted(p for p in (FIXTURES / "bad").glob("*") if p.name != "README.md")


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.name)
def test_bad_input_is_named_exits_2_and_stores_nothing(study: Path, path: Path) -> None:
    done = at(study, "ingest", path)
    assert done.exit_code == 2, done.stdout + done.stderr
    assert path.name in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(ok_at(study, "list", "--json")) == []


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.name)
def test_skipping_names_the_file_takes_the_rest_and_exits_1(study: Path, path: Path) -> None:
    good = FIXTURES / "interviews" / "dialog_00001.md"
    done = at(study, "ingest", good, path, "--on-error", "skip")
    assert done.exit_code == 1
    assert path.name in done.stderr
    assert json.loads(ok_at(study, "list", "--json"))


def test_a_second_process_is_refused_with_3(study: Path) -> None:
    code = (
        "from pathlib import Path; import time; from corpus import workspace\n"
        f"with workspace.open_at(Path({str(study)!r})).lock():\n"
        "    print('held', flush=True); time.sleep(30)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = at(study, "detect")
        holder.kill()
    assert done.exit_code == 3
    assert "another corpus process" in done.stderr


def test_a_full_disk_exits_3_and_keeps_the_last_state(study: Path) -> None:
    ok_at(study, "ingest", FIXTURES / "interviews" / "dialog_00001.md")
    before = ok_at(study, "list", "--json")
    command = f"ulimit -f 40; exec '{sys.executable}' -m corpus.cli ingest '{FIXTURES}/interviews'"
    limited = subprocess.run(
        ["bash", "-c", command], cwd=study, capture_output=True, text=True, check=False
    )
    assert limited.returncode == 3, limited.stderr
    assert "full" in limited.stderr
    assert ok_at(study, "list", "--json") == before


def _started(study: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "corpus.cli", "run", *SOME, "--release", "1.0.0"],
        cwd=study,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_interruptible,  # noqa: PLW1509, no threads run here
    )


def _interruptible() -> None:
    """Hear Ctrl-C even if the tests themselves were started deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
@pytest.mark.parametrize(
    "seconds", [0.4, *(pytest.param(s, marks=pytest.mark.thorough) for s in (1.2, 2.4))]
)
def test_killed_anywhere_the_next_run_gives_the_same_bytes(done: Path, seconds: float) -> None:
    study = _twin(done, "disturbed")
    with _started(study) as running:
        time.sleep(seconds)
        running.send_signal(signal.SIGKILL)
    if not (study / "releases" / "1.0.0").exists():
        ok_at(study, "run", *SOME, "--release", "1.0.0")
    assert _digests(study / "releases" / "1.0.0") == _digests(done / "releases" / "1.0.0")
    with sqlite3.connect(study / "private" / "workspace.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_ctrl_c_exits_130_and_the_next_run_goes_on(study: Path) -> None:
    with _started(study) as running:
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=30)
    # CPython dies by the signal itself, after all is tidied up, where Ctrl-C met code that
    # was made from a string (a dataclass being built): a shell shows 130 for both
    assert running.returncode in (130, -signal.SIGINT)
    assert "interrupted" in stderr
    assert "Traceback" not in stderr
    ok_at(study, "run", *SOME, "--release", "1.0.0")


def test_check_exits_1_with_the_place_and_never_the_text(tmp_path: Path) -> None:
    leak = tmp_path / "notes.md"
    leak.write_text("Fine line.\nMail me: ada.brook@kestrel-loom.com please\n")
    done = at(tmp_path, "check", leak)
    assert done.exit_code == 1
    assert f"{leak}:2:10: EMAIL_ADDRESS" in done.stdout
    assert "kestrel" not in done.stdout + done.stderr


def test_check_of_a_clean_file_exits_0_and_of_a_missing_one_3(tmp_path: Path) -> None:
    clean = tmp_path / "clean.md"
    clean.write_text("Nothing to see here.\n")
    assert at(tmp_path, "check", clean).exit_code == 0
    assert at(tmp_path, "check", tmp_path / "gone.md").exit_code == 3


def test_an_unexpected_error_shows_no_message_that_could_quote_text(study: Path) -> None:
    code = (
        "import corpus.cli\n"
        "def boom(*_, **__): raise RuntimeError('canary text')\n"
        "import corpus.pipeline; corpus.pipeline.detect = boom\n"
        "corpus.cli.main(['detect'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=study, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "RuntimeError" in done.stderr
    assert "canary" not in done.stderr


def test_an_ingest_says_which_file_has_which_id(study: Path) -> None:
    shown = ok_at(study, "ingest", FIXTURES / "interviews" / "workforce.csv")
    assert "new: work_0007 from" in shown
    assert "workforce.csv, row 2" in shown
    many = ok_at(study, "ingest", FIXTURES / "interviews")
    assert "more; --json names the file of every ID" in many
