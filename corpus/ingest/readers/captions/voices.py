"""Cues in, a transcript out: who speaks in them, and the cues of one speaker joined into turns.

Captions name speakers in voice tags, `<v Ana>`, or else in labels at the start of a line,
`Ana: ...`, `>> ANA: ...`, `- Ana: ...`, `[SPEAKER_00]: ...`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby
from operator import attrgetter

from corpus.ingest.drafts import Message, of_messages
from corpus.ingest.readers.captions.cues import Captions, Cue
from corpus.ingest.repair.entities import shielded
from corpus.ingest.source import Source
from corpus.ingest.speakers.names import stands_for_role
from corpus.ingest.speakers.openers import turn_openers
from corpus.ingest.speakers.roles import Roles
from corpus.model import Draft

_VOICE = re.compile(r"<v([.\s][^<>]*)>", re.IGNORECASE)
_CLOCK = re.compile(r"<[0-9]+:[0-9:.]+>")
_TAG = re.compile(
    r"</?(?:v|c|i|b|u|s|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<[0-9]+:[0-9:.]+>|\{\\[^{}]*\}",
    re.IGNORECASE,
)
"""Tags that captions have; other angle brackets, as in List<T>, are what was said."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SIGN = re.compile(r"(?:>{2,3}|[-\u2010-\u2015]) *")
"""What stands before somebody else's words, with a label or without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """What one speaker says on one line of a cue."""

    cue: Cue = field(repr=False)
    speaker: str = field(default="", repr=False)
    """Empty for whoever spoke before."""
    text: str = field(repr=False)


def draft(captions: Captions, source: Source) -> Draft:
    """Return the transcript; words before the first speaker are counted, and in no turn.

    Raises:
        SourceError: no speaker is named.
    """
    cues = captions.cues
    pieces = _attributed(list(_by_voice(cues, source.roles)) or _by_label(cues, source.roles))
    if any(_CLOCK.search(line) for cue in cues for line in cue.lines):
        pieces = _unrolled(pieces)
    unlabelled, messages = 0, []
    for speaker, said in groupby(pieces, key=attrgetter("speaker")):
        turn = list(said)
        if speaker:
            messages.append(_message(turn))
        else:
            unlabelled = sum(len(piece.text.split()) for piece in turn)
    if not messages:
        raise source.error(
            "no cue names its speaker",
            f"line {cues[0].line}",
            "export with speaker names, or begin the first cue of each turn as in"
            " 'Interviewer: ...'",
        )
    found = of_messages(messages, source, dropped=captions.dropped)
    return replace(found, repairs=replace(found.repairs, unlabelled=unlabelled))


def _by_voice(cues: Sequence[Cue], roles: Roles) -> Iterator[_Piece]:
    """Yield the pieces between voice tags; nothing where no tag has a name.

    A cue without a tag that begins with the label of a role, or of who speaks in a tag, is theirs.
    """
    texts = ["\n".join(cue.lines) for cue in cues]
    if not any(_named(tag) for text in texts for tag in _VOICE.findall(text)):
        return
    known = {name for text in texts for tag in _VOICE.findall(text) if (name := _named(tag))}
    for cue, text in zip(cues, texts, strict=True):
        before, *rest = _VOICE.split(text)
        for number, line in enumerate(before.split("\n")):
            label, said = (
                _labelled(_plain(line), known, roles) if not number else ("", _plain(line))
            )
            yield _Piece(cue=cue, speaker=label, text=said)
        for tag, spoken in zip(rest[::2], rest[1::2], strict=True):
            for line in spoken.split("\n"):
                yield _Piece(cue=cue, speaker=_named(tag), text=_plain(line))


def _labelled(line: str, known: Container[str], roles: Roles) -> tuple[str, str]:
    """Return label and text of a line, the label empty where it names nobody who speaks."""
    label, colon, said = line.partition(":")
    if colon and (label in known or stands_for_role(label, roles)):
        return label, said.strip()
    return "", line


def _named(tag: str) -> str:
    """Return the name in a voice tag, without the classes that may stand before it."""
    classes = tag.split(maxsplit=1)[0] if tag.startswith(".") else ""
    return _plain(tag[len(classes) :])


def _by_label(cues: Sequence[Cue], roles: Roles) -> Iterator[_Piece]:
    """Yield the lines with the labels taken off that name speakers, weighed all together."""
    lines = [(cue, text) for cue in cues for line in cue.lines if (text := _plain(line))]
    unsigned = [_SIGN.sub("", line, count=1) if _SIGN.match(line) else line for _, line in lines]
    starts = accumulate((len(line) + 1 for line in unsigned), initial=0)
    labels = {o.line: o for o in turn_openers("\n".join(unsigned), roles)}
    for (cue, line), bare, start in zip(lines, unsigned, starts, strict=False):
        opener = labels.get(start)
        if opener is None:
            yield _Piece(cue=cue, text=line)
        else:
            text = bare[opener.text - start :].strip()
            yield _Piece(cue=cue, speaker=opener.label, text=text)


def _plain(line: str) -> str:
    """Return what a line says: without tags, with entities read, and each blank a single one."""
    untagged = _TAG.sub("", line)
    said = _ENTITY.sub(lambda match: html.unescape(match[0]), untagged)
    return " ".join(shielded(said).split())


def _attributed(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Give the lines without a speaker to the speaker before, and leave out empty ones."""
    speaker = ""
    for piece in pieces:
        speaker = piece.speaker or speaker
        if piece.text:
            yield replace(piece, speaker=speaker)


def _unrolled(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Leave out the lines that a rolling caption, known by its clock tags, shows again."""
    return (next(same) for _, same in groupby(pieces, key=attrgetter("speaker", "text")))


def _message(turn: Sequence[_Piece]) -> Message:
    first = turn[0]
    return Message(
        speaker=first.speaker,
        text=" ".join(piece.text for piece in turn),
        start_ms=first.cue.start_ms,
        end_ms=max(piece.cue.end_ms for piece in turn),
        place=f"line {first.cue.line}",
    )
