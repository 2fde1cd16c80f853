"""What the hook finds, in whatever file, is told by place alone, in every form of telling."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from corpus.cli import main

CANARY = "zelkova.quist@kestrel-loom.com"
NAME = "Zelkova Quist"
SAID = f"Mail me at {CANARY}, please, I am {NAME}.\n"
SECRET = (b"elkova", b"ELKOVA", b"uist@", b"kestrel", b"7a656c6b6f7661")


def _parquet() -> bytes:
    out = io.BytesIO()
    table = pa.table({"text": [SAID] * 3}, metadata={"by": CANARY})
    pq.write_table(table, out)
    return out.getvalue()


def _arrow() -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_file(out, pa.schema([("text", pa.string())])) as writer:
        writer.write_table(pa.table({"text": [SAID]}))
    return out.getvalue()


def _word() -> bytes:
    out, document = io.BytesIO(), docx.Document()
    document.add_paragraph(SAID)
    document.core_properties.author = NAME
    document.save(out)
    return out.getvalue()


def _zip(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, data)
    return out.getvalue()


def _notebook() -> bytes:
    output = {"output_type": "stream", "name": "stdout", "text": [SAID]}
    cell = {"cell_type": "code", "source": [SAID], "outputs": [output], "metadata": {}}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}).encode()


FILES: Mapping[str, bytes] = {
    "a.md": SAID.encode(),
    "a.txt": SAID.encode("utf-16"),
    "a.py": f"MAIL = '{CANARY}'\n".encode(),
    "a.csv": f'id,text\n1,"{SAID.strip()}"\n'.encode(),
    "a.json": json.dumps({CANARY: SAID}).encode(),
    "a.jsonl": json.dumps({"text": SAID}).encode(),
    "a.yaml": f"mail: {CANARY}\n".encode(),
    "a.ipynb": _notebook(),
    "a.vtt": f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v {NAME}>{SAID}".encode(),
    "a.parquet": _parquet(),
    "a.arrow": _arrow(),
    "a.docx": _word(),
    "a.md.gz": gzip.compress(SAID.encode()),
    "a.zip": _zip("b.docx", _word()),
    "broken.parquet": _parquet()[:-20] + CANARY.encode(),
    "broken.docx": _word()[:-200],
    "broken.ipynb": _notebook()[:-9],
    f"{CANARY}.md": b"Nothing in it.\n",
}
FORMS = (
    ("--format", "text"),
    ("--format", "json"),
    ("--format", "sarif"),
    ("--format", "github"),
    ("--explain",),
    ("--fast",),
)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.setenv("CORPUS_GUARD_KEY", "5e" * 32)
    monkeypatch.chdir(tmp_path)
    for name, data in FILES.items():
        Path(name).write_bytes(data)
    return tmp_path


def _check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


def _said(done: Result) -> bytes:
    return done.stdout_bytes + done.stderr_bytes


def test_each_kind_of_file_is_found_out(repository: Path) -> None:
    for name in FILES:
        done = _check(name)
        expected = {3} if name in {"broken.parquet", "broken.docx"} else {1}
        assert done.exit_code in expected, (name, done.output)


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_no_form_of_telling_holds_what_was_found(repository: Path, form: tuple[str, ...]) -> None:
    named = [name for name in FILES if CANARY not in name]  # names that are given are told
    done = _check(*form, *named)
    assert done.exit_code == 3
    assert not any(secret in _said(done) for secret in SECRET)
    whole = _check(*form, *(name for name in named if not name.startswith("broken")))
    assert whole.exit_code == 1
    assert not any(secret in _said(whole) for secret in SECRET)


def test_neither_baseline_nor_cache_holds_it(repository: Path) -> None:
    named = [name for name in FILES if CANARY not in name and not name.startswith("broken")]
    done = _check("--write-baseline", "--reason", "invented", *named)
    assert done.exit_code == 0, done.output
    assert _check(*named).exit_code == 0
    written = [p for p in repository.rglob("*") if p.is_file() and p.name not in FILES]
    cached = [p for p in Path(os.environ["XDG_CACHE_HOME"]).rglob("*") if p.is_file()]
    assert any(p.name == "corpus-baseline.json" for p in written)
    assert cached
    for path in written + cached:
        assert not any(secret in path.read_bytes() for secret in SECRET), path


def test_an_unexpected_error_quotes_nothing(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError(SAID)

    monkeypatch.setattr("corpus.check.search.Search.through", fails)
    monkeypatch.delitem(os.environ, "CORPUS_DEBUG", raising=False)
    done = _check("a.md")
    assert done.exit_code == 3
    assert not any(secret in _said(done) for secret in SECRET)
