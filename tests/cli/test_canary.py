"""What nobody said stays out, format by format: not kept, not released, not printed."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from corpus import codec
from corpus.cli import main
from corpus.errors import WorkspaceError
from corpus.ingest import FORMATS
from corpus.workspace import Workspace
from tests.cli import test_word_secrets as word
from tests.ingest import test_captions as captions
from tests.ingest import test_chat_exports as exports
from tests.ingest import test_whatsapp as whatsapp

Call = Callable[..., bytes]
SECRET = re.compile(rb"zq[a-z]+qz|zyxwv[a-z]*", re.IGNORECASE)
"""How each secret is written, whatever the place that it stands in: zqheaderqz."""
SAID = (b"rosin on the bow", b"It was raining", b"Why?")
"""What is said in the cases, one of it in each, and has to come through."""

TURNS = [("Interviewer", "What do you use?"), ("P7", "Only rosin on the bow."), ("P7", "So.")]
COLUMNS = {
    "speaker": [speaker for speaker, _ in TURNS],
    "text": [text for _, text in TURNS],
    "zqcolumnqz": ["zqcellqz", "zqnoteqz", ""],
    "speaker email": ["zqmailqz@kestrel.example"] * 3,
}
POSTS = [exports.Post("Ana", "rosin on the bow", 0), exports.Post("Bo", "So.", 900)]


def table(separator: str) -> bytes:
    rows = [list(COLUMNS), *zip(*COLUMNS.values(), strict=True)]
    return "\n".join(separator.join(row) for row in rows).encode()


def turns() -> list[dict[str, object]]:
    """Make turns of JSON with something beside each, and one that is made of blocks."""
    nested = {"author": {"name": "zqnestedqz", "text": ["zqdeepqz"]}}
    blocks = [
        {"type": "thinking", "thinking": "zqthoughtqz"},
        {"type": "tool_use", "name": "zqtoolqz", "input": {"q": "zqinputqz"}},
        {"type": "image", "source": {"data": "zqimageqz"}, "text": "zqaltqz"},
        {"type": "text", "text": "Yes.", "annotations": ["zqannotationqz"]},
    ]
    said: list[tuple[str, object]] = [*TURNS, ("P7", blocks)]
    return [
        {"speaker": s, "text": text, "zqkeyqz": "zqvalueqz", "meta": nested} for s, text in said
    ]


def record() -> dict[str, object]:
    return {"title": "zqtitleqz", "zqrecordqz": "zqfieldqz", "turns": turns(), "tags": ["zqtagqz"]}


def parquet() -> bytes:
    """Make a file with something in the metadata of file and columns, and in other columns."""
    fields = [pa.field(n, pa.string(), metadata={"about": "zqfieldmetaqz"}) for n in COLUMNS]
    nested = pa.array([{"name": "zqstructqz", "zqmemberqz": [1]}] * 3)
    rows = pa.table(
        [*map(pa.array, COLUMNS.values()), nested],
        schema=pa.schema([*fields, pa.field("meta", nested.type)], {"author": "zqschemaqz"}),
    )
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, rows.schema, compression="none", use_dictionary=False) as writer:
        writer.write_table(rows)
        writer.add_key_value_metadata({"zqmetakeyqz": "zqmetavalueqz"})
    return sink.getvalue()


def srt() -> bytes:
    return (
        b"zqexportqz\n\n1\n00:00:01,000 --> 00:00:02,000 X1:40 zqpositionqz:1\n"
        b'Ana: <font color="zqcolourqz" face="zqfaceqz">rosin on the bow</font>\n\n'
        b"2\n00:00:03,000 --> 00:00:04,000\n{\\an8zqoverrideqz}Bo: So.\n"
    )


def written(name: str) -> bytes:
    write, speakers = exports.WRITERS[name]
    posts = [post._replace(speaker=s) for post, s in zip(POSTS, speakers, strict=False)]
    return json.dumps(write(posts)).encode()


def said(text: str, spoken: str) -> bytes:
    """Let a file that another test has made say what every file here says."""
    assert spoken in text
    return text.replace(spoken, SAID[0].decode()).encode()


CASES: dict[str, list[Callable[[], bytes]]] = {
    "csv": [lambda: table(","), lambda: table(";")],
    "tsv": [lambda: table("\t")],
    "jsonl": [
        lambda: json.dumps(record()).encode(),
        lambda: "\n".join(map(json.dumps, turns())).encode(),
    ],
    "json": [
        lambda: json.dumps(record()).encode(),
        lambda: json.dumps([record()]).encode(),
        lambda: json.dumps(turns()).encode(),
    ],
    "parquet": [parquet],
    "vtt": [lambda: said(captions.HIDING, "heard")],
    "srt": [srt],
    "whatsapp": [
        lambda: said(whatsapp.ANDROID, "first line"),
        lambda: said(whatsapp.IOS, "first line"),
    ],
    **{name: [partial(written, name)] for name in exports.WRITERS},
    "docx": [word.in_paragraphs, word.in_a_table],
}
ALL_SAID = {
    "markdown": b"# zqtitleqz\n\nzqplaceqz\n\n**Interviewer:** Well?\n\n**P7:** rosin on the bow\n",
    "text": b"zqtitleqz\nPresent: zqguestqz\n\nInterviewer: Well?\n\nP7: rosin on the bow\n",
}
"""Formats that are nothing but their text; what stands above the first label is kept with it, in
private, and no turn has it."""


def stored(folder: Path) -> Iterator[bytes]:
    """Yield every file below a folder as it is, and unpacked what it packs."""
    for path in (p for p in folder.rglob("*") if p.is_file()):
        yield from held(path)


def held(path: Path) -> Iterator[bytes]:
    """Yield a file as it is, and unpacked what it packs."""
    yield path.read_bytes()
    if path.suffix == ".db":
        yield from _values(path)
    elif path.suffix == ".parquet":
        yield from _columns(path)


def _values(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in tables.fetchall():
            for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - our own names
                yield from map(_value, row)


def _value(value: object) -> bytes:
    if isinstance(value, bytes):
        try:
            return json.dumps(codec.unpack(value), ensure_ascii=False).encode()
        except WorkspaceError:
            return value
    return str(value).encode()


def _columns(path: Path) -> Iterator[bytes]:
    file = pq.ParquetFile(path)
    yield repr((file.metadata.metadata, file.metadata.to_dict(), file.schema_arrow)).encode()
    for field in file.schema_arrow:
        yield repr((field.name, field.metadata)).encode()
    yield repr(file.read().to_pydict()).encode()


def found(contents: Iterable[bytes]) -> set[bytes]:
    return {secret.lower() for content in contents for secret in SECRET.findall(content)}


@pytest.fixture
def call(workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> Call:
    """Return what calls a command, and returns all that it prints, by whatever way."""

    def run(*args: str | Path, code: int | None = 0) -> bytes:
        done = CliRunner().invoke(main, [*map(str, args), "--workspace", str(workspace.root)])
        assert done.exit_code in ({0, 2} if code is None else {code}), done.output
        return (done.output + "".join(capfd.readouterr())).encode()

    return run


def printed(call: Call, folder: Path, source: Path) -> Iterator[bytes]:
    """Take a file through every stage; yield all that is printed."""
    yield call("ingest", source)
    for stage in ("detect", "propagate", "redact", "status", "list"):
        yield call(stage)
    yield call("findings", "export", folder / "findings.csv")
    yield call("release", "1.0.0")
    for item in json.loads(call("list", "--json")):
        yield call("show", item["transcript_id"], "--redacted")
    yield call("ingest", source, "--json")


def test_every_format_has_a_canary() -> None:
    assert {*CASES, *ALL_SAID} == set(FORMATS)


@pytest.mark.parametrize(
    ("name", "build"), [(name, build) for name, builds in CASES.items() for build in builds]
)
def test_what_was_not_said_is_nowhere(
    workspace: Workspace, tmp_path: Path, call: Call, name: str, build: Callable[[], bytes]
) -> None:
    source = tmp_path / f"source{FORMATS[name].suffixes[0]}"
    source.write_bytes(build())
    assert found([source.read_bytes()])
    said_of_it = list(printed(call, workspace.root, source))
    kept = list(stored(workspace.root))
    assert any(words in content for content in kept for words in SAID)
    assert found([*said_of_it, *kept]) == set()


@pytest.mark.parametrize("name", ALL_SAID)
def test_what_stands_above_the_first_label_is_neither_released_nor_printed(
    workspace: Workspace, tmp_path: Path, call: Call, name: str
) -> None:
    source = tmp_path / f"source{FORMATS[name].suffixes[0]}"
    source.write_bytes(ALL_SAID[name])
    said_of_it = list(printed(call, workspace.root, source))
    released = list(stored(workspace.releases))
    assert any(words in content for content in released for words in SAID)
    assert found([*said_of_it, *released]) == set()


@pytest.mark.parametrize("name", CASES)
def test_a_file_that_breaks_off_is_read_or_refused_without_a_word_of_it(
    workspace: Workspace, tmp_path: Path, call: Call, name: str
) -> None:
    whole = CASES[name][0]()
    source = tmp_path / "source"
    source.write_bytes(whole[: len(whole) // 2])
    said_of_it = call("ingest", source, "--format", name, code=None)
    assert found([said_of_it, *stored(workspace.root)]) == set()


def test_the_name_of_a_file_is_neither_kept_nor_released(
    workspace: Workspace, tmp_path: Path, call: Call
) -> None:
    source = tmp_path / "zqnameqz.csv"
    source.write_bytes(table(",").replace(b"zq", b""))
    list(printed(call, workspace.root, source))
    assert found(stored(workspace.root)) == set()
