"""A text's words, the same however it was set: all that formats, wraps and marks add is left out.

A word is a run of letters, case folded, without accents. Apostrophes and hyphens join, also at the
end of a line; tags, commands, escapes and numbers part words and are none. In scripts that put no
blanks between words each letter is one.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from operator import lt
from zlib import crc32

TOGETHER = 5
"""Words that a shingle has."""

_VALLEY = re.compile(rb"\x00\x01")
"""How check sums go down to a word's and up again."""
_REMEMBERED = 200_000
_TAG = re.compile(r"<[A-Za-z/!?][^<>]{0,200}>")
_ENTITY = re.compile(r"&#?\w{1,31};")
_ESCAPE = re.compile(r"\\(?:[A-Za-z]{1,30}\{|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|[abfnrtv])")
_OTHER = re.compile(r"[^\x00-\x7f]+")
_HYPHENATED = re.compile(rb"-(?<=[a-z\x80-\xff]-)[^a-z\x80-\xff\n-]{0,40}\n[^a-z\x80-\xff]{0,80}")
_BETWEEN = re.compile(r"(?<=[A-Za-z]) (?=[A-Za-z])")
"""A blank on which nothing around it has a bearing."""
_JOINT = "'"
_JOINTS = "'\u2019\u2018\u201b\u02bc\u02b9\u02bb\u2032\u00b4\uff07"
_HYPHENS = "\u2010\u2011\ufe63\uff0d"
_UNPARTED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u2fdf\u3005-\u3007"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\ua9e0-\ua9ff\uaa60-\uaadf\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Tai, Han, kana: scripts without blanks between words."""


def words(text: str) -> list[bytes]:
    """Return the words of a text, in UTF-8."""
    return _parted(_bare(text))


def _parted(text: str) -> list[bytes]:
    if not text.isascii():
        text = _OTHER.sub(lambda other: "".join(map(_CHARACTERS.__getitem__, other[0])), text)
    data = text.encode("utf-8", "surrogatepass").lower()
    if b"-" in data:
        data = _HYPHENATED.sub(b"", data.replace(b"--", b" "))
    return data.translate(_TABLE, b"'`-\\").split()


def _bare(text: str) -> str:
    """Return a text of the same length without tags, and with what is written in codes."""
    if "\\" in text:
        text = _ESCAPE.sub(lambda escape: _padded(_escaped(escape), escape), text)
    if "<" in text:
        text = _TAG.sub(lambda tag: " " * len(tag[0]), text)
    if "&" in text:
        text = _ENTITY.sub(lambda entity: _padded(html.unescape(entity[0]), entity), text)
    return text


def _padded(read: str, written: re.Match[str]) -> str:
    return read.ljust(len(written[0]), _JOINT)


def shingles(line: Sequence[bytes]) -> tuple[list[int], list[bytes]]:
    """Return runs of consecutive words, the numbers of their first ones before them.

    Of all runs those stand for the text whose middle word has a lesser check sum than its
    neighbours: one in three, the same ones in any text that holds the words.
    """
    sums = list(map(_SUMS.__getitem__, line))
    rises = bytes(map(lt, sums, sums[1:]))
    found = _VALLEY.finditer(rises, 1, max(0, len(rises) - 1))
    starts = [valley.start() - 1 for valley in found]
    return starts, [b" ".join(line[start : start + TOGETHER]) for start in starts]


def offset(text: str, number: int) -> int:
    """Return where in a text the word of a number begins."""
    rest, begin = _bare(text), 0
    while between := _BETWEEN.search(rest, len(rest) // 2):
        end = between.end()
        before = len(_parted(rest[:end]))
        if number < before:
            rest = rest[:end]
        else:
            rest, begin, number = rest[end:], begin + end, number - before
    after = bisect_right(range(len(rest)), number, key=lambda at: len(_parted(rest[:at])))
    return begin + max(0, after - 1)


class _Sums(dict[bytes, int]):
    """Check sums of words, each made once; of bounded size."""

    def __missing__(self, word: bytes) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[word] = crc32(word)
        return found


class _Characters(dict[str, str]):
    """What stands for a character beyond ASCII; there are no more of them than Unicode has."""

    def __missing__(self, character: str) -> str:
        found = self[character] = _plain(character)
        return found


def _plain(character: str) -> str:
    if character in _JOINTS:
        return _JOINT
    if character in _HYPHENS:
        return "-"
    kept = [c for c in unicodedata.normalize("NFKD", character) if not _is_dropped(c)]
    plain = "".join(c if c.isalpha() else " " for c in kept).casefold()
    return f" {' '.join(plain)} " if _UNPARTED.search(plain) else plain


def _is_dropped(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf", "Lm"}


def _escaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else " "


def _table() -> bytes:
    """Return what parts words as blanks."""
    return bytes(
        code if chr(code).isalpha() or code > 127 else ord(" ")  # noqa: PLR2004, beyond ASCII
        for code in range(256)
    )


_TABLE = _table()
_SUMS = _Sums()
_CHARACTERS = _Characters()
