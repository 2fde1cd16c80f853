"""What was made to do harm ends in a message, within bounds of time and memory."""

from __future__ import annotations

import io
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import corpus
from corpus.errors import ReleaseError
from corpus.model import Redacted
from corpus.release import bounds, parquet
from corpus.release import verify as checks
from corpus.release.read import Release
from corpus.release.schema import TABLES
from tests.damage import change, claim, forge, manifest_of

TURNS = "data/turns/part-00000.parquet"


def told(folder: Path) -> str:
    """Return everything that is said about a release that must not hold."""
    problems = checks.examine(folder).problems
    assert problems
    return "\n".join(map(str, problems))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"format": 3}', "the key is missing"),
        (b'{"format": 3, "format": 3}', "a key twice"),
        (b'{"format": NaN}', "a number that is no integer"),
        (b'{"format": 1e999}', "a number that is no integer"),
        (b'{"format": 3.0}', "a number that is no integer"),
        (b'{"format": ' + b"9" * 9999 + b"}", "not JSON"),
        (b'{"format": "3"}', "format of another kind"),
        (b'{"format": true}', "format of another kind"),
        (b'{"format": 1}', "has format 1; .* make the release anew"),
        (b'{"name": "\\ud800"}', "not JSON"),
        (b'{"a":' * 10**5 + b"1" + b"}" * 10**5, "not JSON"),
        (b"[" * 10**6, "not JSON"),
        (b" " * (2**25 + 1), "too large: a manifest has 33,554,432 bytes at most"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_manifest_that_is_none_is_told(text: bytes, said: str, release: Release) -> None:
    change(release.path / "manifest.json", text)
    with pytest.raises(ReleaseError, match=rf"(?s)manifest\.json.*{said}"):
        corpus.load(release.path)


@pytest.mark.parametrize(
    "name",
    [
        "../1.0.0/README.md",
        "/etc/hostname",
        "data/../README.md",
        ".hidden",
        "a//b",
        "a\\b",
        "",
        ".",
    ],
)
def test_a_file_outside_the_release_is_not_even_looked_at(name: str, release: Release) -> None:
    manifest = manifest_of(release.path)
    manifest["files"][name] = manifest["files"]["README.md"]
    claim(release.path, manifest)
    assert "the key is not of the right form" in told(release.path)


@pytest.mark.parametrize("size", [10 * 2**30, 0, -1, 2**63, True, "2163", None])
def test_a_size_that_is_not_so_is_named(size: Any, release: Release) -> None:
    manifest = manifest_of(release.path)
    manifest["files"][TURNS]["bytes"] = size
    claim(release.path, manifest)
    assert TURNS in told(release.path)


@pytest.mark.parametrize("name", ["manifest.json", "SHA256SUMS", TURNS, "data", "data/turns"])
def test_a_symlink_in_place_of_a_file_or_folder_is_named(
    name: str, release: Release, tmp_path: Path
) -> None:
    moved = shutil.move(release.path / name, tmp_path / "elsewhere")
    (release.path / name).symlink_to(moved)
    assert f"{name}: it is n" in told(release.path)


@pytest.mark.parametrize("name", ["notes", "data/notes", "data/turns/part-00001.parquet"])
@pytest.mark.parametrize("target", ["/", "..", "missing"])
def test_a_planted_symlink_is_named_and_not_followed(
    name: str, target: str, release: Release
) -> None:
    (release.path / name).symlink_to(target)
    assert f"{name}: it is no part of the release but a symbolic link" in told(release.path)


def test_a_folder_in_place_of_a_file_is_named(release: Release) -> None:
    (release.path / "README.md").unlink()
    (release.path / "README.md").mkdir()
    assert "README.md: it is not a regular file" in told(release.path)


def test_a_folder_that_the_manifest_calls_a_file_is_named(release: Release) -> None:
    manifest = manifest_of(release.path)
    manifest["files"]["data/turns"] = manifest["files"][TURNS]
    claim(release.path, manifest)
    assert "data/turns: it is not a regular file" in told(release.path)


def test_a_folder_with_much_in_it_is_one_problem(release: Release) -> None:
    deep = release.path / "more"
    for _ in range(40):
        deep /= "x"
    deep.mkdir(parents=True)
    assert told(release.path).splitlines() == [
        f"{release.path / 'more'}: it is no part of the release - take it out of the folder"
    ]


def test_what_is_wrong_is_told_all_at_once_and_not_without_end(release: Release) -> None:
    for number in range(300):
        (release.path / f"{number}.txt").touch()
    (release.path / "README.md").unlink()
    assert len(checks.examine(release.path).problems) == 100
    for path in release.path.glob("*.txt"):
        path.unlink()
    change(release.path / TURNS, bytes(9))
    problems = checks.examine(release.path).problems
    assert [Path(str(problem.path)).name for problem in problems] == ["README.md", Path(TURNS).name]


def many(redacted: tuple[Redacted, ...]) -> list[Redacted]:
    return [replace(redacted[0], transcript_id=f"work_{n:04d}") for n in range(10, 40)]


@pytest.fixture
def parted(
    made: Callable[..., Path],
    redacted: tuple[Redacted, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Release:
    """A release whose tables have several parts."""
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 4)
    monkeypatch.setattr(parquet, "GROUPS_PER_FILE", 2)
    return corpus.load(made(tmp_path / "parted", redacted=many(redacted)))


def swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    change(one, second)
    change(other, first)


def test_two_parts_that_were_swapped_are_both_named(parted: Release) -> None:
    parted.verify()
    parts = [parted.path / "data" / "turns" / f"part-0000{n}.parquet" for n in (0, 1)]
    swap(*parts)
    said = told(parted.path)
    assert all(str(part) in said for part in parts)
    forge(parted.path)
    assert "data/turns, row " in told(parted.path)


@pytest.mark.parametrize("missing", [0, 3, 7])
def test_a_part_that_the_manifest_forgot_is_named(missing: int, parted: Release) -> None:
    name = f"data/turns/part-0000{missing}.parquet"
    manifest = manifest_of(parted.path)
    assert len([n for n in manifest["files"] if n.startswith("data/turns/")]) == 8
    del manifest["files"][name]
    (parted.path / name).unlink()
    claim(parted.path, manifest)
    assert re.search("data/turns.*(lacks|no part)|rows do not agree", told(parted.path))


@pytest.mark.parametrize("name", ["data/turns/more.parquet", "data/more/part-00000.parquet"])
def test_a_file_beside_the_parts_is_named_though_the_manifest_has_it(
    name: str, release: Release
) -> None:
    """Other programs read every file of the folder as the table."""
    (release.path / name).parent.mkdir(exist_ok=True)
    shutil.copy(release.path / TURNS, release.path / name)
    manifest = manifest_of(release.path)
    manifest["files"][name] = manifest["files"][TURNS]
    claim(release.path, manifest)
    assert f"{name}: it is no part of the table" in told(release.path)


def written(table: Any, note: bytes, **options: Any) -> bytes:
    sink = io.BytesIO()
    settings = {"store_schema": False, "write_statistics": False, "compression": "zstd"} | options
    with pq.ParquetWriter(sink, table.schema, **settings) as writer:
        writer.add_key_value_metadata({b"corpus": note})
        writer.write_table(table)
    return sink.getvalue()


def turns(text: list[str], speaker: list[str]) -> Any:
    rows = len(text)
    columns = [
        *(["work_0001"] * rows, ["work"] * rows, [0] * rows, ["other"] * rows),
        *(speaker, text, [None] * rows, [None] * rows),
    ]
    schema = parquet.schema(TABLES["turns"])
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


DICTIONARY = [c.name for c in TABLES["turns"].columns if c.is_dictionary]
BOMBS: dict[str, tuple[Callable[[], Any], list[str], dict[str, Any], str]] = {
    "pages": (lambda: turns(["x" * 2**17] * 40, ["A"] * 40), [], {}, "unpacks to far more"),
    "rows": (lambda: turns([""] * 2**17, ["A"] * 2**17), [], {}, "unpacks to far more"),
    "speakers in a dictionary": (
        lambda: turns(["x"] * 2**12, ["x" * 2**12] * 2**12),
        [],
        {},
        "unpacks to far more",
    ),
    "texts in a dictionary": (
        lambda: turns(["x" * 2**12] * 2**12, ["A"] * 2**12),
        ["text"],
        {},
        "not stored as those of a release",
    ),
    "texts that continue the one before": (
        lambda: turns(["x" * 2**12] * 2**12, ["A"] * 2**12),
        [],
        {"column_encoding": {"text": "DELTA_BYTE_ARRAY"}},
        "not stored as those of a release",
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_part_that_unpacks_to_too_much_is_not_unpacked(
    bomb: str, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, more, options, said = BOMBS[bomb]
    note = checks.note(release.manifest["name"], release.version, TABLES["turns"])
    change(
        release.path / TURNS, written(make(), note, use_dictionary=[*DICTIONARY, *more], **options)
    )
    forge(release.path)

    def unpacked(*_: Any) -> Any:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(bounds, "_FREE", 2**16)
    monkeypatch.setattr(parquet, "read", unpacked)
    assert re.fullmatch(f".*{TURNS}: .*{said}.*", told(release.path)), "it alone is named"


def test_columns_nested_without_end_are_not_even_opened(release: Release) -> None:
    """No column of ours has others below it, so that no library has to go down there."""
    element = b"\x15\x00\x18\x01x\x15\x02\x00"  # a group of one, named x
    footer = b"\x15\x04\x19\xfc" + varint(10**5) + element * 10**5 + b"\x16\x00\x19\x0c\x00"
    content = b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"
    change(release.path / TURNS, content)
    forge(release.path)
    assert f"{TURNS}: its columns are not those of the table turns" in told(release.path)


def varint(number: int) -> bytes:
    head = b""
    while number > 127:
        head += bytes([number & 127 | 128])
        number >>= 7
    return head + bytes([number])


def test_any_byte_of_a_part_may_be_wrong_without_harm(release: Release) -> None:
    """The hashes are right, so that only what reads the part stands in the way."""
    content = (release.path / TURNS).read_bytes()
    chance = random.Random(6)
    for place in range(0, len(content), 31):
        for byte in (0, 255, chance.randrange(256)):
            damaged = content[:place] + bytes([byte]) + content[place + 1 :]
            change(release.path / TURNS, damaged)
            forge(release.path)
            problems = checks.examine(release.path).problems
            assert all(isinstance(problem, ReleaseError) for problem in problems)


def test_a_part_cut_short_anywhere_is_named(release: Release) -> None:
    content = (release.path / TURNS).read_bytes()
    for size in (*range(13), *range(13, len(content), 37), len(content) - 1):
        change(release.path / TURNS, content[:size])
        forge(release.path)
        assert f"{TURNS}: its footer cannot be read as Parquet" in told(release.path)
