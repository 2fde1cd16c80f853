"""Invented transcripts, and a release made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.model import Redacted, RedactedTurn, Redaction, Withheld
from corpus.release import claims, parquet
from corpus.release.claims import About
from corpus.release.manifest import Manifest
from corpus.release.read import Release, load
from corpus.release.write import write


def _transcript(transcript_id: str) -> Redacted:
    return Redacted(
        transcript_id=transcript_id,
        cohort=transcript_id.partition("_")[0],
        turns=(
            RedactedTurn(
                index=0, speaker="Interviewer", role="interviewer", text="Where do you work?"
            ),
            RedactedTurn(
                index=1,
                speaker="[PERSON_1]",
                role="participant",
                text="At [EMPLOYER_1], with 👩‍🌾 and Dictionary<int, string>.",
            ),
        ),
        redactions=(
            Redaction(
                turn=1,
                field="speaker",
                start=0,
                end=10,
                label="PERSON",
                mask="direct",
                operator="pseudonym",
                rule="speakers",
            ),
            Redaction(
                turn=1,
                field="text",
                start=3,
                end=15,
                label="EMPLOYER",
                mask="direct",
                operator="pseudonym",
                rule="employer-work-at",
            ),
        ),
        kept=1,
        kept_by_decision=0,
    )


@pytest.fixture
def redacted() -> tuple[Redacted, ...]:
    return tuple(map(_transcript, ("science_0002", "work_0001", "work_0003")))


@pytest.fixture
def withheld() -> tuple[Withheld, ...]:
    return (
        Withheld(
            transcript_id="work_0002",
            cohort="work",
            reason="surface-survives",
            detail="turn 3, 10 to 14",
        ),
    )


@pytest.fixture
def about() -> About:
    return About(
        name="Invented interviews",
        licence="CC-BY-4.0",
        description="Nobody said any of this.",
        rules="sha256:rules",
        detector="sha256:detector",
        model=None,
        policy="default",
        policy_digest="sha256:policy",
        roster=True,
        consent_required=True,
        access="open",
        findings={"PERSON": 4, "EMPLOYER": 4, "LOCATION": 1},
    )


@pytest.fixture
def made(
    redacted: tuple[Redacted, ...], withheld: tuple[Withheld, ...], about: About
) -> Callable[..., Path]:
    """Write version 1.0.0 below the folder, with whatever is given instead."""

    def make(root: Path, version: str = "1.0.0", **changes: Any) -> Path:
        given = {"redacted": redacted, "withheld": withheld, "about": about, **changes}
        return write(root, version, **given)

    return make


@pytest.fixture
def manifest_of(
    redacted: tuple[Redacted, ...], withheld: tuple[Withheld, ...], about: About
) -> Callable[..., Manifest]:
    """Return the manifest of such a release, with whatever is given instead."""

    def make(version: str = "1.0.0", **changes: Any) -> Manifest:
        given = {"redacted": redacted, "withheld": withheld, "about": about, **changes}
        return claims.build(
            version,
            given["about"],
            claims.contents(given["redacted"]),
            given["withheld"],
            parent=None,
            files={
                f"data/{name}/part-00000.parquet": {"bytes": 1, "sha256": "0" * 64}
                for name in ("transcripts", "turns", "redactions")
            },
            writer=parquet.profile(),
            date=None,
        )

    return make


@pytest.fixture
def release(made: Callable[..., Path], tmp_path: Path) -> Release:
    return load(made(tmp_path / "releases"))
