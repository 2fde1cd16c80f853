"""The names under which files keep ID, speaker, role, text and time."""

from __future__ import annotations

import re
from collections.abc import Iterable

ID = ("transcript_id", "conversation_id", "interview_id", "dialog_id", "dialogue_id", "id")
TEXT = ("text", "utterance", "content", "message", "transcript")
SPEAKER = ("speaker", "speaker_name", "speaker_label", "name", "role", "speaker_role")
ROLE = ("role", "speaker_role")
START = ("start_ms", "start", "start_time", "begin", "timestamp", "time")
END = ("end_ms", "end", "end_time")
TURNS = ("turns", "messages", "conversation", "dialog", "dialogue", "utterances", "segments")

MOST = 2000
"""How many columns a table may have; more than any export has, and read in no time."""
_LONGEST = 100
"""A header whose lines are not broken may be one name of a hundred megabytes."""


def pick(wanted: Iterable[str], names: Iterable[str]) -> str | None:
    """Return the first of the wanted names that is there, as it is spelt there."""
    short = (name for name in names if len(name) <= _LONGEST)
    spelt = {re.sub(r"[\s-]+", "_", name.strip()).casefold(): name for name in short}
    return next((spelt[w] for w in wanted if w in spelt), None)
