"""What `corpus ingest` says of what it read."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.workspace import Workspace
from tests.studies import ok

TALK = "INT: Who?\n\nP7: Me.\n\nINT: Since?\n\nNotetaker: (door)\n"


def test_the_turns_of_each_role_are_counted(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(TALK)
    assert "turns: 2 interviewer, 1 participant, 1 other" in ok(workspace.root, "ingest", source)
    facts = json.loads(ok(workspace.root, "ingest", source, "--json"))["transcripts"]
    assert facts[0]["turns_by_role"] == {"interviewer": 2, "participant": 1, "other": 1}


def test_a_role_that_is_set_later_counts_from_the_next_ingest(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = tmp_path / "a.txt"
    source.write_text(TALK.replace("Notetaker", "Zofia"))
    assert "2 participant, 0 other" in ok(workspace.root, "ingest", source)
    config = workspace.root / "corpus.toml"
    config.write_text(config.read_text().replace("other = []", 'other = ["Zofia"]'))
    assert "1 participant, 1 other" in ok(workspace.root, "ingest", source)
    with workspace.registry() as registry:
        (entry,) = registry.entries()
        turns = registry.transcript(entry.transcript_id).turns
    assert [turn.role for turn in turns][1::2] == ["participant", "other"]
