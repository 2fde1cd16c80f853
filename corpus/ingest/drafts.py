"""What every reader ends in: texts or messages in, drafts out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.ingest.repair import Repaired, repair
from corpus.ingest.source import Source
from corpus.ingest.speakers.names import stands_for_role
from corpus.ingest.speakers.openers import turn_openers
from corpus.ingest.speakers.roles import Roles
from corpus.ingest.speakers.spelling import unified
from corpus.ingest.tidy import tidy
from corpus.ingest.times import moments
from corpus.ingest.turns import Said, spoken, with_roles
from corpus.model import Draft, Repairs, Segment, SourceMap

_BETWEEN = "\n\n"
_HEADING = re.compile(
    r"^(?:#.*|[ \t]*-{3,}[ \t]*|\W*[Tt]ranscript[ _-]?(?:ID|Id|id)\b.*)$", re.MULTILINE
)
_COLON = ": "


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn that the source keeps as a record of its own."""

    claimed_id: str | None = None
    speaker: str = field(repr=False)
    role: str = field(default="", repr=False)
    text: str = field(repr=False)
    start_ms: int | None = None
    """When it begins, in milliseconds from the start of the recording or the first message,
    or from 1970; of the last `of_messages` makes the former."""
    end_ms: int | None = None
    place: str
    dropped: int = 0
    """Pieces of it beside what was said, such as images, that were left out."""


def of_text(text: str, source: Source, place: str, claimed_id: str | None = None) -> Draft:
    """Return the draft of a transcript that stands in one text.

    Raises:
        SourceError: no speaker label was found in it.
    """
    repaired = repair(text)
    above, said = spoken(repaired, source.roles)
    if not said:
        raise source.error(
            "no speaker label was found",
            place,
            "begin each turn with its speaker, as in 'Interviewer: ...',"
            " after a blank line or on a line of its own",
        )
    draft = _draft(text, said, [repaired], source=source, place=place, claimed_id=claimed_id)
    return replace(draft, repairs=replace(draft.repairs, unlabelled=_words(above)))


def of_messages(messages: Sequence[Message], source: Source, *, dropped: int = 0) -> Draft:
    """Return the draft of a transcript whose turns are records; others' data stays out.

    Args:
        messages: the turns, at least one.
        source: the file that they stand in.
        dropped: how many pieces of the file beside what was said are in none of them.
    """
    written, said, repaired, at = [], [], [], 0
    times = moments.from_first([t for m in messages for t in (m.start_ms, m.end_ms)])
    for message, start_ms, end_ms in zip(messages, times[::2], times[1::2], strict=True):
        speaker, text = repair(message.speaker), repair(message.text)
        after = at + len(message.speaker) + len(_COLON)
        timed = replace(message, start_ms=start_ms, end_ms=end_ms)
        said.append(_said(timed, speaker, text, at, after))
        if not said[-1].speaker:
            raise source.error("the turn has no speaker", message.place, "name its speaker")
        written.append(message.speaker + _COLON + message.text)
        repaired += [speaker, text]
        at += len(written[-1]) + len(_BETWEEN)
    return _draft(
        _BETWEEN.join(written),
        said,
        repaired,
        source=source,
        place=messages[0].place,
        claimed_id=messages[0].claimed_id,
        dropped=dropped + sum(message.dropped for message in messages),
    )


def of_records(
    messages: Sequence[Message], source: Source, *, id_column: str | None
) -> Iterator[Draft]:
    """Yield a draft for each ID among the messages, by first appearance.

    Where each has its own ID, they are whole transcripts with a column to spare if they
    hold turns, and the turns of one transcript if the column is called plain "id".

    Raises:
        SourceError: some have an ID and some have none.
    """
    claimed = [m.claimed_id for m in messages]
    lacking = next((m for m in messages if m.claimed_id is None), None)
    if lacking and any(claimed):
        raise source.error(
            "the turn has no transcript ID, though others have one",
            lacking.place,
            "repeat the ID in each row of its transcript, or take the column out",
        )
    distinct = None not in claimed and len(set(claimed)) == len(claimed)
    if distinct and len(turn_openers(repair(messages[0].text).text, source.roles)) > 1:
        yield from (of_text(m.text, source, m.place, m.claimed_id) for m in messages)
        return
    if distinct and len(messages) > 1 and (id_column or "").strip().casefold() == "id":
        messages = [replace(m, claimed_id=None) for m in messages]
    by_id: dict[str | None, list[Message]] = {}
    for message in messages:
        by_id.setdefault(message.claimed_id, []).append(message)
    for group in by_id.values():
        yield of_messages(group, source)


def _said(message: Message, speaker: Repaired, text: Repaired, at: int, after: int) -> Said:
    label, label_source = speaker.cut(0, len(speaker.text), at)
    words = tidy(text.part(0, len(text.text)), stamped=False, at=after)
    return Said(
        speaker=label,
        speaker_source=label_source,
        text=words.text,
        text_source=words.source,
        role=message.role,
        start_ms=message.start_ms,
        end_ms=message.end_ms,
        stamps=words.stamps,
        notes=words.notes,
    )


def _draft(
    text: str,
    said: Sequence[Said],
    repaired: Sequence[Repaired],
    *,
    source: Source,
    place: str,
    claimed_id: str | None,
    dropped: int = 0,
) -> Draft:
    spelt = unified([s.speaker for s in said], source.roles)
    changed = [(s.speaker, spelt[s.speaker]) for s in said if spelt[s.speaker] != s.speaker]
    alike = [_respelt(s, spelt[s.speaker]) for s in said]
    return Draft(
        path=source.path,
        place=place,
        claimed_id=claimed_id,
        source=text,
        turns=with_roles(alike, source.roles),
        repairs=Repairs(
            encoding=source.encoding,
            **sum((r.counts for r in repaired), Counter()),
            placeholders=sum(r.placeholders for r in repaired),
            dropped=dropped,
            stamps=sum(s.stamps for s in said),
            notes=sum(s.notes for s in said),
            headers=sum(s.headers for s in said),
            labels=len(changed),
            respelt=tuple(pair for pair in dict.fromkeys(changed) if _names_a_role(pair)),
        ),
        format=source.format,
    )


def _respelt(said: Said, speaker: str) -> Said:
    """Return it under its speaker's usual label, which stands for the written one as a whole."""
    if speaker == said.speaker:
        return said
    written = said.speaker_source.segments
    whole = Segment(0, len(speaker), written[0].source_start, written[-1].source_end)
    return replace(said, speaker=speaker, speaker_source=SourceMap(segments=(whole,)))


def _names_a_role(labels: tuple[str, str]) -> bool:
    """Tell whether the labels are of a role's word, which is nobody's name."""
    return stands_for_role(labels[1], Roles.default()) and "(" not in "".join(labels)


def _words(above: str) -> int:
    """Count the words before the first speaker label, headings and the ID aside."""
    return len(_HEADING.sub("", above).replace("*", " ").replace("_", " ").split())
