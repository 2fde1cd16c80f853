"""What tempts a detector and must stay: keep entries come in, `none` findings go out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from corpus.detect.context import Place
from corpus.detect.resolve import LISTED
from corpus.detect.setting import is_owned, is_part
from corpus.detect.usage import is_tool
from corpus.errors import DetectorError
from corpus.model import Finding, Label, Span, Transcript, Turn
from corpus.rules.ruleset import KeepEntry
from corpus.surfaces import Concordance, fold

_TIMEOUT = 2.0
_WORD = regex.compile(r"[^\W_]+")
_NEAR = 40
_LABEL: Label = "ORGANIZATION"


class Keep:
    """Finds tools, their makers, public figures and programming terms, to be left standing."""

    name = "keep"
    labels: frozenset[Label] = frozenset({_LABEL})

    def __init__(self, entries: Sequence[KeepEntry], ambiguous: frozenset[str]) -> None:
        self._anchored = _anchored(tuple(entries), ambiguous)
        self._patterns = [(regex.compile(e.pattern), e) for e in entries if e.pattern]

    def recognize(self, transcript: Transcript) -> Iterator[Finding]:
        """Yield a `none` finding for whatever an entry names; everyday words if capitalised.

        A name that the transcript anywhere gives to a workplace, a private person or a pet
        counts only where it is plainly a tool.

        Raises:
            DetectorError: a pattern did not come to an end in time.
        """
        concordance = Concordance.of(transcript)
        vocabulary = concordance.vocabulary
        for word in vocabulary:
            for surface in self._anchored.get(word, ()):
                if all(other in vocabulary for other in surface.words):
                    places = list(concordance.occurrences(surface.text))
                    yield from _kept(surface, places, transcript)
        for turn in transcript.turns:
            lowered = turn.text.lower()
            for pattern, entry in self._patterns:
                if not entry.keywords or any(word in lowered for word in entry.keywords):
                    yield from _matches(pattern, entry, turn)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surface:
    text: str
    words: tuple[str, ...]
    """Folded; the longest, which is likely the rarest, is where to look for it."""
    is_cased: bool
    before: regex.Pattern[str] | None
    after: regex.Pattern[str] | None
    entry: KeepEntry

    def holds(self, before: str, mention: str, after: str) -> bool:
        """Tell whether case and neighbours are those that the entry asks for."""
        if self.is_cased and not _has_capitals(mention, self.text):
            return False
        if self.before is None and self.after is None:
            return True
        return bool(
            (self.before and self.before.search(before)) or (self.after and self.after.match(after))
        )


@lru_cache(maxsize=2)
def _anchored(
    entries: tuple[KeepEntry, ...], ambiguous: frozenset[str]
) -> Mapping[str, Sequence[_Surface]]:
    """Return the surfaces by their longest word; the same lists are asked for again and again."""
    found: dict[str, list[_Surface]] = {}
    for entry in entries:
        for surface in _surfaces(entry, ambiguous):
            found.setdefault(max(surface.words, key=len), []).append(surface)
    return found


def _surfaces(entry: KeepEntry, ambiguous: frozenset[str]) -> Iterator[_Surface]:
    before = regex.compile(f"(?:{entry.before})$") if entry.before else None
    after = regex.compile(entry.after) if entry.after else None
    for text in entry.surfaces:
        is_word = text.lower() in ambiguous
        yield _Surface(
            text=text[0].upper() + text[1:] if is_word else text,
            words=tuple(_WORD.findall(fold(text).text)),
            is_cased=entry.capitals or is_word,
            before=before,
            after=after,
            entry=entry,
        )


def _has_capitals(mention: str, surface: str) -> bool:
    """Tell whether each word has a capital where the surface has one."""
    letters = ("".join(text.split()) for text in (mention, surface))
    return all(m.isupper() or not s.isupper() for m, s in zip(*letters, strict=False))


def _kept(surface: _Surface, places: Iterable[Span], transcript: Transcript) -> Iterator[Finding]:
    around = [(span, *_around(transcript, span)) for span in places]
    owned = {span for span, before, _, after in around if is_owned(before, after)}
    for span, before, mention, after in around:
        if (
            surface.holds(before, mention, after)
            and not is_part(before, mention, after)
            and (not owned or (span not in owned and is_tool(Place(before, mention, after))))
        ):
            yield _finding(span, surface.entry)


def _around(transcript: Transcript, span: Span) -> tuple[str, str, str]:
    text = transcript.turns[span.turn].of(span.field)
    before = text[max(0, span.start - _NEAR) : span.start]
    return before, text[span.start : span.end], text[span.end : span.end + _NEAR]


def _matches(pattern: regex.Pattern[str], entry: KeepEntry, turn: Turn) -> Iterator[Finding]:
    try:
        for match in pattern.finditer(turn.text, timeout=_TIMEOUT):
            if match.start() < match.end():
                span = Span(turn=turn.index, start=match.start(), end=match.end())
                yield _finding(span, entry)
    except TimeoutError as error:
        raise DetectorError(
            f"keep entry {entry.id} took over {_TIMEOUT:g} seconds on one text"
            " - make its pattern simpler"
        ) from error


def _finding(span: Span, entry: KeepEntry) -> Finding:
    return Finding(
        span=span,
        label=_LABEL,
        mask="none",
        score=1.0 if entry.origin == "steward" else LISTED,
        rule=f"keep.{entry.id}",
        recognizer="keep",
        reason=entry.why,
    )
