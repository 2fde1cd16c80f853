"""Passages that are not in English: where words that are no everyday English pile up.

Everyday English words make up nearly all of what people say in English, and a tenth of what they
say in another language, so counting them settles nearly all text at no cost. What is left in
doubt is put to py3langid, whose model (70 MB in memory) is loaded then: for real interviews in
English, one in a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

import regex

from corpus.layers import needs
from corpus.model import Passage, Span, Transcript, Turn
from corpus.rules import builtin_folder

FILE = "english.txt"
"""Everyday English words, in the folder of our own rules."""

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(
    rf"(?V1)[{_UNSPACED}][ ]?[{_UNSPACED}]"
    r"|[\p{Tibetan}\p{Ethiopic}&&\p{L}][[\p{Tibetan}\p{Ethiopic}]&&[\p{L}\p{M}]]++"
    rf"|(?<![^\s(\[\"\p{{Pi}}\u201d\u201e\u2013\u2014¿¡*…])[\p{{L}}--[{_UNSPACED}]][\p{{L}}\p{{M}}]*+"
    r"(?:['\u2019\u200c2-9-][\p{L}\p{M}]++)*+(?![^\s)\].,;:!?\"'\p{Pi}\p{Pf}\p{Pd}*…؟،؛\u06d4।])"
)
"""A word of running text, never a part of an address or of code; two characters of a script
without blanks count as one. Digits stand for letters where Arabic is written in Latin ones."""

_NOTE = regex.compile(r"\[[a-z ]+\]")
"""A transcriber's note."""
_MOST = 5
"""Of so many all but one make most."""

_CLAUSE = regex.compile(r"[^,]+")
_TALK = 3
"""Words between commas; fewer are an item of a list, as of names or tools."""

_DOUBT = 8
"""So many more words that are no everyday English than words that are begin a passage, and
the other way round end it: a dozen words, some of them names or lent from English."""

_UNSURE_DOUBT = 10
"""How many more there must be where the language is none that the library knows well: Hindi in
Latin letters, but also a list of surnames."""
_SURE = 0.5

_NO_LANGUAGE = frozenset({"en", "zxx"})
UNKNOWN = "und"
"""Stands for a language that is not English and could not be told."""


class _Word(NamedTuple):
    turn: int
    start: int
    end: int
    text: str


def passages(transcript: Transcript) -> tuple[Passage, ...]:
    """Return what is said in other languages than English, in reading order.

    Passages go on across turns, of all speakers or of one, and are told turn by turn. Single
    words, names and greetings make none.

    Raises:
        LayerError: there is doubt and py3langid is not installed.
    """
    found = {
        told
        for words in _streams(transcript)
        for doubt, run in _runs(words)
        for told in _told(run, doubt)
    }
    return tuple(_outermost(found))


def _outermost(found: Iterable[tuple[Span, str]]) -> Iterator[Passage]:
    """Yield what is no mere part of another passage, in reading order."""
    last: Span | None = None
    for span, language in sorted(found, key=_outer_first):
        if last is None or span == last or (span.turn, span.end) > (last.turn, last.end):
            last = span
            yield Passage(span=span, language=language)


def _outer_first(told: tuple[Span, str]) -> tuple[int, int, int, str]:
    span, language = told
    return span.turn, span.start, -span.end, language


def _streams(transcript: Transcript) -> Iterator[list[_Word]]:
    """Yield the words of all turns, then those of each speaker, who may answer in few words."""
    everyone: list[_Word] = []
    by_speaker: dict[str, list[_Word]] = {}
    for turn in transcript.turns:
        words = list(_words(turn))
        everyone += words
        by_speaker.setdefault(turn.speaker, []).extend(words)
    yield everyone
    if len(by_speaker) > 1:
        yield from by_speaker.values()


def _is_shouted(text: str) -> bool:
    """Tell whether capitals say nothing: most letters are, or most words begin with one."""
    words = [word for word in _NOTE.sub("", text).split() if word[0].isalpha()]
    letters = [letter for word in words for letter in word if letter.isalpha()]
    upper = sum(letter.isupper() for letter in letters)
    titled = sum(word[0].isupper() for word in words)
    is_titled = len(words) >= _DOUBT and titled * _MOST >= len(words) * (_MOST - 1)
    return is_titled or (bool(letters) and upper * _MOST >= len(letters) * (_MOST - 1))


def _words(turn: Turn) -> Iterator[_Word]:
    """Yield the words of running text, but for capitalised ones, which may be names."""
    is_shouted = _is_shouted(turn.text)
    for clause in _CLAUSE.finditer(turn.text):
        words = [
            _Word(turn.index, *match.span(), match[0].lower() if is_shouted else match[0])
            for match in _WORD.finditer(turn.text, *clause.span())
        ]
        if len(words) >= _TALK or clause[0] == turn.text:
            yield from (w for w in words if len(w.text) > 1 and not w.text[0].isupper())


def _runs(words: Sequence[_Word]) -> Iterator[tuple[int, Sequence[_Word]]]:
    """Yield stretches in which other words outnumber everyday ones, and by how many.

    Each word counts once in a stretch: a chorus or a variable's name does not add up.
    """
    start = end = doubt = most = 0
    seen: set[str] = set()
    for at, word in enumerate(words):
        if word.text in seen:
            continue
        seen.add(word.text)
        doubt += -1 if _is_everyday(word.text) else 1
        if doubt > most:
            most, end = doubt, at + 1
        if doubt <= max(0, most - _DOUBT):
            if most >= _DOUBT:
                yield most, words[start:end]
            start, doubt, most = at + 1, 0, 0
            seen.clear()
    if most >= _DOUBT:
        yield most, words[start:end]


def _is_everyday(word: str) -> bool:
    return word.replace("\u2019", "'").partition("'")[0] in _english()


@cache
def _english() -> frozenset[str]:
    lines = (builtin_folder() / FILE).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _told(run: Sequence[_Word], doubt: int) -> Iterator[tuple[Span, str]]:
    """Yield where the run stands in each of its turns, and in which language.

    A turn that is long enough speaks for itself, for others may answer in their own language.
    """
    common = _language(run, doubt)
    if not common:
        return
    for turn, group in groupby(run, key=lambda word: word.turn):
        words = list(group)
        own = _language(words, doubt) if len(words) >= _UNSURE_DOUBT else ""
        yield Span(turn=turn, start=words[0].start, end=words[-1].end), own or common


def _language(words: Sequence[_Word], doubt: int) -> str:
    """Return the language's ISO 639 code; nothing where it is English or no talk at all."""
    language, share = _identifier().classify(" ".join(word.text for word in words))
    is_sure = share >= _SURE
    if language in _NO_LANGUAGE or (doubt < _UNSURE_DOUBT and not is_sure):
        return ""
    return str(language) if is_sure else UNKNOWN


@cache
def _identifier() -> Any:
    with needs("steward"):
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
