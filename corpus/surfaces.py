"""Where a surface stands in a transcript, whatever its case, accents and white space.

What detection promises and redaction asserts about repeats, both rest on this.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from corpus.model import FIELDS, Field, SourceMap, Span, Transcript, Turn
from corpus.rules.placeholders import PLACEHOLDER

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = "'s"
_JOINT = r"(?:[\s._'-]|\s?&\s?)?"
_WRAP = re.compile(r"(?<=[^\W\d_])-[ \t]*\n[ \t]*(?=[^\W\d_])")
"""A hyphen at a line's end, which may part a word or join two."""
_TYPOGRAPHIC = str.maketrans("\u2018\u2019\u02bc\u2010\u2011\u2012\u2013\u2014", "'''-----")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A text in the form under which surfaces are compared."""

    text: str = field(repr=False)
    starts: Sequence[int] = field(repr=False)
    """For each code point, and the end, the offset in the original that it stems from."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the original that a folded, not empty range stems from."""
        return self.starts[start], max(self.starts[end], self.starts[end - 1] + 1)


def fold(text: str) -> Folded:
    """Drop case, accents, compatibility forms and invisible characters; keep the way back."""
    if text.isascii():
        return Folded(text=text.lower(), starts=range(len(text) + 1))
    parts = [_fold_character(character) for character in text]
    starts = [at for at, part in enumerate(parts) for _ in part]
    return Folded(text="".join(parts), starts=[*starts, len(text)])


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character.translate(_TYPOGRAPHIC))
    kept = (c for c in plain if unicodedata.category(c) not in {"Mn", "Cf"})
    return "".join(kept).upper().casefold().translate(_TYPOGRAPHIC)


@lru_cache(maxsize=4096)
def key(surface: str) -> str:
    """Return the form under which two surfaces have the same occurrences."""
    return " ".join(fold(surface).text.split())


class Word(NamedTuple):
    """A folded word and where it stands in the original."""

    text: str
    start: int
    end: int


def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text, but those inside a placeholder."""
    folded = _folded(text)
    found = _WORD.finditer(folded.text)
    return tuple(Word(match[0], *folded.original(*match.span())) for match in found)


def _folded(text: str) -> Folded:
    return fold(PLACEHOLDER.sub(lambda match: "\0" * len(match[0]), text))


def _unwrapped(folded: Folded) -> Folded:
    """Join the words that a line's end parts."""
    parted = {at for match in _WRAP.finditer(folded.text) for at in range(*match.span())}
    starts = [start for at, start in enumerate(folded.starts) if at not in parted]
    return Folded(text=_WRAP.sub("", folded.text), starts=starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    turn: int
    field: Field
    folded: Folded


def unsourced(transcript_id: str, said: Iterable[tuple[str, str]]) -> Transcript:
    """Return speakers and texts, as a release has them, as a transcript to look for surfaces in."""
    nowhere = SourceMap(segments=())
    return Transcript(
        transcript_id=transcript_id,
        cohort="",
        source="",
        turns=tuple(
            Turn(
                index=index,
                speaker=speaker,
                role="other",
                text=text,
                speaker_source=nowhere,
                text_source=nowhere,
            )
            for index, (speaker, text) in enumerate(said)
        ),
    )


class Concordance:
    """Every word of a transcript with its places, to look for many surfaces at once."""

    def __init__(self, transcript: Transcript) -> None:
        self._words: dict[str, list[tuple[_Place, int]]] = {}
        self._stems: dict[str, list[tuple[_Place, int]]] = {}
        for turn in transcript.turns:
            for name in FIELDS:
                folded = _folded(turn.of(name))
                self._add(_Place(turn=turn.index, field=name, folded=folded))
                if _WRAP.search(folded.text):
                    unwrapped = _unwrapped(folded)
                    self._add(_Place(turn=turn.index, field=name, folded=unwrapped))

    def _add(self, place: _Place) -> None:
        for word in _WORD.finditer(place.folded.text):
            self._words.setdefault(word[0], []).append((place, word.start()))
            if (bare := word[0].lstrip("0123456789")) and bare != word[0]:
                at = word.end() - len(bare)  # as in %20Ada, where an address was written out
                self._words.setdefault(bare, []).append((place, at))
            if word[0][-1].isdecimal() and (stem := word[0].rstrip("0123456789")):
                self._stems.setdefault(stem, []).append((place, word.start()))

    @staticmethod
    @lru_cache(maxsize=1)
    def of(transcript: Transcript) -> Concordance:
        """Return the transcript's; made once while one recognizer after another reads it."""
        return Concordance(transcript)

    @property
    def vocabulary(self) -> Collection[str]:
        """Every folded word once."""
        return self._words.keys()

    def occurrences(self, surface: str) -> Iterator[Span]:
        """Yield where the surface stands as whole words, in reading order.

        A surface without a letter or digit has none, nor has the mere s of a possessive;
        `_` counts as a boundary; nothing stands inside a placeholder that the source came with.
        A word that is parted at a line's end counts in one piece, and each part by itself.
        """
        yield from sorted(set(self._found(surface)), key=lambda span: span.position)

    def _found(self, surface: str) -> Iterator[Span]:
        wanted = key(surface)
        first = _WORD.search(wanted)
        if first is None or wanted == _POSSESSIVE:
            return
        for place, start in self._words.get(first[0], ()):
            end = _end_of(wanted, first, place.folded.text, start)
            if end:
                yield _span(place, start - first.start(), end)

    def run_together(self, letters: str) -> Iterator[Span]:
        """Yield where words make up the folded letters: "QDS Clearing", `qds_clearing`.

        Between two letters may stand a blank, a mark that handles are written with, or nothing.
        """
        starts = [self._words.get(letters[:size], ()) for size in range(1, len(letters) + 1)]
        for place, start in chain(*starts, self._stems.get(letters, ())):
            match = _spaced(letters).match(place.folded.text, start)
            if match and place.folded.text[start - 1 : start] != "'":
                yield _span(place, start, match.end())


def _end_of(wanted: str, first: re.Match[str], text: str, start: int) -> int:
    """Return where the occurrence ends whose first word starts here; 0 where there is none."""
    if first[0] == wanted:
        return start + len(wanted)
    begin = start - first.start()
    if begin < 0 or not text.startswith(wanted[: first.end()], begin):
        return 0
    match = _pattern(wanted).match(text, begin)
    return match.end() if match else 0


@lru_cache(maxsize=4096)
def _pattern(wanted: str) -> re.Pattern[str]:
    body = r"\s+".join(map(re.escape, wanted.split()))
    return re.compile(body + (r"(?![^\W_])" if wanted[-1].isalnum() else ""))


@lru_cache(maxsize=4096)
def _spaced(letters: str) -> re.Pattern[str]:
    return re.compile(_JOINT.join(map(re.escape, letters)) + r"\d{0,4}(?![^\W_])")


def _span(place: _Place, start: int, end: int) -> Span:
    first, last = place.folded.original(start, end)
    return Span(turn=place.turn, field=place.field, start=first, end=last)


class Coverage:
    """What a set of spans covers, asked letter by letter."""

    def __init__(self, transcript: Transcript, spans: Iterable[Span]) -> None:
        self._transcript = transcript
        self._ranges: dict[tuple[int, Field], list[tuple[int, int]]] = {}
        for span in sorted(spans, key=lambda span: span.position):
            ranges = self._ranges.setdefault((span.turn, span.field), [])
            if ranges and span.start <= ranges[-1][1]:
                start, end = ranges.pop()
                ranges.append((start, max(end, span.end)))
            else:
                ranges.append((span.start, span.end))

    def touches(self, span: Span) -> bool:
        """Tell whether any of the span is covered."""
        ranges = self._ranges.get((span.turn, span.field), [])
        index = max(0, bisect_right(ranges, (span.start, span.start)) - 1)
        return any(
            start < span.end and span.start < end for start, end in ranges[index : index + 2]
        )

    def holds(self, span: Span) -> bool:
        """Tell whether each letter and digit of the span is covered."""
        ranges = self._ranges.get((span.turn, span.field), [])
        text = self._transcript.turns[span.turn].of(span.field)
        index = max(0, bisect_right(ranges, (span.start, len(text))) - 1)
        at = span.start
        while at < span.end and index < len(ranges) and ranges[index][0] < span.end:
            start, end = ranges[index]
            if _has_word(text[at:start]):
                return False
            at, index = max(at, end), index + 1
        return not _has_word(text[at : span.end])


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def occurrences(transcript: Transcript, surface: str) -> Iterator[Span]:
    """Yield every place where the surface stands as whole words, in any case.

    To look for many surfaces, take one `Concordance`.
    """
    return Concordance(transcript).occurrences(surface)
