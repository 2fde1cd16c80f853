"""docs/faults.md lists what is tried here."""

from __future__ import annotations

import re

from tests.faults.bench import ROOT
from tests.faults.study import Reference
from tests.faults.test_each_write import FAULTS
from tests.faults.test_sources import CHANGES

PAGE = (ROOT / "docs" / "faults.md").read_text("utf-8")
ROWS = re.findall(r"^\| (.+?) \|", PAGE, re.MULTILINE)


def test_each_fault_stands_in_the_matrix() -> None:
    assert {*FAULTS, *(f"a source {change}" for change in CHANGES)} <= set(ROWS)


def test_the_matrix_counts_the_writes_about_right(reference: Reference) -> None:
    """They differ a little with SQLite's version."""
    counted = int(re.search(r"makes (\d+) calls that write", PAGE)[1])  # type: ignore[index]
    assert abs(counted - len(reference.steps)) < 20
