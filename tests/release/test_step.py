"""How large a step a release takes, and which version it calls for."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import pytest

from corpus.errors import ReleaseError
from corpus.model import Redacted
from corpus.release import claims, step
from corpus.release.manifest import Manifest
from corpus.release.step import Change
from corpus.semver import Step

ManifestOf = Callable[..., Manifest]


def test_what_is_said_of_a_column_is_no_schema(
    manifest_of: ManifestOf, redacted: Sequence[Redacted]
) -> None:
    parent = manifest_of()
    now = copy.deepcopy(claims.contents(redacted))
    now["tables"]["turns"]["columns"][5]["about"] = "what somebody said"
    assert step.between(parent, now, access="open").step == "patch"
    now["tables"]["turns"]["columns"][5]["type"] = "int32"
    assert step.between(parent, now, access="open").step == "major"


@pytest.mark.parametrize(
    ("settled", "parent", "needs", "proposed", "refused"),
    [
        ("1.0.1", "1.0.1", "minor", "1.1.0", "1.0.2"),
        ("1.0.1", "1.0.2-rc.1", "patch", "1.0.2", "1.0.1"),
        ("1.0.1", "1.0.2-rc.1", "minor", "1.1.0", "1.0.2"),
        ("1.0.1", "1.0.2-rc.1", "major", "2.0.0", "1.1.0"),
        ("1.0.1", "2.0.0-rc.1", "minor", "2.0.0", "1.2.0"),
        ("1.0.1", "1.1.0-rc.1", "major", "2.0.0", "1.1.0-rc.2"),
        ("1.0.0-rc.1", "1.0.0-rc.1", "major", "1.0.0", "0.9.0"),
        ("0.1.0", "0.1.1-rc.1", "major", "1.0.0", "0.1.1"),
    ],
)
def test_a_pre_release_excuses_no_smaller_step(
    settled: str,
    parent: str,
    needs: Step,
    proposed: str,
    refused: str,
    manifest_of: ManifestOf,
) -> None:
    args = manifest_of(parent), manifest_of(settled), Change(step=needs)
    assert str(step.proposed(*args)) == proposed
    step.check(proposed, *args)
    with pytest.raises(ReleaseError, match=f"release it as {proposed}"):
        step.check(refused, *args)
