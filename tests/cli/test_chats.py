"""Chat exports through the command line: what is said is released with times, nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import corpus
from tests.conftest import without_model
from tests.studies import ok_at

INTERVIEWS = Path(__file__).parents[2] / "fixtures" / "interviews"
CHATS = {
    "whatsapp": ("salon.txt", ["IMG-2024", "end-to-end"], 3),
    "slack": ("ledger-channel.json", ["channel_join", "U07AAB", "u07aab"], 1),
    "discord": ("mod-channel.json", ["_real", "modders", "birch_dunmorrow", "7123456"], 2),
    "chatgpt": ("job-letter.json", ["Dear Sir or Madam", "node-1", "a nurse."], 3),
    "claude": ("parish-letters.json", ["5e000000", "The Quayle letters", "quayle-box"], 2),
}


def test_what_is_said_is_released_with_times_and_nothing_beside_it(tmp_path: Path) -> None:
    study = without_model(tmp_path / "study").root
    files = [INTERVIEWS / file for file, *_ in CHATS.values()]
    facts = json.loads(ok_at(study, "ingest", *files, "--json"))["transcripts"]
    dropped = {item["format"]: item["repairs"]["dropped"] for item in facts}
    assert dropped == {name: count for name, (_, _, count) in CHATS.items()}
    ok_at(study, "run", *files, "--release", "1.0.0")

    turns = corpus.load(study / "releases" / "1.0.0").to_pandas("turns")
    assert set(turns[turns.turn == 0].start_ms) == {0}
    assert (turns.start_ms.diff()[turns.turn > 0] >= 0).all()
    released = turns.to_csv()
    assert "number the envelopes" in released
    beside = [text for _, texts, _ in CHATS.values() for text in texts]
    assert [text for text in beside if text in released] == []


def test_the_summary_says_how_much_was_left_out(tmp_path: Path) -> None:
    study = without_model(tmp_path / "study").root
    assert "3 pieces beside what was said left out" in ok_at(
        study, "ingest", INTERVIEWS / "salon.txt"
    )
