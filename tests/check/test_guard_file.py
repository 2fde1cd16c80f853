"""The guard file: the same bytes, nothing to be read in it, and refused where it is damaged."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.check.guard import file, key
from corpus.check.guard.file import Contents
from corpus.check.guard.names import Form, Names
from corpus.check.guard.sources import Sources
from corpus.check.types import Passage
from corpus.errors import ConfigError, CorpusError, GuardError, InputError, MachineError
from tests.studies import git_directory

KEY = bytes(range(32))
SHA = "ab" * 32
DIGEST = f"sha256:{SHA}"
TALK = [f"The kettle number {n} whistled {n} times before anybody came." for n in range(9)]
PATH = Path("corpus-guard.json")


def _contents() -> Contents:
    return Contents(
        guarded=("raw/**", "interviews/*.md", "raw/**"),
        releases={"1.0.0": {"digest": DIGEST, "files": {"data/turns-0.parquet": SHA}}},
        recalled={f"sha256:{'cd' * 32}": {"version": "0.9.0", "files": ["ef" * 32, SHA]}},
        sources=Sources.of([TALK], KEY),
        names=Names.of([Form(b"kwabena asiedu", "PERSON", "direct")], KEY),
    )


DATA = file.render(_contents(), KEY)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / file.NAME
    path.write_bytes(DATA)
    guard = file.load(path, KEY)
    assert guard.guarded == ("interviews/*.md", "raw/**")
    assert guard.releases["1.0.0"]["digest"] == DIGEST
    assert guard.pinned_files == {SHA}
    assert guard.recalled_files == {"ef" * 32}
    assert guard.sources.found([Passage(text=" ".join(TALK))])
    assert list(guard.names.found(Passage(text="Kwabena Asiedu")))


def test_the_same_contents_have_the_same_bytes() -> None:
    assert file.render(_contents(), KEY) == DATA
    assert max(map(len, DATA.splitlines())) < 110
    document = json.loads(DATA)
    assert list(document) == sorted(document)


def test_nothing_of_a_text_or_name_or_key_is_in_it() -> None:
    assert not any(word in DATA for word in (b"kettle", b"wabena", KEY.hex().encode()))


def test_an_empty_workspace_has_a_guard() -> None:
    empty = Contents(sources=Sources.of([], KEY), names=Names.of([], KEY))
    guard = file.opened(file.parse(file.render(empty, KEY), PATH), KEY, PATH)
    assert not guard.sources.found([Passage(text=" ".join(TALK))])


def test_it_is_the_same_however_it_is_laid_out() -> None:
    document = json.dumps(json.loads(DATA)).encode()
    assert file.opened(file.parse(document, PATH), KEY, PATH).pinned_files == {SHA}


def test_without_the_key_or_with_another_one_command_mends_it() -> None:
    document = file.parse(DATA, PATH)
    for wrong in (None, bytes(32)):
        with pytest.raises(
            GuardError, match=r"corpus-guard\.json.* - run `corpus guard install`"
        ) as info:
            file.opened(document, wrong, PATH)
        assert info.value.exit_code == 3


def test_a_wrong_key_in_the_environment_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(key.VARIABLE, bytes(32).hex())
    with pytest.raises(GuardError, match="the key in CORPUS_GUARD_KEY is not the file's - set it"):
        file.opened(file.parse(DATA, PATH), bytes(32), PATH)


def _changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(DATA)
    change(document)
    return json.dumps(document).encode()


HOSTILE = {
    "empty": (b"", "not JSON"),
    "cut": (DATA[:-20], "not JSON"),
    "a list": (b"[]", "not a JSON object"),
    "deep": (b"[" * 200_000, "not JSON"),
    "a key twice": (b'{"format": 1, "format": 1}', "a key twice"),
    "no text": (b"\xff\xfe\x00", "not JSON"),
    "a number too large": (b'{"format": ' + b"9" * 5000 + b"}", "."),
    "newer": (_changed(lambda d: d.update(format=file.FORMAT + 1)), "newer format"),
    "of no format": (_changed(lambda d: d.update(format=True)), "format"),
    "a key too many": (_changed(lambda d: d.update(more=1)), "more: there is no such key"),
    "a key too few": (_changed(lambda d: d.pop("tables")), "tables: the key is missing"),
    "no hash": (_changed(lambda d: d["recalled"].update(x={})), "recalled, x"),
    "a path out": (
        _changed(lambda d: d["releases"]["1.0.0"]["files"].update({"../x": SHA})),
        "releases, 1.0.0, files, ../x",
    ),
    "no base64": (_changed(lambda d: d["tables"]["names"].append("!")), "tables, names, entry"),
    "too large": (b" " * (file.LARGEST + 1), "too large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_damaged_file_is_refused_with_its_place(name: str) -> None:
    data, problem = HOSTILE[name]
    with pytest.raises(InputError, match=problem) as info:
        file.parse(data, PATH)
    assert str(info.value).startswith("corpus-guard.json")
    assert info.value.remedy


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["guarded"].clear(),
        lambda d: d["releases"].update({"9.9.9": d["releases"]["1.0.0"]}),
        lambda d: d["tables"]["sources"].pop(),
        lambda d: d["recalled"].clear(),
    ],
)
def test_what_was_changed_by_hand_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    document = file.parse(_changed(change), PATH)
    with pytest.raises(ConfigError, match=r"changed after it was written.*corpus guard export"):
        file.opened(document, KEY, PATH)


@given(at=st.integers(0, len(DATA) - 1), byte=st.integers(0, 255))
def test_any_byte_changed_is_refused_or_changes_nothing(at: int, byte: int) -> None:
    data = DATA[:at] + bytes([byte]) + DATA[at + 1 :]
    try:
        guard = file.opened(file.parse(data, PATH), KEY, PATH)
    except CorpusError as error:
        assert "kettle" not in str(error)  # noqa: PT017, either is right
    else:
        assert guard.pinned_files == {SHA}
        assert len(guard.sources) == len(TALK)


def test_a_file_that_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / file.NAME
    with pytest.raises(InputError, match="no such file"):
        file.load(path, KEY)
    assert file.above(tmp_path, tmp_path) is None
    os.mkfifo(path)
    for harm in ("a pipe", "a folder", "a link"):
        if harm == "a folder":
            path.unlink()
            path.mkdir()
        elif harm == "a link":
            path.rmdir()
            path.symlink_to("nowhere")
        assert file.above(tmp_path, tmp_path) == path
        with pytest.raises(MachineError, match="restore it"):
            file.load(path, KEY)


def test_a_guard_file_above_the_repository_is_none_of_its(tmp_path: Path) -> None:
    (tmp_path / file.NAME).write_bytes(DATA)
    below = tmp_path / "clone" / "deep"
    below.mkdir(parents=True)
    assert file.above(below, tmp_path / "clone") is None
    assert file.above(below, tmp_path) == tmp_path / file.NAME


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(key.VARIABLE, raising=False)
    git_directory(tmp_path / "clone")
    (tmp_path / "clone" / "deep").mkdir()
    return tmp_path / "clone"


def test_a_key_is_found_from_any_folder_and_working_tree(repository: Path) -> None:
    assert key.find(repository) is None
    path = key.install(repository / "deep", KEY)
    assert path == repository / ".git" / key.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    own = repository / ".git" / "worktrees" / "other"
    own.mkdir(parents=True)
    (own / "commondir").write_text("../..\n")
    tree = repository.parent / "other"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {own}\n")
    assert key.find(repository / "deep") == key.find(tree) == KEY


def test_the_environment_goes_before(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key.install(repository, KEY)
    monkeypatch.setenv(key.VARIABLE, f" {bytes(32).hex()}\n")
    assert key.find(repository) == bytes(32)


@pytest.mark.parametrize("text", ["secret", "ab" * 31, "ab" * 33, "\0", "é" * 64])
def test_what_is_no_key_is_refused_and_not_quoted(
    repository: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (repository / ".git" / key.FILE).write_text(text)
    with pytest.raises(GuardError, match=key.FILE) as info:
        key.find(repository)
    assert text not in str(info.value)
    if "\0" not in text:
        monkeypatch.setenv(key.VARIABLE, text)
        with pytest.raises(GuardError, match=key.VARIABLE):
            key.find(repository)


@pytest.mark.parametrize("written", ["", "gitdir: nowhere", "\0", "gitdir: " + "x" * 9000])
def test_a_broken_link_to_a_repository_leads_nowhere(tmp_path: Path, written: str) -> None:
    (tmp_path / ".git").write_text(written)
    assert key.find(tmp_path) is None


def test_the_key_of_a_workspace_is_another_for_each_number() -> None:
    found = {key.derive(KEY, number) for number in range(1, 4)}
    assert len(found | {KEY}) == 4
