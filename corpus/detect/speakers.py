"""Speaker labels that are names, initials too; role words such as P7 or Moderator are not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.model import Finding, Label, Span, Transcript, Turn

ROLES = "speaker-roles"
"""The word list (rules/words.yaml) of words that name a role and not a person."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_NUMBERED = re.compile(r"(?<![^\W_])(?:[A-Za-z]|[A-Z]{2}|[a-z]{2})\d+")
"""A role's short form: P7, IV2, s1."""


class Speakers:
    """Finds the names in speaker labels."""

    name = "speakers"
    labels: frozenset[Label] = frozenset({"PERSON"})

    def __init__(self, roles: Iterable[str]) -> None:
        self._roles = frozenset(roles)

    def recognize(self, transcript: Transcript) -> Iterator[Finding]:
        """Yield a finding for the name in each label that has one."""
        for turn in transcript.turns:
            name = self._name(turn.speaker)
            if name is not None:
                yield _finding(turn, *name)

    def _name(self, label: str) -> tuple[int, int] | None:
        blanked = _NUMBERED.sub(lambda match: " " * len(match[0]), label)
        words = [match for match in _WORD.finditer(blanked) if not self._is_role(match[0])]
        return (words[0].start(), words[-1].end()) if words else None

    def _is_role(self, word: str) -> bool:
        return len(word) == 1 or word.lower() in self._roles


def _finding(turn: Turn, start: int, end: int) -> Finding:
    return Finding(
        span=Span(turn=turn.index, field="speaker", start=start, end=end),
        label="PERSON",
        mask="direct",
        score=0.9,
        rule="speaker-name",
        recognizer="speakers",
        reason="a speaker label that names no role",
    )
