"""No clock gets into a release, whatever it shows."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.faults.bench import Action, Bench, Fault
from tests.faults.study import RUN, Reference, contents

YEAR = 365 * 24 * 3600


@pytest.mark.parametrize("years", [-100, 74], ids=["about 1970", "about 2100"])
@pytest.mark.parametrize("share", [0.0, 0.5], ids=["from the start", "half-way"])
def test_a_clock_that_jumps_changes_no_byte(
    bench: Bench, study: Path, reference: Reference, years: int, share: float
) -> None:
    jump = max(years * YEAR, 60 - int(time.time()))
    at = int(share * len(reference.steps))
    done = bench.run(study, *RUN, fault=Fault(at=at, action=Action.JUMP, value=jump))
    assert done.code == 0, done.err
    assert contents(study / "releases" / "1.0.0") == reference.release
    assert not reference.complaint(study)


def test_the_day_that_an_embargo_is_compared_with_is_the_clock_s(bench: Bench, study: Path) -> None:
    """So that the test above is known to move the clock at all."""
    bench.ok(study, "participants", "export", "p.csv")
    table = (study / "p.csv").read_text("utf-8-sig").replace("unknown", "release")
    header, row = table.splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    cells |= {"participant_id": "K1", "consent": "release", "embargo_until": "2090-01-01"}
    (study / "p.csv").write_text("\n".join([header, ",".join(cells[c] for c in cells)]) + "\n")
    bench.ok(study, "participants", "import", "p.csv")
    later = Fault(at=0, action=Action.JUMP, value=74 * YEAR)
    assert bench.run(study, *RUN).code == 2, "under embargo"
    assert bench.run(study, *RUN, fault=later).code == 0
