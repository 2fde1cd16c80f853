"""How much `load` checks is what was asked for, and what it says it is."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpus
from corpus.errors import InputError, ReleaseError
from corpus.release.read import Release, Verify

TURNS = Path("data/turns/part-00000.parquet")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)


def is_refused(folder: Path, verify: Verify) -> bool:
    try:
        corpus.load(folder, verify=verify)
    except ReleaseError:
        return True
    return False


def refusals(folder: Path) -> dict[Verify, bool]:
    modes: tuple[Verify, ...] = ("full", "quick", False)
    return {mode: is_refused(folder, mode) for mode in modes}


def test_all_open_a_release_that_is_whole(release: Release) -> None:
    assert refusals(release.path) == {"full": False, "quick": False, False: False}


def test_true_is_full_and_full_is_what_happens_unasked(release: Release) -> None:
    flip(release.path / TURNS)
    assert is_refused(release.path, verify=True)
    with pytest.raises(ReleaseError, match="its sha256 differs"):
        corpus.load(release.path)


def test_only_full_finds_a_flipped_bit(release: Release) -> None:
    flip(release.path / TURNS)
    assert refusals(release.path) == {"full": True, "quick": False, False: False}


def test_only_full_reads_the_sums(release: Release) -> None:
    flip(release.path / "SHA256SUMS")
    assert refusals(release.path) == {"full": True, "quick": False, False: False}


def test_quick_finds_another_size_a_missing_file_and_one_too_many(release: Release) -> None:
    found = {"full": True, "quick": True, False: False}
    path = release.path / TURNS
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[:-1])
    assert refusals(release.path) == found
    path.write_bytes(whole)
    extra = path.with_name("part-00001.parquet")
    path.rename(extra)
    assert refusals(release.path) == found
    path.write_bytes(whole)
    assert refusals(release.path) == found
    extra.unlink()
    assert not is_refused(release.path, "quick")


def test_the_manifest_is_compared_with_its_digest_always(release: Release) -> None:
    flip(release.path / "manifest.json")
    assert refusals(release.path) == {"full": True, "quick": True, False: True}


def test_another_way_is_refused_with_those_there_are(release: Release) -> None:
    with pytest.raises(InputError, match="no way to verify 'fast' - use full, quick or False"):
        corpus.load(release.path, verify="fast")  # type: ignore[arg-type] # the point
