"""A transcript's text in, its turns out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.ingest.repair import Repaired
from corpus.ingest.speakers.openers import turn_openers
from corpus.ingest.speakers.roles import Roles
from corpus.ingest.tidy import tidy
from corpus.ingest.times.stamps import from_start
from corpus.model import SourceMap, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One contribution before it has a role: speaker and text with their ways back."""

    speaker: str = field(repr=False)
    speaker_source: SourceMap = field(repr=False)
    text: str = field(repr=False)
    text_source: SourceMap = field(repr=False)
    role: str = field(default="", repr=False)
    """The role as the source names it, where it does."""
    start_ms: int | None = None
    end_ms: int | None = None
    stamps: int = 0
    """Times that were taken out of the text."""
    notes: int = 0
    """Notes in the text that were put into one spelling."""
    headers: int = 0
    """Lines of a mail's header that were left out."""


def spoken(repaired: Repaired, roles: Roles) -> tuple[str, list[Said]]:
    """Cut the text at its speaker labels; what stands above the first comes first, apart."""
    opening = turn_openers(repaired.text, roles)
    ends = [*(o.line for o in opening[1:]), len(repaired.text)][: len(opening)]
    stamped = any(o.stamp for o in opening)
    tidied = [
        tidy(repaired.part(opener.text, end), stamped=stamped)
        for opener, end in zip(opening, ends, strict=True)
    ]
    whens = from_start([o.stamp or t.opening for o, t in zip(opening, tidied, strict=True)])
    said = []
    for opener, text, when in zip(opening, tidied, whens, strict=True):
        speaker, speaker_source = repaired.cut(opener.start, opener.end)
        said.append(
            Said(
                speaker=speaker,
                speaker_source=speaker_source,
                text=text.text,
                text_source=text.source,
                start_ms=when.start,
                end_ms=when.end,
                stamps=text.stamps,
                notes=text.notes,
                headers=opener.headers,
            ),
        )
    above = repaired.text[: opening[0].line] if opening else repaired.text
    return above, said


def with_roles(said: Sequence[Said], roles: Roles) -> tuple[Turn, ...]:
    """Number the contributions and give each speaker a role."""
    given = {s.speaker: roles.of(s.role) for s in said if roles.known(s.role)}
    assigned = roles.assign((s.speaker for s in said), given)
    return tuple(
        Turn(
            index=index,
            speaker=s.speaker,
            role=assigned[s.speaker],
            text=s.text,
            speaker_source=s.speaker_source,
            text_source=s.text_source,
            start_ms=start,
            end_ms=end,
        )
        for index, (s, (start, end)) in enumerate(zip(said, map(_times, said), strict=True))
    )


def _times(said: Said) -> tuple[int | None, int | None]:
    """Leave out a time before the recording, and an end before its start."""
    start, end = (None if t is None or t < 0 else t for t in (said.start_ms, said.end_ms))
    is_turned = start is not None and end is not None and end < start
    return start, None if is_turned else end
