"""Files made to do harm, or broken: one line that names the file, nothing of it said or stored."""

from __future__ import annotations

import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.errors import SourceError
from corpus.ingest import FORMATS, Roles, read_file
from corpus.ingest.repair import repair
from corpus.workspace import Workspace
from tests.ingest import test_chat_exports as exports
from tests.ingest.test_read_docx import BOMB, OPENING, document, p, package

SECRET = "zqsecretqz"  # noqa: S105 - a word that no message may quote
MEMORY = 3 << 30
SECONDS = 120
"""What a child may take; far more than any file here should, so that no slow machine fails."""


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def ingest(study: Path, *args: str | bytes | Path) -> subprocess.CompletedProcess[str]:
    """Ingest in a process of its own, which is ended if it takes too much."""
    done = subprocess.run(
        [sys.executable, "-m", "corpus.cli", "ingest", *args],
        cwd=study,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
    )
    assert SECRET not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def noise(size: int = 4096) -> bytes:
    return random.Random(size).randbytes(size)


def parquet(**columns: list[str]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def nested(depth: int = 4) -> bytes:
    """Pack an archive into an archive, again and again."""
    content = package(p(f"P7: {SECRET}"))
    for _ in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("word.docx", content)
        content = out.getvalue()
    return content


def deep(name: str) -> bytes:
    """Nest an export that is known by its beginning a hundred thousand times."""
    write, speakers = exports.WRITERS[name]
    posts = [exports.Post(speaker, SECRET, 0) for speaker in speakers[:1]]
    text = json.dumps(write(posts))
    return f"{text.rstrip(']}')}, {'[' * 100_000}".encode()


WORD = package(OPENING + p(f"P7: {SECRET}"), {"word/styles.xml": "<a/>"})
PARQUET = parquet(speaker=["INT", "P7"], text=["So?", SECRET])
BAD_IDS = {
    "up": "../x",
    "up within": "a/../../x",
    "absolute": "/etc/passwd",
    "backslash": "..\\x",
    "long": "w" * 129,
    "zero": "a\0b",
    "bell": "a\x07b",
    "escape": "\x1b[2Jx",
    "newline": "a\nb",
    "dots": "..",
    "tilde": "~root",
    "drive": "C:\\x",
}
HOSTILE: dict[str, bytes] = {
    "one-byte.txt": b"a",
    "one-byte.json": b"{",
    "one-byte.csv": b",",
    "nul.json": b'{"text": "P7: zqsecretqz\0"}',
    "nul.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>zqsecretqz\0",
    "nested.docx": nested(),
    "bomb.docx": package("", {"word/document.xml": " " * (40 << 20)}),
    "entities.docx": package("", {"word/document.xml": BOMB + document(p(f"P7: {SECRET} &l9;"))}),
    "noise.docx": b"PK\x03\x04" + noise(),
    "noise.parquet": b"PAR1\x15" + noise() + b"PAR1",
    "half.docx": WORD[: len(WORD) // 2],
    "half.parquet": PARQUET[: len(PARQUET) // 2],
    "digits.json": b'[{"speaker": "P7", "text": "zqsecretqz", "start": ' + b"9" * 10_000 + b"}]",
    "digits.srt": b"1\n" + b"9" * 100_000 + b":00:01,000 --> 00:00:02,000\nAna: zqsecretqz\n",
    "lines.txt": b"\n" * 1_000_000 + SECRET.encode(),
    "word.txt": "é".encode() + SECRET.encode() * 100_000,
    "quotes.csv": b'speaker,text\nP7,"' + SECRET.encode() * 100_000,
    "commas.csv": b"speaker,text\n" + b"," * 1_000_000,
    **{f"deep-{name}.json": deep(name) for name in exports.WRITERS},
    **{f"noise{suffix}": noise() for f in FORMATS.values() for suffix in f.suffixes},
    **{
        f"id-{n}.json": json.dumps({"id": bad, "text": f"P7: {SECRET}"}).encode()
        for n, bad in enumerate(BAD_IDS.values())
    },
}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Make a folder of nothing but hostile files."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name, content in HOSTILE.items():
        (folder / name).write_bytes(content)
    return folder


def entries(workspace: Workspace) -> int:
    with workspace.registry() as registry:
        return len(registry.entries())


def test_each_of_many_bad_files_is_named_and_the_good_ones_are_taken(
    workspace: Workspace, inbox: Path
) -> None:
    interviews = Path(__file__).parents[2] / "fixtures" / "interviews"
    for path in interviews.iterdir():
        (inbox / f"good-{path.name}").write_bytes(path.read_bytes())
    done = ingest(workspace.root, inbox, "--on-error", "skip", "--json")
    assert done.returncode == 1
    skipped = [line for line in done.stderr.splitlines() if line.startswith("skipped: ")]
    assert len(skipped) == len(done.stderr.splitlines()) == len(HOSTILE)
    for name, line in zip(sorted(HOSTILE), skipped, strict=True):
        assert line.startswith(f"skipped: {inbox / name}"), line
        assert len(line) < len(str(inbox)) + 400
        assert line.isprintable()
        assert " - " in line
    facts = json.loads(done.stdout)["transcripts"]
    assert {fact["format"] for fact in facts} >= set(FORMATS) - {"tsv"}
    assert entries(workspace) == len(facts)


def test_one_bad_file_among_good_ones_stores_nothing(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in ("a.txt", "c.txt"):
        (folder / name).write_text(f"INT: Who?\n\nP7: Me, {name}, {SECRET}.\n")
    (folder / "b.parquet").write_bytes(HOSTILE["half.parquet"])
    done = ingest(workspace.root, folder)
    assert done.returncode == 2
    assert done.stderr.startswith(f"corpus: {folder / 'b.parquet'}: ")
    assert len(done.stderr.splitlines()) == 1
    assert entries(workspace) == 0


@pytest.mark.parametrize("kind", BAD_IDS)
@pytest.mark.parametrize("form", ["json", "csv", "parquet", "md"])
def test_an_id_that_could_do_harm_is_refused(tmp_path: Path, kind: str, form: str) -> None:
    bad = BAD_IDS[kind]
    if form in ("csv", "md") and set(bad) & set("\n\0"):
        pytest.skip("ends the cell or the line, or the file is no text")
    contents: dict[str, bytes] = {
        "json": json.dumps({"id": bad, "text": "P7: a"}).encode(),
        "csv": f'id,text\n"{bad}",P7: a\n'.encode(),
        "parquet": parquet(id=[bad], text=["P7: a"]),
        "md": f"**Transcript ID:** {bad}\n\n---\n\nAI: So?\n\nUser: Yes.\n".encode(),
    }
    source = tmp_path / f"x.{form}"
    source.write_bytes(contents[form])
    with pytest.raises(SourceError, match="the transcript ID is not safe") as caught:
        read_file(str(source), roles=Roles.default())
    assert bad not in str(caught.value).replace(str(source), "")


@pytest.mark.parametrize(("name", "content"), [("x.docx", WORD), ("x.parquet", PARQUET)])
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    source = tmp_path / name
    for end in (*range(64), *range(64, len(content), 13)):
        source.write_bytes(content[:end])
        with pytest.raises(SourceError) as caught:
            read_file(str(source), roles=Roles.default())
        assert str(source) in str(caught.value)
        assert SECRET not in str(caught.value)


def loop(folder: Path) -> Path:
    (folder / "a.txt").symlink_to("b.txt")
    (folder / "b.txt").symlink_to("a.txt")
    return folder / "a.txt"


def loop_in_folder(folder: Path) -> Path:
    return loop(folder).parent


def folder_loop(folder: Path) -> Path:
    (folder / "again").symlink_to(".")
    return folder / "again" / "again"


def long_name(folder: Path) -> Path:
    return folder / ("x" * 300)


def below_a_file(folder: Path) -> Path:
    (folder / "a.txt").write_text("P7: a")
    return folder / "a.txt" / "b.txt"


def empty(folder: Path) -> Path:
    return folder


@pytest.mark.parametrize(
    "make", [loop, loop_in_folder, folder_loop, long_name, below_a_file, empty]
)
def test_a_path_that_leads_nowhere_is_an_input_error(
    workspace: Workspace, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    path = make(folder)
    done = ingest(workspace.root, path)
    assert done.returncode == 2, done.stderr
    assert str(folder) in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert entries(workspace) == 0


@pytest.fixture
def levels() -> Iterator[list[Path]]:
    """Make folders a thousand levels deep; taken down by hand, since rmtree calls itself.

    They lie apart: what a killed run leaves must not stop pytest from clearing up after the next.
    """
    folders = [Path(tempfile.mkdtemp(prefix="levels-"))]
    for _ in range(1000):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    yield folders
    (folders[-1] / "a.txt").unlink(missing_ok=True)
    for folder in reversed(folders):
        folder.rmdir()


def test_a_folder_of_a_thousand_levels_is_read(workspace: Workspace, levels: list[Path]) -> None:
    (levels[-1] / "a.txt").write_text("INT: Who?\n\nP7: Me.\n")
    assert ingest(workspace.root, levels[0]).returncode == 0
    assert entries(workspace) == 1
    done = ingest(workspace.root, levels[0] / "**" / "*.txt")
    assert done.returncode in (0, 2), done.stderr


ODD = (b"a\nb.txt", b"\x1b[2Jb.txt", b"\xff\xfe.txt", b"-rf.txt", "\u202etxt.exe".encode())


def test_an_odd_file_name_is_shown_harmlessly(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    paths = [os.fsencode(folder) + b"/" + name for name in ODD]
    for number, path in enumerate(paths):
        Path(os.fsdecode(path)).write_text(f"INT: Who?\n\nP{number}: Me, number {number}.\n")
    for named in (paths, [os.fsencode(folder)]):
        done = ingest(workspace.root, *named, "--json")
        assert done.returncode == 0, done.stderr
        taken = json.loads(done.stdout)["transcripts"]
        assert len({one["path"] for one in taken}) == len(ODD)
        assert done.stdout.replace("\n", "").isprintable()
    for path in paths:
        Path(os.fsdecode(path)).write_text("P7")
    done = ingest(workspace.root, folder)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.strip().isprintable()
    done = ingest(workspace.root, folder, "--on-error", "skip")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == len(ODD)
    assert done.stderr.replace("\n", "").isprintable()


def test_an_unbroken_word_is_repaired_in_one_pass() -> None:
    """A word of this length took an hour when every start of it was tried."""
    damaged = "â€“"
    text = f"{damaged} {'a' * 2_000_000} {'ÿlÃ©' * 20_000}"
    assert repair(text).text.startswith("– aaa")


def test_a_word_of_many_damaged_pieces_is_taken_apart_in_one_pass() -> None:
    """Three thousand bytes took minutes when every way to take it apart was tried."""
    word = ("˙" * 50 + "l" * 40 + "˙" * 9 + "Ŗ" + "˙" * 40 + "l") * 12
    assert repair(f"Ã© {word}").text.startswith("é ")


def test_a_label_that_is_respelt_leads_back_to_the_written_one(tmp_path: Path) -> None:
    turns = [{"speaker": "Noor Hadley", "text": "a"}, {"speaker": "Bo", "text": "b"}] * 4
    turns.append({"speaker": "noorhadley", "text": "c"})
    source = tmp_path / "x.json"
    source.write_text(json.dumps(turns))
    (draft,) = read_file(str(source), roles=Roles.default())
    last = draft.turns[-1]
    assert last.speaker == "Noor Hadley"
    start, end = last.speaker_source.to_source(5, len(last.speaker))
    assert draft.source[start:end] == "noorhadley"


def test_a_date_before_all_chats_gives_no_negative_time(tmp_path: Path) -> None:
    export = exports.claude([exports.Post("human", "Hi.", 0), exports.Post("assistant", "Yo.", 9)])
    export[0]["chat_messages"][1]["created_at"] = "1012-05-12T21:03:11+00:00"
    source = tmp_path / "x.json"
    source.write_text(json.dumps(export))
    (draft,) = read_file(str(source), roles=Roles.default())
    assert [turn.start_ms for turn in draft.turns] == [0, None]


SIZES = {
    "one line": lambda: b"P7: " + b"zqsecretqz " * 9_500_000,
    "one word": lambda: b"P7: \xc3\x83\xc2\xa9 " + b"zqsecretqz" * 10_000_000,
    "columns": lambda: b"speaker,text" + b",x" * 50_000_000,
    "JSON": lambda: b'[{"speaker": "P7", "text": "' + b"zqsecretqz" * 10_000_000,
    "captions": lambda: b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"zqsecretqz" * 10_000_000,
}


@pytest.mark.parametrize(
    "kind",
    [
        "JSON",
        *(
            pytest.param(k, marks=pytest.mark.thorough)
            for k in ("columns", "one line", "one word", "captions")
        ),
    ],
)
def test_a_hundred_megabytes_end_in_bounds(workspace: Workspace, tmp_path: Path, kind: str) -> None:
    source = tmp_path / "big"
    source.write_bytes(SIZES[kind]())
    done = ingest(workspace.root, source)
    assert done.returncode in ({0} if kind.startswith("one") else {2}), done.stderr
