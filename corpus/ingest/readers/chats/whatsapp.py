"""Reads a WhatsApp chat that was exported as text, from Android or from iOS.

Android writes `12/05/2024, 21:03 - Ana: hi`, iOS `[12.05.24, 21:03:11] Ana: hi`. What the
program says by itself has no speaker; where iOS gives it one, it begins with U+200E.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from corpus.ingest.readers.chats.dates import Stamp, moments
from corpus.ingest.readers.chats.posts import Post, drafts, head
from corpus.ingest.source import Source
from corpus.ingest.speakers.names import has_capitals
from corpus.model import Draft

_MARK = "\u200e"
_MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_START = re.compile(
    rf"^[{_MARKS}]*(?P<open>\[)?"
    r"(?P<date>[0-9]{1,4}(?P<sign>[./-])[0-9]{1,2}(?P=sign)[0-9]{2,4}),?\s(?:[a-z]{2,3}\s)?"
    r"(?P<time>[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?)(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
    r"(?(open)\]|[ ][-\u2013])[ ]",
    re.MULTILINE,
)
_SPEAKER = re.compile(rf"[{_MARKS}~ \u00a0\u202f]*(?P<name>[^:\n]{{1,100}}):(?=\s|\Z)")
_QUOTES = frozenset('"\u201c\u201d\u201e\u00ab\u00bb')
_LEFT_OUT = "omitted|ausgeschlossen|weggelassen|omitid[oa]s?|omis|omess[oi]|weggelaten"
_ATTACHED = (
    "file attached|Datei angehängt|archivo adjunto|fichier joint|file allegato|bestand bijgevoegd"
)
_KINDS = "image|video|video note|audio|sticker|GIF|document|Contact card"
_MEDIA = re.compile(
    rf"<[^<>\n]{{1,30}} (?:{_LEFT_OUT})>"
    rf"|\A[^\n]* \((?:{_ATTACHED})\)[ \r]*$"
    rf"|\A[^\n]*\.\w{{1,5}} \u2022 {_MARK}[^\n]*$"
    rf"|{_MARK}<[^<>\n:]{{1,30}}: ?[^<>\n]+>|<attached: [^<>\n]+>"
    rf"|\A{_MARK}?(?:{_KINDS}) omitted\Z",
    re.MULTILINE,
)
_DELETED = re.compile(r"(?:You deleted this message|This message was deleted)\.?")
_EDITED = re.compile(rf"{_MARK}?<This message was edited>\s*\Z")
_FEWEST = 2
_PAIR = 2


class _Entry(NamedTuple):
    """What follows a time stamp: the speaker, where there is one, and the text."""

    speaker: str
    text: str
    by_program: bool
    """Nobody wrote it."""


def looks(text: str) -> bool:
    """Tell whether the text begins like such an export: two time stamps, one at its start."""
    found = list(_START.finditer(head(text)))
    return len(found) >= _FEWEST and found[0].start() == 0


def read(source: Source) -> Iterator[Draft]:
    """Yield the one transcript of the file."""
    starts = list(_START.finditer(source.text))
    if not starts:
        raise source.error(
            "no message with date, time and speaker was found",
            "line 1",
            "export the chat again, as text from WhatsApp itself",
        )
    ends = [*(start.start() for start in starts[1:]), len(source.text)]
    entries = [
        _entry(source.text[start.end() : end].strip(), is_ios=bool(start["open"]))
        for start, end in zip(starts, ends, strict=True)
    ]
    times = moments([Stamp(s["date"], s["time"], s["half"] or "") for s in starts])
    counts = Counter(entry.speaker for entry in entries)
    posts, dropped = [], int(bool(source.text[: starts[0].start()].strip()))
    for number, (entry, time) in enumerate(zip(entries, times, strict=True), 1):
        if entry.by_program or _is_notice(entry.speaker, counts):
            dropped += 1
            continue
        text, attachments = _MEDIA.subn("", entry.text)
        dropped += attachments
        text = re.sub(f"[{_MARKS}]", "", _EDITED.sub("", text))
        place = f"message {number}"
        posts.append(Post(speaker=entry.speaker, text=text, moment=time, place=place))
    yield from drafts(posts, source, place="message 1", dropped=dropped)


def _entry(written: str, *, is_ios: bool) -> _Entry:
    match = _SPEAKER.match(written)
    if not match:
        return _Entry("", written, by_program=True)
    name = re.sub(f"[{_MARKS}]", "", match["name"]).strip()
    text = written[match.end() :].strip()
    marked = is_ios and text.startswith(_MARK) and not _MEDIA.match(text)
    return _Entry(name, text, by_program=marked or bool(_DELETED.fullmatch(text.strip(_MARK))))


def _is_notice(name: str, counts: Mapping[str, int]) -> bool:
    """Tell whether what stands before a colon begins a sentence about a speaker, and is no name."""
    said = any(
        (name[: space.start()] in counts or name.startswith("You "))
        and name[space.end()].islower()
        and not has_capitals(name[space.end() :].split())
        for space in re.finditer(r" (?=\S)", name)
    )
    quotes = sum(name.count(quote) for quote in _QUOTES)
    return counts[name] == 1 and (said or quotes % _PAIR == 1)
