"""Whether a redacted transcript is one that a release may hold: places, times, words; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus import ids
from corpus.model import FIELDS, LABELS, MASKS, ROLES, Redacted, RedactedTurn, Redaction

OPERATORS = ("pseudonym", "placeholder", "generalise", "mask")
"""What may have been done to a mention; what is kept is no redaction."""

_MASKS = tuple(mask for mask in MASKS if mask != "none")
_RULE = re.compile(r"[a-z][a-z0-9-]{0,63}(?:\.[a-z0-9-]{1,64})?")
"""Rules come and go with versions of the package, so that their form alone is known."""


def problems(transcript: Redacted) -> Iterator[tuple[str, str]]:
    """Yield place and problem, in one clause, of all that no release may hold."""
    id_ = transcript.transcript_id
    if not ids.is_stable(id_) or not ids.is_stable(ids.join(transcript.cohort, 1)):
        yield "", "its ID or its cohort is not of the right form"
    if (
        not 0 <= (transcript.kept_by_decision or 0) <= transcript.kept
        or transcript.placeholders < 0
    ):
        yield "", "its counts cannot be"
    for number, turn in enumerate(transcript.turns):
        yield from ((f"turn {number}", problem) for problem in _of_turn(number, turn))
    for number, redaction in enumerate(transcript.redactions, start=1):
        yield from ((f"redaction {number}", p) for p in _of_redaction(transcript, redaction))
    for number, (one, other) in enumerate(pairwise(transcript.redactions), start=2):
        if _ends(one) > _begins(other):
            yield f"redaction {number}", "it overlaps the one before, or is not in reading order"


def _of_turn(number: int, turn: RedactedTurn) -> Iterator[str]:
    if turn.index != number:
        yield "turns are not numbered from 0 on"
    if turn.role not in ROLES:
        yield "its role is none that there is"
    times = [t for t in (turn.start_ms, turn.end_ms) if t is not None]
    if any(t < 0 for t in times) or times != sorted(times):
        yield "it ends before it begins, or begins before the recording"


def _of_redaction(transcript: Redacted, redaction: Redaction) -> Iterator[str]:
    known = {
        "field": redaction.field in FIELDS,
        "label": redaction.label in LABELS,
        "mask": redaction.mask in _MASKS,
        "operator": redaction.operator in OPERATORS,
        "rule": redaction.rule is None or _RULE.fullmatch(redaction.rule) is not None,
    }
    yield from (
        f"its {name} is none that there is" for name, is_known in known.items() if not is_known
    )
    if known["field"] and not _is_inside(transcript, redaction):
        yield "it lies outside its turn, or is empty"


def _is_inside(transcript: Redacted, redaction: Redaction) -> bool:
    if not 0 <= redaction.turn < len(transcript.turns):
        return False
    turn = transcript.turns[redaction.turn]
    text = turn.speaker if redaction.field == "speaker" else turn.text
    return 0 <= redaction.start < redaction.end <= len(text)


def _begins(r: Redaction) -> tuple[int, str, int]:
    return (r.turn, r.field, r.start)


def _ends(r: Redaction) -> tuple[int, str, int]:
    return (r.turn, r.field, r.end)
