"""What the digests promise holds for two versions of pyarrow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

import corpus
from corpus.release.schema import FORMAT

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "fixtures" / "releases" / str(FORMAT) / "1.0.0"

SCRIPT = "import golden, pathlib, sys; golden.write_into(pathlib.Path(sys.argv[1]))"


@pytest.fixture(scope="module")
def other() -> Path:
    """Return the folder of another pyarrow than the one that runs here."""
    found = sorted((ROOT / ".cache").glob(f"pyarrow-*-{sys.implementation.cache_tag}"))
    others = [folder for folder in found if f"-{pa.__version__}-" not in folder.name]
    if not others:
        pytest.skip("no second pyarrow: `make second-pyarrow` lays it there, from a package index")
    return others[0]


def _written(folder: Path, home: Path | None, seed: str) -> Path:
    """Write the golden release, with the pyarrow in a folder, or with ours."""
    paths = [*([home] if home else []), ROOT, ROOT / "scripts"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "PYTHONHASHSEED": seed,
    }
    subprocess.run([sys.executable, "-c", SCRIPT, folder], env=environment, check=True)
    return folder / "1.0.0"


def _contents(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


@pytest.mark.slow
def test_another_pyarrow_writes_the_same_content_and_always_the_same_bytes(
    other: Path, tmp_path: Path
) -> None:
    first, second = (_written(tmp_path / seed, other, seed) for seed in ("1", "2"))
    assert _contents(first) == _contents(second)
    theirs, ours = (corpus.load(path) for path in (first, _written(tmp_path / "ours", None, "3")))
    theirs.verify()
    assert list(theirs) == list(ours) == list(corpus.load(GOLDEN))
    logical = {r.manifest["logical_digest"] for r in (theirs, ours, corpus.load(GOLDEN))}
    assert len(logical) == 1
    versions = [release.manifest["writer"]["library_version"] for release in (theirs, ours)]
    assert versions == [other.name.split("-")[1], pa.__version__]
    assert theirs.digest != ours.digest
