"""Builders that many tests share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from corpus import workspace as workspaces
from corpus.model import Role, Segment, SourceMap, Transcript, Turn
from corpus.workspace import Workspace

_SHORT = 16
"""Bytes that a test may be named by; whatever is packed has more."""

Build = Callable[..., Transcript]

settings.register_profile("fixed", max_examples=25, derandomize=True, deadline=None)
settings.register_profile("wide", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=500, deadline=None)
settings.load_profile("fixed" if os.environ.get("CI") else "wide")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name no test by the bytes of a file: what is packed may hold the time, and differ by it."""
    return "bytes" if isinstance(val, bytes) and len(val) > _SHORT else None


def _whole(start: int, length: int) -> SourceMap:
    if not length:
        return SourceMap(segments=())
    return SourceMap(segments=(Segment(0, length, start, start + length),))


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what is kept for later runs in a folder of the tests, not in the user's."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def transcript() -> Build:
    """Build a transcript from "I: Hello" and "P: Hi" lines; a turn is a line."""

    def build(text: str, transcript_id: str = "work_0001") -> Transcript:
        turns = []
        offset = 0
        roles: dict[str, Role] = {"I": "interviewer", "P": "participant"}
        for index, line in enumerate(text.splitlines()):
            speaker, said = line.split(": ", 1)
            turns.append(
                Turn(
                    index=index,
                    speaker=speaker,
                    role=roles.get(speaker, "other"),
                    text=said,
                    speaker_source=_whole(offset, len(speaker)),
                    text_source=_whole(offset + len(speaker) + 2, len(said)),
                )
            )
            offset += len(line) + 1
        cohort = transcript_id.rsplit("_", 1)[0]
        return Transcript(
            transcript_id=transcript_id, cohort=cohort, source=text, turns=tuple(turns)
        )

    return build


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Make an empty workspace in which rules, roster and repeats alone find."""
    return without_model(tmp_path / "study")


def without_model(folder: Path) -> Workspace:
    """Make an empty workspace that does not use the embedded model."""
    path = workspaces.init(folder).root / "corpus.toml"
    path.write_text(path.read_text().replace("model = true", "model = false"))
    return workspaces.open_at(folder)
