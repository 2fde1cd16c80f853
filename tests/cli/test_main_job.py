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
from typing import Any

import pytest

import corpus

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOME = sorted((FIXTURES / "interviews").glob("[dnotu]*"))
"""Enough files of several formats for what need not see them all."""


def _corpus(*args: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "corpus.cli", *map(str, args)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def _ok(*args: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = _corpus(*args, cwd=cwd, env=env)
    assert done.returncode == 0, done.stderr
    output: str = done.stdout
    return output


@pytest.fixture
def study(tmp_path: Path) -> Path:
    _ok("init", "study", cwd=tmp_path)
    return tmp_path / "study"


@pytest.fixture(scope="module")
def _run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("main")
    _ok("init", "study", cwd=folder)
    _ok("run", *SOME, "--release", "1.0.0", "--workers", "2", cwd=folder / "study")
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
    _ok("init", name, cwd=study.parent)
    shutil.copy(study / "private" / "key", twin / "private" / "key")
    return twin


def test_files_in_release_out(study: Path) -> None:
    facts = json.loads(
        _ok("run", FIXTURES / "interviews", "--release", "1.0.0", "--json", cwd=study)
    )
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
    rows = json.loads(_ok("list", "--json", cwd=done))
    checked = 0
    for row in rows:
        shown = json.loads(_ok("show", row["transcript_id"], "--why", "--json", cwd=done))
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
    _ok(
        "run", shuffled, "--release", "1.0.0", "--workers", "1",
        cwd=twin, env={"PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert _digests(done / "releases" / "1.0.0") == _digests(twin / "releases" / "1.0.0")


def test_running_again_redoes_nothing(done: Path) -> None:
    assert json.loads(_ok("detect", "--json", cwd=done))["done"] == 0
    assert json.loads(_ok("redact", "--json", cwd=done))["done"] == 0
    _ok("release", "1.1.0", cwd=done)
    first, second = (corpus.load(done / "releases" / v) for v in ("1.0.0", "1.1.0"))
    assert first.manifest["logical_digest"] == second.manifest["logical_digest"]
    assert first.digest != second.digest


def test_an_ingest_says_what_it_tidied(study: Path) -> None:
    shown = _ok("ingest", FIXTURES / "interviews" / "diarised.txt", cwd=study)
    assert "1 times of the recording taken out of the text" in shown
    assert "6 notes such as [laughs] put into one spelling" in shown
    assert "2 speaker labels put into their speaker's usual spelling" in shown
    assert "Speaker 00 read as SPEAKER_00 in 1 transcript" in shown
    named = study.parent / "named.txt"
    named.write_text("Interviewer: a\n\nAnna K.: b\n\n" * 3 + "Anna K: c", encoding="utf-8")
    shown = _ok("ingest", named, cwd=study)
    assert "1 speaker labels" in shown
    assert "Anna" not in shown


def test_a_changed_rule_searches_again(done: Path) -> None:
    (done / "rules").mkdir()
    (done / "rules" / "own.yaml").write_text(
        "- id: own-badge\n"
        "  label: ID_NUMBER\n"
        "  mask: direct\n"
        "  pattern: 'badge zz-\\d{4}'\n"
        "  score: 1.0\n"
        "  why: the badges of our house\n"
        "  match: ['my badge zz-1234']\n"
        "  miss: ['badge z-1']\n"
    )
    assert json.loads(_ok("detect", "--json", cwd=done))["current"] == 0


def test_a_verdict_keeps_a_mention_and_survives_a_new_run(study: Path, tmp_path: Path) -> None:
    source = tmp_path / "one.txt"
    source.write_text("Interviewer: How can I reach you?\n\nP1: Write to ada@kestrel-loom.com.\n")
    _ok("ingest", source, cwd=study)
    _ok("detect", cwd=study)
    _ok("findings", "export", "f.csv", cwd=study)
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
    _ok("findings", "import", "f.csv", cwd=study)
    _ok("release", "1.0.0", cwd=study)
    assert "ada@kestrel-loom.com" in corpus.load(study / "releases" / "1.0.0").to_pandas().text[1]
    _ok("run", source, "--release", "1.1.0", cwd=study)
    assert "ada@kestrel-loom.com" in corpus.load(study / "releases" / "1.1.0").to_pandas().text[1]


BAD = sorted(p for p in (FIXTURES / "bad").glob("*") if p.name != "README.md")


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.name)
def test_bad_input_is_named_exits_2_and_stores_nothing(study: Path, path: Path) -> None:
    done = _corpus("ingest", path, cwd=study)
    assert done.returncode == 2, done.stdout + done.stderr
    assert path.name in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(_ok("list", "--json", cwd=study)) == []


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.name)
def test_skipping_names_the_file_takes_the_rest_and_exits_1(study: Path, path: Path) -> None:
    good = FIXTURES / "interviews" / "dialog_00001.md"
    done = _corpus("ingest", good, path, "--on-error", "skip", cwd=study)
    assert done.returncode == 1
    assert path.name in done.stderr
    assert json.loads(_ok("list", "--json", cwd=study))


def test_a_second_process_is_refused_with_3(study: Path) -> None:
    code = (
        "from pathlib import Path; import time; from corpus import workspace\n"
        f"with workspace.open_at(Path({str(study)!r})).lock():\n"
        "    print('held', flush=True); time.sleep(30)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = _corpus("detect", cwd=study)
        holder.kill()
    assert done.returncode == 3
    assert "another corpus process" in done.stderr


def test_a_full_disk_exits_3_and_keeps_the_last_state(study: Path) -> None:
    _ok("ingest", FIXTURES / "interviews" / "dialog_00001.md", cwd=study)
    before = _ok("list", "--json", cwd=study)
    command = f"ulimit -f 40; exec '{sys.executable}' -m corpus.cli ingest '{FIXTURES}/interviews'"
    limited = subprocess.run(
        ["bash", "-c", command], cwd=study, capture_output=True, text=True, check=False
    )
    assert limited.returncode == 3, limited.stderr
    assert "full" in limited.stderr
    assert _ok("list", "--json", cwd=study) == before


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
        _ok("run", *SOME, "--release", "1.0.0", cwd=study)
    assert _digests(study / "releases" / "1.0.0") == _digests(done / "releases" / "1.0.0")
    with sqlite3.connect(study / "private" / "workspace.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_ctrl_c_exits_130_and_the_next_run_goes_on(study: Path) -> None:
    with _started(study) as running:
        time.sleep(1.0)
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=30)
    # CPython dies by the signal itself, after all is tidied up, where Ctrl-C met code that
    # was made from a string (a dataclass being built): a shell shows 130 for both
    assert running.returncode in (130, -signal.SIGINT)
    assert "interrupted" in stderr
    assert "Traceback" not in stderr
    _ok("run", *SOME, "--release", "1.0.0", cwd=study)


def test_check_exits_1_with_the_place_and_never_the_text(tmp_path: Path) -> None:
    leak = tmp_path / "notes.md"
    leak.write_text("Fine line.\nMail me: ada.brook@kestrel-loom.com please\n")
    done = _corpus("check", leak, cwd=tmp_path)
    assert done.returncode == 1
    assert f"{leak}:2:10: EMAIL_ADDRESS" in done.stdout
    assert "kestrel" not in done.stdout + done.stderr


def test_check_of_a_clean_file_exits_0_and_of_a_missing_one_3(tmp_path: Path) -> None:
    clean = tmp_path / "clean.md"
    clean.write_text("Nothing to see here.\n")
    assert _corpus("check", clean, cwd=tmp_path).returncode == 0
    assert _corpus("check", tmp_path / "gone.md", cwd=tmp_path).returncode == 3


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
    shown = _ok("ingest", FIXTURES / "interviews" / "workforce.csv", cwd=study)
    assert "new: work_0007 from" in shown
    assert "workforce.csv, row 2" in shown
    many = _ok("ingest", FIXTURES / "interviews", cwd=study)
    assert "more; --json names the file of every ID" in many
