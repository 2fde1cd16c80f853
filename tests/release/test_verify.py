"""Every kind of damage to a release is named."""

from __future__ import annotations

import hashlib
import io
import json
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
from corpus.release import manifest as manifests
from corpus.release import parquet
from corpus.release import verify as checks
from corpus.release.read import Release
from corpus.release.schema import TABLES

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


def change(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def forge(folder: Path, **changes: Any) -> None:
    """Rewrite manifest and sums so that all hashes fit what lies there."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for name in manifest["files"]:
        manifest["files"][name] = checks.described((folder / name).read_bytes())
    manifest.update(changes)
    manifest["digest"] = manifests.digest_of(manifest)
    rendered = manifests.render(manifest)
    change(folder / "manifest.json", rendered)
    change(folder / "SHA256SUMS", checks.sums(manifest["files"], rendered))


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
    expected = release.manifest["files"][TURNS]["sha256"]
    change(release.path / TURNS, b"other")
    with pytest.raises(ReleaseError) as caught:
        corpus.load(release.path)
    assert caught.value.path == release.path / TURNS
    found = hashlib.sha256(b"other").hexdigest()
    assert f"its sha256 differs: expected {expected}, found {found}" in str(caught.value)


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
    with pytest.raises(ReleaseError, match=r"has format 9; .* reads format 3 - install a newer"):
        corpus.load(release.path, verify=False)


def test_a_manifest_with_other_keys_is_refused(release: Release) -> None:
    forge(release.path, extra=1)
    with pytest.raises(ReleaseError, match="keys are not those of a manifest"):
        corpus.load(release.path)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff", b'{"format": 3}'])
def test_a_manifest_that_is_none_is_refused(text: bytes, release: Release) -> None:
    change(release.path / "manifest.json", text)
    with pytest.raises(ReleaseError, match=r"manifest\.json: "):
        corpus.load(release.path)


def test_a_manifest_with_other_white_space_is_refused(release: Release) -> None:
    path = release.path / "manifest.json"
    change(path, path.read_bytes() + b"\n")
    with pytest.raises(ReleaseError, match=r"manifest\.json: it was edited after it was written"):
        corpus.load(release.path, verify=False)


def test_a_manifest_path_that_leads_outside_is_a_missing_file(release: Release) -> None:
    files = dict(release.manifest["files"])
    files["../1.0.0/README.md"] = files["README.md"]
    forge(release.path, files=files)
    with pytest.raises(ReleaseError, match="it is missing"):
        corpus.load(release.path)


@pytest.mark.parametrize("key", ["logical_digest", "counts", "transcripts", "tables"])
def test_a_forged_claim_about_the_tables_is_named(key: str, release: Release) -> None:
    forge(release.path, **{key: None})
    forged = corpus.load(release.path)
    with pytest.raises(ReleaseError, match=f"its {key} is not what the tables give"):
        forged.verify()


def test_counts_that_do_not_add_up_are_named(release: Release) -> None:
    ingested = {**release.manifest["ingested"], "transcripts": 9}
    forge(release.path, ingested=ingested)
    with pytest.raises(ReleaseError, match="ingested are not those released and withheld"):
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
    with pytest.raises(ReleaseError, match="data/transcripts: its rows do not agree"):
        forged.verify()


def test_a_lost_turn_is_found(release: Release) -> None:
    forged = rewritten(release.path, "turns", lambda rows: rows[:-1])
    with pytest.raises(ReleaseError, match="its rows do not agree"):
        forged.verify()


def test_rows_of_no_transcript_are_found(release: Release) -> None:
    forged = rewritten(release.path, "turns", lambda rows: [*rows, ("work_9999", *rows[-1][1:])])
    with pytest.raises(ReleaseError, match="data/turns: its rows do not agree"):
        forged.verify()


def test_transcripts_out_of_order_are_found(release: Release) -> None:
    for name in ("turns", "redactions"):
        rewritten(release.path, name, lambda rows: sorted(rows, key=lambda r: r[0], reverse=True))
    forged = rewritten(release.path, "transcripts", lambda rows: rows[::-1])
    with pytest.raises(ReleaseError, match="data/transcripts: its rows are not in the order"):
        forged.verify()


def test_a_footer_that_quotes_the_text_is_found(release: Release) -> None:
    table = pq.read_table(release.path / TURNS)
    assert table.schema.metadata is not None
    (release.path / TURNS).chmod(0o644)
    pq.write_table(table, release.path / TURNS, store_schema=False)
    change(release.path / TURNS, _with_our_note(release, table))
    forge(release.path)
    with pytest.raises(ReleaseError, match="its footer quotes the text in statistics"):
        corpus.load(release.path).verify()


def _with_our_note(release: Release, table: Any) -> bytes:
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, table.schema.remove_metadata(), store_schema=False) as writer:
        writer.write_table(table.replace_schema_metadata(None))
        note = checks.note(release.manifest["name"], release.version, TABLES["turns"])
        writer.add_key_value_metadata({b"corpus": note})
    return sink.getvalue()


def test_a_footer_with_foreign_metadata_is_found(release: Release) -> None:
    table = pq.read_table(release.path / TURNS)
    (release.path / TURNS).chmod(0o644)
    pq.write_table(table, release.path / TURNS)
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
    with pytest.raises(ReleaseError, match="it holds a table that cannot be read"):
        corpus.load(release.path).verify()


def test_an_unreadable_file_is_a_fault_of_the_machine(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(MachineError, match=r"manifest\.json: it cannot be read \(Permission"):
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
