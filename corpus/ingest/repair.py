"""Text in, the same text put right out, with the way back to every code point."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from corpus.layers import needs
from corpus.model import Segment, SourceMap
from corpus.rules.placeholders import PLACEHOLDER

_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")
_WIDE_WORD = re.compile(r"[^ \t\n\r]*[^\x00-\x7f](?:[^ \t\n\r]|(?<=[ÃÂ]) {1,2})*")
_WIDE_RUN = re.compile(r"[^\x00-\x7f]+(?:(?<=[ÃÂ]) )?")

Edit = tuple[int, int, str]
"""Start, end and new text of a place; in order, none overlaps another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A text after repair; its segments cover it without gaps."""

    text: str = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    mojibake: int = 0
    line_ends: int = 0
    controls: int = 0

    @property
    def placeholders(self) -> int:
        """Count the placeholders that stand in the text."""
        return len(PLACEHOLDER.findall(self.text))

    def cut(self, start: int, end: int, at: int = 0) -> tuple[str, SourceMap]:
        """Return text[start:end], stripped, and its way back to the source.

        Args:
            start: where the piece begins in the repaired text.
            end: where it ends.
            at: where this text begins in the source that the map shall lead to.
        """
        piece = self.part(start, end)
        return piece.text, SourceMap(segments=tuple(_moved(s, 0, at) for s in piece.segments))

    def part(self, start: int, stop: int) -> Repaired:
        """Return text[start:stop], stripped, as a text of its own."""
        piece = self.text[start:stop]
        start += len(piece) - len(piece.lstrip())
        stop = start + len(piece.strip())
        moved = (_moved(s, -start, 0) for s in self._between(start, stop))
        return Repaired(text=piece.strip(), segments=tuple(moved))

    def _between(self, start: int, stop: int) -> tuple[Segment, ...]:
        first = bisect_right(self.segments, start, key=lambda s: s.end)
        last = bisect_left(self.segments, stop, key=lambda s: s.start)
        return tuple(_clip(s, start, stop) for s in self.segments[first:last])

    def edited(self, edits: Sequence[Edit]) -> Repaired:
        """Return the text with each edit made; its segments still lead to the source."""
        if not edits:
            return self
        text, segments = _made(self.text, edits)
        return replace(self, text=text, segments=tuple(self._under(segments)))

    def _under(self, segments: Iterable[Segment]) -> Iterator[Segment]:
        """Yield what leads from segments over this text to segments over its source."""
        for start, end, low, high in segments:
            inside = self._between(low, high)
            if end - start == high - low:
                yield from (_moved(s, start - low, 0) for s in inside)
            else:
                yield Segment(start, end, inside[0].source_start, inside[-1].source_end)


def repair(text: str) -> Repaired:
    """Make line ends newlines, put mojibake right and drop control characters."""
    edits = sorted(_edits(text))
    mended, segments = _made(text, edits)
    news = [new for _, _, new in edits]
    return Repaired(
        text=mended,
        segments=segments,
        mojibake=len([n for n in news if n not in ("", "\n")]),
        line_ends=news.count("\n"),
        controls=news.count(""),
    )


def _made(text: str, edits: Iterable[Edit]) -> tuple[str, tuple[Segment, ...]]:
    segments, pieces, at = [], [], 0
    for (begin, stop, new), (after, _, _) in pairwise([(0, 0, ""), *edits, (len(text), 0, "")]):
        for piece, low, high in ((new, begin, stop), (text[stop:after], stop, after)):
            if piece:
                segments.append(Segment(at, at + len(piece), low, high))
                pieces.append(piece)
                at += len(piece)
    return "".join(pieces), tuple(segments)


def _edits(text: str) -> Iterator[Edit]:
    damaged = [] if text.isascii() else list(_mojibake(text))
    yield from damaged
    mended = {i for start, end, _ in damaged for i in range(start, end)}
    for pattern, new in ((_LINE_END, "\n"), (_CONTROL, "")):
        for match in pattern.finditer(text):
            if match.start() not in mended:
                yield match.start(), match.end(), new


def _mojibake(text: str) -> Iterator[Edit]:
    for word in _WIDE_WORD.finditer(text):
        runs = list(_WIDE_RUN.finditer(word[0]))
        for run, new in zip(runs, _mended(word[0]), strict=True):
            if new != run[0] and _is_plausible(new):
                yield word.start() + run.start(), word.start() + run.end(), new


@lru_cache(maxsize=4096)
def _mended(word: str) -> tuple[str, ...]:
    """Return what each non-ASCII run of the word should read, as far as ftfy explains it."""
    with needs("steward"):
        from ftfy import fix_encoding
    runs = tuple(_WIDE_RUN.findall(word))
    fixed = fix_encoding(word)
    if fixed == word:
        return runs
    plain = _WIDE_RUN.split(word)
    match = re.fullmatch("(.+)".join(map(re.escape, plain)), fixed, re.DOTALL)
    return match.groups() if match else tuple(map(fix_encoding, runs))


def _is_plausible(mended: str) -> bool:
    """Tell whether a repair makes sense: one lone letter of a rare script does not."""
    names = [
        unicodedata.name(c, "") for c in mended if c.isalpha() or unicodedata.category(c) == "Cn"
    ]
    rare = [name for name in names if not name.startswith(("LATIN ", "GREEK "))]
    return bool(mended) and "" not in rare and len(rare) != 1


def _clip(segment: Segment, start: int, end: int) -> Segment:
    low, high = max(segment.start, start), min(segment.end, end)
    if segment.end - segment.start != segment.source_end - segment.source_start:
        return segment._replace(start=low, end=high)
    shift = segment.source_start - segment.start
    return Segment(low, high, low + shift, high + shift)


def _moved(segment: Segment, by: int, source_by: int) -> Segment:
    start, end, source_start, source_end = segment
    return Segment(start + by, end + by, source_start + source_by, source_end + source_by)
