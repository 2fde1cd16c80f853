"""What a withdrawal erases is in no byte of the database, free pages and log included.

Rows are packed, so that every packed stream is unpacked, wherever in the raw bytes one begins.
"""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from corpus.registry import database
from corpus.workspace import Workspace
from tests.cli.test_withdraw import CANARY, GONE, STAYS, WITHDRAW, take
from tests.conftest import without_model
from tests.studies import call, copied, ok

STREAM = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
EARLIER = "zqearlierqz"
"""Stood in the transcript before it was edited."""


@pytest.fixture(scope="module", autouse=True)
def careless() -> Iterator[None]:
    """Let SQLite leave what is deleted where it lay, as it does by default; some builds do not."""
    connect = sqlite3.connect

    def connected(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.execute("PRAGMA secure_delete = OFF")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connected)
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace with a transcript that was edited once, and one that stays."""
    folder = tmp_path_factory.mktemp("erasure")
    workspace = without_model(folder / "study")
    take(workspace, folder, work_0001=GONE.replace(CANARY, EARLIER), work_0002=STAYS)
    ok(workspace.root, "detect")
    source = folder / "edited.jsonl"
    source.write_text(json.dumps({"id": "work_0001", "text": GONE}) + "\n")
    ok(workspace.root, "ingest", source, "--replace")
    ok(workspace.root, "detect")
    return workspace


@pytest.fixture
def study(finished: Workspace, tmp_path: Path) -> Workspace:
    return copied(finished, tmp_path)


def raw(workspace: Workspace) -> bytes:
    """Return all bytes of the database and its log, and what is packed in them."""
    paths = (workspace.private / name for name in ("workspace.db", "workspace.db-wal"))
    data = b"".join(path.read_bytes() for path in paths if path.exists())
    return data + b"".join(_unpacked(data))


def _unpacked(data: bytes) -> Iterator[bytes]:
    for match in STREAM.finditer(data):
        stream = zlib.decompressobj()
        try:  # byte by byte, since a page may end before the stream does
            for at in range(match.start(), min(len(data), match.start() + 4096)):
                yield stream.decompress(data[at : at + 1])
        except zlib.error:
            continue


def says(workspace: Workspace) -> set[str]:
    content = raw(workspace)
    return {word for word in (CANARY, EARLIER) if word.encode() in content}


def test_no_packed_stream_of_database_or_log_holds_it(study: Workspace) -> None:
    assert CANARY in says(study)
    with closing(sqlite3.connect(study.private / "workspace.db")) as idle:
        idle.execute("SELECT * FROM cohorts").fetchall()  # else closing alone would empty the log
        ok(study.root, *WITHDRAW)
        assert says(study) == set()
    assert says(study) == set()


def test_free_pages_hold_nothing_of_it(study: Workspace) -> None:
    """Rows that were replaced long ago, and are in no table any more."""
    with closing(sqlite3.connect(study.private / "workspace.db")) as db, db:
        db.execute("CREATE TABLE scratch AS SELECT content FROM transcripts")
        db.execute("DROP TABLE scratch")
    ok(study.root, *WITHDRAW)
    assert says(study) == set()


def test_a_reader_of_the_old_pages_keeps_it_from_being_done(
    study: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0.1)
    with closing(sqlite3.connect(study.private / "workspace.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM transcripts").fetchall()
        result = call(study.root, *WITHDRAW)
        assert result.exit_code == 3
        assert "close it" in result.stderr
        with study.registry() as registry:
            assert not registry.tombstones()["work_0001"].is_done
        reader.execute("ROLLBACK")
    ok(study.root, *WITHDRAW)
    assert says(study) == set()
    with study.registry() as registry:
        assert registry.tombstones()["work_0001"].is_done
