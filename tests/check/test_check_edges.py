"""What lies at the edges of a check: odd files, odd arguments, things that are not looked at."""

from __future__ import annotations

import gzip
import io
import sqlite3
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus import check
from corpus.check import looks
from corpus.check.guard import file, key
from corpus.check.guard.names import Names
from corpus.check.guard.sources import Sources
from corpus.check.opening import open_item
from corpus.cli import main
from corpus.errors import ConfigError
from tests.repositories import Repository, isolate

LEAK = "Mail me: ada.brook@kestrel-loom.com please\n"
KEY = bytes(range(32))
WORDS = ("Ann", "Ben", "Cora", "Dirk", "Enid", "Finn")
SAID = "Nobody counted the burners twice but once"


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)
    monkeypatch.delenv(key.VARIABLE, raising=False)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.init(tmp_path / "clone")


def _zipped(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def _database(folder: Path, table: str) -> bytes:
    with sqlite3.connect(folder / "some.db") as connection:
        connection.execute(f"CREATE TABLE {table} (text)")
        connection.execute(f"INSERT INTO {table} VALUES ('{SAID}')")  # noqa: S608, ours
    connection.close()
    return (folder / "some.db").read_bytes()


@pytest.mark.parametrize("packed", [False, True], ids=["as it is", "packed"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-le"])
def test_what_was_said_is_found_in_bytes_of_no_known_format(
    tmp_path: Path, encoding: str, *, packed: bool
) -> None:
    noise = bytes(range(256)) * 9
    data = noise + SAID.encode(encoding) + noise
    opened = open_item(_zipped("a.bin", data) if packed else data, "a.bin", most=1 << 20)
    assert any(SAID in passage.text for passage in opened.passages if passage.is_binary)
    assert not opened.is_private


def test_an_interview_in_a_database_is_blocked_and_what_else_it_holds_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(key.VARIABLE, KEY.hex())
    turns = [f"{SAID} and {word} never asked me for the reason of it all" for word in WORDS]
    contents = file.Contents(sources=Sources.of([turns], KEY), names=Names.of((), KEY))
    (tmp_path / file.NAME).write_bytes(file.render(contents, KEY))
    for name, rows in {"talks.db": turns, "other.db": [LEAK]}.items():
        with sqlite3.connect(tmp_path / name) as connection:
            connection.execute("CREATE TABLE talks (text)")
            connection.executemany("INSERT INTO talks VALUES (?)", [(row,) for row in rows])
        connection.close()
    paths = [tmp_path / "talks.db", tmp_path / "other.db"]
    checked = check.check(paths, start=tmp_path, depth="fast")
    assert [(p.path, p.rule) for p in checked.places] == [(str(paths[0]), "unredacted-source")]
    assert [fate.treatment for fate in checked.fates] == ["scanned", "skipped"]


def test_a_database_of_a_workspace_is_known_however_it_is_packed(tmp_path: Path) -> None:
    data = _database(tmp_path, "turn_prints")
    for name, packed in {
        "a.db": data,
        "a.zip": _zipped("a.db", data),
        "a.db.gz": gzip.compress(data),
        "b.zip": _zipped("a.zip", _zipped("a.db", data)),
    }.items():
        (tmp_path / name).write_bytes(packed)
        (place,) = check.check([tmp_path / name], start=tmp_path).places
        assert place.rule == "workspace-file"


def test_a_part_that_is_no_text_is_said_to_be_skipped(tmp_path: Path) -> None:
    opened = open_item(_zipped("a.png", bytes(range(256)) * 9), "a.zip", most=1 << 20)
    assert "is not text" in opened.skipped


def test_a_table_with_old_line_ends_is_looked_through(tmp_path: Path) -> None:
    table = tmp_path / "old.csv"
    table.write_bytes(b"name,text\r" + b"Ann,and so I went to you there\rBen,it was so\r" * 9)
    checked = check.check([table], start=tmp_path, depth="fast")
    assert [place.rule for place in checked.places] == ["unregistered-transcript"]


def test_what_goes_wrong_with_one_file_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> bool:
        raise RuntimeError(text)

    monkeypatch.setattr(looks, "_is_table_of_turns", broken)
    bad, leak = tmp_path / "bad.csv", tmp_path / "leak.md"
    bad.write_text("a,b\n1,ada\n")
    leak.write_text(LEAK)
    checked = check.check([bad, leak], start=tmp_path, depth="fast")
    assert [place.path for place in checked.places] == [str(leak)]
    assert checked.exit_code == 3
    (fate,) = [fate for fate in checked.fates if fate.treatment == "unreadable"]
    assert "unexpected RuntimeError" in fate.why[-1]
    assert "ada" not in fate.why[-1]


def test_a_text_that_begins_like_an_archive_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bzhang.txt"
    path.write_text(f"BZhang wrote. {LEAK}")
    assert [p.label for p in check.check([path], start=tmp_path).places] == ["EMAIL_ADDRESS"]


def test_standard_input_that_is_closed_is_not_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert check.check([Path("-")], start=tmp_path).exit_code == 3


def test_a_submodule_under_a_guarded_path_is_left_to_its_own_repository(
    repository: Repository,
) -> None:
    repository.write("pyproject.toml", '[tool.corpus.check]\nguarded = ["data"]\n')
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'ab' * 20},data/sub")
    (fate,) = check.check(start=repository.top, staged=True).fates
    assert fate.treatment == "skipped"


@pytest.mark.parametrize("glob", ["./data/", "!data", "data\\\\raw", "../data"])
def test_a_pattern_that_would_guard_nothing_is_refused(tmp_path: Path, glob: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.corpus.check]\nguarded = ["{glob}"]\n')
    with pytest.raises(ConfigError, match="matches nothing"):
        check.check([], start=tmp_path)


def test_a_name_is_guarded_however_its_accents_are_written(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.corpus.check]\nguarded = ["caf\u00e9"]\n')
    (tmp_path / "cafe\u0301").mkdir()
    path = tmp_path / "cafe\u0301" / "a.txt"
    path.write_text("x\n")
    assert check.check([path], start=tmp_path).exit_code == 1


def test_a_pin_that_does_not_hold_is_told_alike_for_one_file_and_for_many(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.corpus.check]\nreleases = ["garbage"]\n')
    paths = [tmp_path / f"{number}.txt" for number in range(130)]
    for path in paths:
        path.write_text("x\n")
    for some in (paths[:1], paths):
        with pytest.raises(ConfigError, match="names no release"):
            check.check(some, start=tmp_path, workers=2)


def test_the_key_is_that_of_the_repository_that_git_means(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repository.init(tmp_path / "other")
    key.install(other.top, bytes(range(32)))
    assert key.find(repository.top) is None
    monkeypatch.setenv("GIT_DIR", str(other.top / ".git"))
    assert key.find(repository.top) == bytes(range(32))


def test_with_the_index_the_baseline_is_the_one_that_is_staged(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.top)
    monkeypatch.setenv(key.VARIABLE, "6b" * 32)
    repository.add("corpus-baseline.json", "")
    repository.add("leak.md", LEAK)
    written = repository.top / "corpus-baseline.json"
    written.unlink()
    accept = ["check", "--staged", "--fast", "--write-baseline", "--reason", "invented"]
    assert CliRunner().invoke(main, accept).exit_code == 0
    assert CliRunner().invoke(main, ["check", "--staged", "--fast"]).exit_code == 2  # as staged
    repository.git("add", "corpus-baseline.json")
    assert CliRunner().invoke(main, ["check", "--staged", "--fast"]).exit_code == 0


def test_what_an_entry_is_of_stays_where_its_file_was_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(key.VARIABLE, "6b" * 32)
    leak = tmp_path / "leak.md"
    leak.write_text(LEAK)
    accept = ["check", "--fast", "leak.md", "--write-baseline", "--reason", "invented"]
    assert CliRunner().invoke(main, accept).exit_code == 0
    before = (tmp_path / "corpus-baseline.json").read_bytes()
    (tmp_path / "pyproject.toml").write_text('[tool.corpus.check]\nignore = ["leak.md"]\n')
    assert CliRunner().invoke(main, accept).exit_code == 0
    assert (tmp_path / "corpus-baseline.json").read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["a.md", "--explain", "--format", "json"],
        ["a.md", "--stdin-name", "b.md"],
        ["-", "--write-baseline", "--reason", "invented"],
    ],
)
def test_arguments_that_do_not_go_together_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text("x\n")
    assert CliRunner().invoke(main, ["check", *arguments], input=LEAK).exit_code == 2


def test_a_signature_that_only_warns_does_not_stand_for_what_the_model_finds(
    tmp_path: Path,
) -> None:
    letter = tmp_path / "letter.md"
    letter.write_text(
        "Thanks for the notes. I will bring the books to the next meeting of our circle, as"
        " Cordelia asked me to.\n\nBest regards,\nCordelia Marsh\n"
    )
    checked = check.check([letter], start=tmp_path, depth="deep")
    assert {p.line for p in checked.places if p.level == "error"} >= {4}
