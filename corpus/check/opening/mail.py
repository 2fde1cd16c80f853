"""Opens mails, one or many in a file: as they are written, and what is encoded in them as it reads.

A file is taken apart at its boundaries, however these lie within one another. What reads as it is
written stays where it is; every other part is opened as a file of its own.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from email.message import Message
from itertools import chain, islice
from typing import NamedTuple

from corpus.check import opening
from corpus.check.opening import encoding, views
from corpus.check.opening.content import DEEPEST, Content, UnopenedError, problem, within
from corpus.check.opening.prose import is_prose
from corpus.check.opening.views import View
from corpus.check.types import Opened, Passage

_MOST = 10_000
"""Parts that are opened on their own."""
_MOST_PARTS = 200_000
_MOST_LIMITS = 500_000
"""Lines that may stand before a part."""
_LONGEST_HEAD = 1 << 18
_LONGEST_FIELD = 1 << 11
_BOUNDARY = re.compile(
    r"\bboundary(?:\*0?\*?)?\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE
)
_LIMIT = re.compile(r"^(?:From |--(.{1,210})).*\n?", re.MULTILINE)
"""The line before a part, where it is told by its boundary; or before a mail of many."""
_FIELD = re.compile(r"(?:[!-9;-~]{1,80}:|From )")
_END = re.compile(r"\n[ \t\r]*\n")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_WANTED = frozenset(("content-type", "content-transfer-encoding", "content-disposition"))
_WORD = re.compile(r"=\?([\w-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^?\n]{0,1000})\?=")
_BETWEEN = re.compile(r"(?<=\?=)[ \t]+(?==\?)")
_ARMOUR = re.compile(r"(?:[A-Za-z0-9+/=]{40,}\s*)++")
"""What base64 is written in, line after line."""
_CODED = frozenset(("base64", "quoted-printable", "x-uuencode", "uuencode"))
_SHIFTED = ("iso-2022", "utf-7", "hz")
"""Character sets in which ASCII may stand for other letters."""
_CHARSETS = re.compile(
    r"(?:iso|utf|us-ascii|windows|cp|koi8|gb|big5|euc|shift|sjis|mac|ks_c|hz|latin)[\w-]*"
)
_SUFFIXES = {"text/html": ".html", "message/rfc822": ".eml", "text/csv": ".csv"}


class _Part(NamedTuple):
    """A part of a mail."""

    start: int
    body: int
    end: int
    head: Message
    """The fields that tell how it is to be read."""

    @property
    def coding(self) -> str:
        """How it is encoded."""
        return str(self.head.get("content-transfer-encoding", "")).strip().lower()

    @property
    def charset(self) -> str:
        """What its letters are written in; empty where that is not told, or unheard of."""
        charset = str(self.head.get_content_charset("")).lower()
        return charset if _CHARSETS.fullmatch(charset) else ""

    @property
    def is_written(self) -> bool:
        """Tell whether it reads as it is written."""
        is_plain = self.head.get_content_type() != "text/html"
        return is_plain and self.coding not in _CODED and not self.charset.startswith(_SHIFTED)

    @property
    def name(self) -> str:
        """What it is called; where it is not, by its kind."""
        name = self.head.get_filename() or _SUFFIXES.get(self.head.get_content_type(), "")
        return _read(name)


def opened(content: Content, kind: str) -> Opened:
    """Open mails."""
    if content.depth >= DEEPEST:
        raise UnopenedError("mails lie too deep within one another")
    text = encoding.text(content.data)
    if text.count("\n--") + text.count("\nFrom ") > _MOST_LIMITS:
        raise UnopenedError("it has more parts than are read")
    parts = list(islice(_parts(text), _MOST_PARTS + 1))
    if len(parts) > _MOST_PARTS:
        raise UnopenedError("it has more parts than are read")
    own = [part for part in parts if not part.is_written]
    passages: list[Iterable[Passage]] = [views.passages(text, _views(text, parts))]
    problems, skipped = [], []
    prose = any(is_prose(text[part.body : part.end], "") for part in parts[:3])
    is_private = False
    for number, part in enumerate(own[:_MOST], 1):
        place = f"part {number}"
        one = _opened(content, part, text[part.body : part.end])
        named = [Passage(text=part.name, inside=f"name of part {number}", line=0, is_prose=False)]
        passages += (named if part.name else (), within(place, one.passages))
        problems += [f"{place}: {one.problem}"] if one.problem else []
        skipped += [f"{place}: {one.skipped}"] if one.skipped else []
        prose = prose or one.is_prose
        is_private = is_private or one.is_private
    if len(own) > _MOST:
        problems.append(f"it has more than {_MOST:,} encoded parts")
    return Opened(
        kind=kind,
        passages=chain.from_iterable(passages),
        is_prose=prose,
        problem=problem(problems),
        skipped=problem(skipped),
        is_private=is_private,
    )


def _opened(content: Content, part: _Part, body: str) -> Opened:
    try:
        data = _decoded(part.coding, body)
        content.budget.spend(len(data))
        if part.charset and part.head.get_content_maintype() == "text":
            data = _letters(data, part.charset).encode("utf-8", "replace")
        return opening.as_part(opening.opened(content.member(data, part.name)))
    except UnopenedError as error:
        return Opened(kind="part", problem=str(error))


def _decoded(coding: str, body: str) -> bytes:
    data = body.encode("utf-8", "replace")
    if coding == "quoted-printable":
        return binascii.a2b_qp(data)
    if coding != "base64":
        if coding in _CODED:
            raise UnopenedError("it is encoded in a way that is not read")
        return data
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        return _cut_off(data)


def _cut_off(data: bytes) -> bytes:
    """Return what base64 that was cut off holds."""
    whole = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    return binascii.a2b_base64(whole[: len(whole) // 4 * 4])


def _letters(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return encoding.text(data)


def _parts(text: str) -> Iterator[_Part]:
    """Yield the parts of all mails, those of mails within mails too."""
    bounds = {(quoted or bare).rstrip() for quoted, bare in _BOUNDARY.findall(text)}
    many = text.startswith("From ")
    start = 0
    for found in _LIMIT.finditer(text):
        told = (found[1] or "").rstrip()
        if told in bounds or told.removesuffix("--") in bounds if told else many:
            yield from _part(text, start, found.start())
            start = found.end() if told else found.start()
    yield from _part(text, start, len(text))


def _part(text: str, start: int, end: int) -> Iterator[_Part]:
    while _FIELD.match(text, start, end):
        found = _END.search(text, start, min(end, start + _LONGEST_HEAD))
        if not found and end - start > _LONGEST_HEAD:
            raise UnopenedError("its head is longer than is read")
        if not found:
            return
        head = Message()
        for line in _FOLD.sub("", text[start : found.start()]).splitlines():
            name, _, value = line.partition(":")
            if name.lower() in _WANTED and name not in head:
                head[name] = value[:_LONGEST_FIELD].strip()
        part = _Part(start, found.end(), end, head)
        yield part
        if head.get_content_maintype() != "message" or not part.is_written:
            return
        start = part.body


def _views(text: str, parts: Iterable[_Part]) -> Iterator[View]:
    """Yield how heads read, and nothing for what is opened on its own, line by line."""
    for part in parts:
        at = part.start
        is_coded = text.find("=?", part.start, part.body) >= 0
        for line in _lines(text[part.start : part.body]) if is_coded else ():
            if (read := _read(line)) != line:
                yield View(at, at + len(line), read + "\n" * line.count("\n"))
            at += len(line)
        if part.coding == "base64":
            for found in _ARMOUR.finditer(text, part.body, part.end):
                yield View(*found.span(), "\n" * found[0].count("\n"))
        elif not part.is_written:
            body = text[part.body : part.end]
            yield View(part.body, part.end, "\n" * body.count("\n"))


def _lines(head: str) -> Iterator[str]:
    """Yield the fields of a head, each with all its lines."""
    at = 0
    for found in re.finditer(r"\n(?![ \t])", head):
        yield head[at : found.end()]
        at = found.end()
    yield head[at:]


def _read(field: str) -> str:
    """Return a field as it reads."""
    if "=?" not in field:
        return field
    flat = _BETWEEN.sub("", _FOLD.sub("", field.rstrip("\r\n")))
    return _WORD.sub(_word, flat)


def _word(found: re.Match[str]) -> str:
    charset, form, written = found.groups()
    coding = "base64" if form in "bB" else "quoted-printable"
    data = _decoded(coding, written if form in "bB" else written.replace("_", " "))
    return _letters(data, charset.lower() if _CHARSETS.fullmatch(charset.lower()) else "utf-8")
