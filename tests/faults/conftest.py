from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import bench as benches
from tests.faults.bench import Bench
from tests.faults.study import Reference, make_before, make_reference


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    if sys.platform != "linux" or shutil.which("cc") is None:
        pytest.skip("faults are put in by a preloaded library: needs Linux and a C compiler")
    with benches.bench(tmp_path_factory.mktemp("bench")) as made:
        yield made


@pytest.fixture(scope="session")
def before(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with the sources, and a workspace that has released the first of them."""
    return make_before(bench, tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="session")
def reference(bench: Bench, before: Path, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """What comes of all sources where nothing goes wrong."""
    return make_reference(bench, before, tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture
def study(before: Path, tmp_path: Path) -> Path:
    """Copy the workspace as it stands before the run that is disturbed."""
    shutil.copytree(before, tmp_path / "at")
    return tmp_path / "at" / "study"
