"""Findings for transcripts of a few lines."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from corpus import rules
from corpus.model import FIELDS, Finding, Label, Mask, Span, Transcript
from corpus.redact import policy
from corpus.redact.policy import Policy

Find = Callable[..., Finding]


@pytest.fixture(scope="session")
def default() -> Policy:
    """Load the default policy."""
    return policy.load("default", [rules.builtin_folder() / "policies"])


@pytest.fixture
def finding() -> Find:
    """Claim the nth place where a text stands, speaker labels first in each turn."""

    def find(
        transcript: Transcript,
        text: str,
        label: Label = "PERSON",
        mask: Mask = "direct",
        *,
        nth: int = 0,
        score: float = 1.0,
        recognizer: str = "patterns",
        repeats: Span | None = None,
    ) -> Finding:
        span = _places(transcript, text)[nth]
        return Finding(
            span=span,
            label=label,
            mask=mask,
            score=score,
            rule="test",
            recognizer=recognizer,
            reason="for a test",
            repeats=repeats,
        )

    return find


def _places(transcript: Transcript, text: str) -> list[Span]:
    return [
        Span(turn=turn.index, field=name, start=start, end=start + len(text))
        for turn in transcript.turns
        for name in FIELDS
        for start in _starts(turn.of(name), text)
    ]


def _starts(whole: str, part: str) -> list[int]:
    starts: list[int] = []
    for _ in count():
        at = whole.find(part, starts[-1] + 1 if starts else 0)
        if at < 0:
            break
        starts.append(at)
    return starts
