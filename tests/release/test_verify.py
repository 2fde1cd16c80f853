"""Every kind of damage to a release is named."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import corpus
from corpus.errors import MachineError, ReleaseError
from corpus.model import Redacted
from corpus.release import parquet
from corpus.release import verify as checks
from corpus.release.read import Release
from corpus.release.schema import TABLES
from corpus.release.sums import described
from tests.damage import change, claim, forge, manifest_of

TURNS = "data/turns/part-00000.parquet"
FILES = (
    "CHANGES.md",
    "README.md",
    "SHA256SUMS",
    "croissant.json",
    "data/redactions/part-00000.parquet",
    "data/transcripts/part-00000.parquet",
    TURNS,
    "manifest.json",
    "report.html",
)


def test_a_whole_release_verifies(release: Release) -> None:
    release.verify()


def test_the_list_of_files_is_complete(release: Release) -> None:
    found = [str(p.relative_to(release.path)) for p in release.path.rglob("*") if p.is_file()]
    assert sorted(found) == sorted(FILES)


def test_sha256sum_accepts_the_sums(release: Release) -> None:
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"],
        cwd=release.path,
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.count(": OK") == len(FILES) - 1


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.999])
def test_a_flipped_bit_in_any_file_is_named(name: str, place: float, release: Release) -> None:
    path = release.path / name
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 1
    change(path, bytes(data))
    with pytest.raises(ReleaseError) as caught:
        corpus.load(release.path)
    assert name in str(caught.value)


def test_a_changed_file_is_named_with_both_hashes(release: Release) -> None:
    expected = release.manifest["files"][TURNS]
    other = bytes(expected["bytes"])
    change(release.path / TURNS, other)
    with pytest.raises(ReleaseError) as caught:
        corpus.load(release.path)
    assert caught.value.path == release.path / TURNS
    hashes = f"expected {expected['sha256']}, found {hashlib.sha256(other).hexdigest()}"
    assert f"its sha256 differs: {hashes}" in str(caught.value)


def test_a_file_of_another_size_is_named_and_not_even_read(release: Release) -> None:
    size = release.manifest["files"][TURNS]["bytes"]
    (release.path / TURNS).chmod(0o644)
    os.truncate(release.path / TURNS, 10**12)  # a hole takes no room, but hours to read
    told = f"size in bytes differs: expected {size}, found 1{'0' * 12}"
    with pytest.raises(ReleaseError, match=told):
        corpus.load(release.path)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(name: str, release: Release) -> None:
    (release.path / name).unlink()
    with pytest.raises(ReleaseError) as caught:
        corpus.load(release.path)
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["notes.txt", "data/turns/part-00001.parquet", ".hidden"])
def test_an_extra_file_is_named(name: str, release: Release) -> None:
    (release.path / name).write_bytes(b"")
    with pytest.raises(ReleaseError, match="it is no part of the release") as caught:
        corpus.load(release.path)
    assert caught.value.path == release.path / name


def test_a_symlink_to_the_right_bytes_is_refused(release: Release, tmp_path: Path) -> None:
    moved = shutil.move(release.path / TURNS, tmp_path / "elsewhere")
    (release.path / TURNS).symlink_to(moved)
    with pytest.raises(ReleaseError, match="not a regular file"):
        corpus.load(release.path)


def test_damage_is_overlooked_only_on_request(release: Release) -> None:
    change(release.path / "README.md", b"")
    assert corpus.load(release.path, verify=False).version == "1.0.0"
    with pytest.raises(ReleaseError, match=r"README\.md"):
        release.verify()


def test_a_folder_without_a_manifest_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"no release here .* such as releases/1\.0\.0"):
        corpus.load(tmp_path)
    with pytest.raises(ReleaseError, match="no release here"):
        corpus.load(tmp_path / "missing")


def test_an_unknown_format_is_refused_with_what_to_do(release: Release) -> None:
    forge(release.path, format=9)
    with pytest.raises(
        ReleaseError, match=r"has format 9; .* reads formats 2 to 3 - install a newer"
    ):
        corpus.load(release.path, verify=False)


def test_a_manifest_with_other_keys_is_refused(release: Release) -> None:
    forge(release.path, extra=1)
    with pytest.raises(ReleaseError, match=r"manifest\.json, extra: there is no such key"):
        corpus.load(release.path)


def test_a_manifest_with_other_white_space_is_refused(release: Release) -> None:
    path = release.path / "manifest.json"
    change(path, path.read_bytes() + b"\n")
    with pytest.raises(ReleaseError, match=r"manifest\.json: it was edited after it was written"):
        corpus.load(release.path, verify=False)


CLAIMS: list[tuple[list[Any], Any, str]] = [
    (["logical_digest"], "sha256:" + 64 * "0", "its logical_digest is not what the tables give"),
    (["counts", "turns"], 7, "turns: its counts is not .* expected 7, found 6"),
    (["counts", "redactions_by_label", "AGE"], 1, "AGE: its counts is .* 1, found nothing"),
    (["transcripts", "work_0001", "words"], 0, "work_0001, words: its transcripts is .* 0, found"),
    (["transcripts", "work_0001", "digest"], 64 * "0", "work_0001, digest: its transcripts"),
    (["tables", "turns", "rows"], 5, "turns, rows: its tables is .* expected 5, found 6"),
    (["tables", "turns", "columns", 3, "type"], "int32", "turns, columns: its tables is"),
    (
        ["ingested", "transcripts"],
        9,
        "transcripts: its counts do not add up: .* expected 4, found 9",
    ),
    (
        ["ingested", "withheld_by_reason", "embargo"],
        2,
        "withheld: .* expected 3, found 1",
    ),
    (["ingested", "findings"], 8, "ingested, findings: .* expected 9, found 8"),
]


@pytest.mark.parametrize(("place", "value", "told"), CLAIMS)
def test_a_forged_claim_about_the_tables_is_named(
    place: list[Any], value: Any, told: str, release: Release
) -> None:
    claims: Any = manifest_of(release.path)
    at = claims
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    forge(release.path, **claims)
    forged = corpus.load(release.path)
    with pytest.raises(ReleaseError, match=told):
        forged.verify()


def test_a_description_may_be_worded_otherwise(release: Release) -> None:
    tables: Any = manifest_of(release.path)["tables"]
    tables["turns"]["columns"][5]["about"] = "what somebody said"
    forge(release.path, tables=tables)
    corpus.load(release.path).verify()


def rewritten(folder: Path, name: str, change_rows: Callable[[list[Any]], list[Any]]) -> Release:
    """Replace a table by one with other rows, with all hashes right."""
    manifest = corpus.load(folder).manifest
    table = TABLES[name]
    note = checks.note(manifest["name"], manifest["version"], table)
    rows = change_rows(list(parquet.read(folder, name)))
    (part,) = parquet.parts(table, rows, note)
    change(folder / "data" / name / "part-00000.parquet", part)
    forge(folder)
    return corpus.load(folder)


def test_forged_text_is_found_by_its_digest(release: Release) -> None:
    forged = rewritten(
        release.path, "turns", lambda rows: [(*r[:5], "forged", *r[6:]) for r in rows]
    )
    with pytest.raises(ReleaseError, match="data/transcripts, row 1: its rows do not agree"):
        forged.verify()


def test_a_lost_turn_is_found(release: Release) -> None:
    forged = rewritten(release.path, "turns", lambda rows: rows[:-1])
    with pytest.raises(ReleaseError, match="its rows do not agree"):
        forged.verify()


def test_rows_of_no_transcript_are_found(release: Release) -> None:
    forged = rewritten(release.path, "turns", lambda rows: [*rows, ("work_9999", *rows[-1][1:])])
    with pytest.raises(ReleaseError, match="data/turns, row 7: its rows do not agree"):
        forged.verify()


def test_transcripts_out_of_order_are_found(release: Release) -> None:
    for name in ("turns", "redactions"):
        rewritten(release.path, name, lambda rows: sorted(rows, key=lambda r: r[0], reverse=True))
    forged = rewritten(release.path, "transcripts", lambda rows: rows[::-1])
    with pytest.raises(ReleaseError, match="transcripts, row 2: its rows are not in the order"):
        forged.verify()


def test_a_footer_that_quotes_the_text_is_found(release: Release) -> None:
    table = pq.read_table(release.path / TURNS)
    change(release.path / TURNS, _with_our_note(release, table))
    forge(release.path)
    with pytest.raises(ReleaseError, match="its footer quotes the text in statistics"):
        corpus.load(release.path).verify()


def _with_our_note(release: Release, table: Any, **options: Any) -> bytes:
    sink = io.BytesIO()
    schema = parquet.schema(TABLES["turns"])
    dictionary = [c.name for c in TABLES["turns"].columns if c.is_dictionary]
    with pq.ParquetWriter(
        sink, schema, store_schema=False, use_dictionary=dictionary, **options
    ) as writer:
        writer.write_table(table.cast(schema))
        note = checks.note(release.manifest["name"], release.version, TABLES["turns"])
        writer.add_key_value_metadata({b"corpus": note})
    return sink.getvalue()


def test_a_footer_with_foreign_metadata_is_found(release: Release) -> None:
    table = pq.read_table(release.path / TURNS)
    (release.path / TURNS).chmod(0o644)
    names = [c.name for c in TABLES["turns"].columns if c.is_dictionary]
    pq.write_table(table, release.path / TURNS, use_dictionary=names, write_statistics=False)
    forge(release.path)
    with pytest.raises(ReleaseError, match="carries metadata that is not ours"):
        corpus.load(release.path).verify()


def test_a_table_with_other_columns_is_found(release: Release) -> None:
    table = pq.read_table(release.path / TURNS)
    (release.path / TURNS).chmod(0o644)
    pq.write_table(table.drop_columns(["role"]), release.path / TURNS)
    forge(release.path)
    with pytest.raises(ReleaseError, match="columns are not those of the table turns"):
        corpus.load(release.path).verify()


def test_a_table_that_is_no_parquet_is_found(release: Release) -> None:
    change(release.path / TURNS, b"PAR1 not really PAR1")
    forge(release.path)
    with pytest.raises(ReleaseError, match=r"00000\.parquet: its footer cannot be read as Parquet"):
        corpus.load(release.path).verify()


def test_an_unreadable_file_is_a_fault_of_the_machine(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.open

    def refuse(path: Path, *args: Any) -> Any:
        if path.name in names:
            raise PermissionError(13, "Permission denied")
        return whole(path, *args)

    monkeypatch.setattr(Path, "open", refuse)
    for name in FILES:
        names = [Path(name).name]
        with pytest.raises(MachineError, match=rf"{names[0]}: it cannot be read \(Permission"):
            corpus.load(release.path)


def test_two_corpora_that_differ_in_one_word_have_different_digests(
    made: Callable[..., Path], redacted: tuple[Redacted, ...], tmp_path: Path
) -> None:
    first, *rest = redacted[0].turns
    other = replace(redacted[0], turns=(replace(first, text="Where, then?"), *rest))
    one = corpus.load(made(tmp_path / "a"))
    two = corpus.load(made(tmp_path / "b", redacted=[other, *redacted[1:]]))
    assert one.digest != two.digest
    assert one.manifest["logical_digest"] != two.manifest["logical_digest"]


@pytest.mark.parametrize("ending", [b"", b"\r\n", b"\x0b"])
def test_sums_whose_lines_end_otherwise_are_named(ending: bytes, release: Release) -> None:
    path = release.path / "SHA256SUMS"
    lines = path.read_bytes().split(b"\n")
    change(path, ending.join(lines) if ending else b"\n".join(lines)[:-1])
    with pytest.raises(ReleaseError, match="SHA256SUMS"):
        release.verify()


def problems(folder: Path) -> str:
    return "\n".join(map(str, checks.examine(folder).problems))


def test_rows_that_stand_twice_are_found(release: Release) -> None:
    forged = rewritten(release.path, "redactions", lambda rows: [rows[0], *rows])
    assert "redactions, row 2: its rows are not in the order" in problems(forged.path)


@pytest.mark.parametrize(
    ("table", "column", "value", "told"),
    [
        ("turns", "role", "ghost", "turn 0: its role is none that there is"),
        ("turns", "start_ms", -5, "turn 0: it ends before it begins, or begins before"),
        ("redactions", "operator", "whisper", "redaction 1: its operator is none"),
        ("redactions", "label", "NOBODY", "redaction 1: its label is none"),
        ("redactions", "mask", "none", "redaction 1: its mask is none"),
        ("redactions", "rule", "Ada Quill", "redaction 1: its rule is none"),
        ("redactions", "end", 99, "redaction 1: it lies outside its turn"),
    ],
)
def test_values_that_no_release_holds_are_named(
    table: str, column: str, value: object, told: str, release: Release
) -> None:
    at = [c.name for c in TABLES[table].columns].index(column)
    forged = rewritten(
        release.path, table, lambda rows: [(*r[:at], value, *r[at + 1 :]) for r in rows]
    )
    assert f"science_0002, {told}" in problems(forged.path)


def test_a_cohort_of_another_form_is_named(release: Release) -> None:
    forged = rewritten(
        release.path, "transcripts", lambda rows: [(r[0], "Ada Quill", *r[2:]) for r in rows]
    )
    assert "work_0001: its ID or its cohort is not of the right form" in problems(forged.path)


@pytest.mark.parametrize(
    ("key", "counted"), [("withheld_by_reason", {"ada": 1}), ("findings_by_label", {"ADA": 9})]
)
def test_counts_of_what_there_is_not_are_named(
    key: str, counted: dict[str, int], release: Release
) -> None:
    ingested: Any = manifest_of(release.path)["ingested"]
    forge(release.path, ingested=ingested | {key: counted})
    assert f"ingested, {key}: it counts what there is not" in problems(release.path)


@pytest.mark.parametrize("day", ["2025-13-45", "2025-02-30"])
def test_a_day_that_there_is_not_is_named(day: str, release: Release) -> None:
    forge(release.path, date=day)
    assert "manifest.json, date: there is no such day" in problems(release.path)


@pytest.mark.parametrize("name", ["README.md", "CHANGES.md", "croissant.json", "report.html"])
def test_a_view_that_the_manifest_does_not_list_is_missed(name: str, release: Release) -> None:
    manifest = manifest_of(release.path)
    del manifest["files"][name]
    (release.path / name).unlink()
    claim(release.path, manifest)
    assert f"{name}: the release lacks this part" in problems(release.path)


@pytest.mark.parametrize("name", ["Manifest.json", "DATA/turns/part-00000.parquet", "notes.txt"])
def test_a_file_that_no_release_has_is_named_though_it_is_listed(
    name: str, release: Release
) -> None:
    """Names that differ in case alone are one file elsewhere."""
    (release.path / name).parent.mkdir(parents=True, exist_ok=True)
    (release.path / name).write_bytes(b"x")
    manifest = manifest_of(release.path)
    manifest["files"][name] = described(b"x")
    claim(release.path, manifest)
    assert f"{name}: it is no part of the release" in problems(release.path)


def test_bytes_between_the_columns_are_named(release: Release) -> None:
    """A footer says where each column lies, so that more may be put before it."""
    path = release.path / TURNS
    data = path.read_bytes()
    at = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    change(path, data[:at] + b"Ada Quill" + data[at:])
    forge(release.path)
    assert f"{TURNS}: it holds bytes that belong to no column" in problems(release.path)


def test_a_footer_that_lies_about_the_smallest_id_is_named(
    made: Callable[..., Path], redacted: tuple[Redacted, ...], tmp_path: Path
) -> None:
    """Readers would pass over the rows."""
    folder = made(tmp_path / "a", redacted=redacted[1:])
    path = folder / TURNS
    data = path.read_bytes()
    at = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    assert data[at:].count(b"work_0001")
    change(path, data[:at] + data[at:].replace(b"work_0001", b"work_0002"))
    forge(folder)
    assert f"{TURNS}: its footer lies about what a column holds" in problems(folder)


def test_a_size_that_cannot_be_told_is_a_fault_of_the_machine(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.stat

    def refuse(path: Path, **options: Any) -> Any:
        if path.name == "README.md":
            raise OSError(5, "Input/output error")
        return whole(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(MachineError, match=r"README\.md: it cannot be read \(Input/output"):
        corpus.load(release.path, verify="quick")


def test_an_order_in_which_a_redaction_stands_twice_is_not_written(
    made: Callable[..., Path], redacted: tuple[Redacted, ...], tmp_path: Path
) -> None:
    first, second = redacted[0].redactions
    twice = replace(redacted[0], redactions=(first, second, second))
    with pytest.raises(ReleaseError, match="science_0002, redaction 3: it overlaps the one"):
        made(tmp_path, redacted=[twice])
