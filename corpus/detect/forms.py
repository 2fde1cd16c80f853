"""Where the forms of a found surface stand in a transcript; guarded ones where they are names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.detect.context import Place, agrees
from corpus.detect.variants import ARTICLE, Variant
from corpus.model import Label, Span, Transcript
from corpus.surfaces import Concordance, key
from corpus.surfaces import words as words_of

_CAPITALISED = re.compile(r"\b[^\W\d_a-z][^\W\d_A-Z]")
_OTHER_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][^\W\d_A-Z]+[ -]$|[^\W\d_]-$")
"""The name before, or half of one, that what follows belongs to."""
_APART = re.compile(r"[\s'\u2019]")
"""What a handle does not have."""
_SOMEWHERE = re.compile(r"\b(?:at|from|for|joined|left)\s+$")
"""Before a firm, where nothing is written with a capital."""


class Forms:
    """A transcript in which forms are looked for."""

    def __init__(
        self, transcript: Transcript, concordance: Concordance, ambiguous: frozenset[str]
    ) -> None:
        self._transcript = transcript
        self._concordance = concordance
        self._ambiguous = ambiguous
        self._everyday: dict[str, bool] = {}

    def places(self, variant: Variant, label: Label) -> Iterator[Span]:
        """Yield where the form of something with this label counts."""
        found = self._concordance.occurrences
        spans = (self._concordance.run_together if variant.is_run_together else found)(
            variant.surface
        )
        if variant.is_exact:
            if key(variant.surface) not in self._ambiguous:
                yield from (
                    span for span in spans if self._transcript.text_of(span) == variant.surface
                )
        elif variant.label == "USERNAME":
            yield from (span for span in spans if not _APART.search(self._transcript.text_of(span)))
        elif variant.is_guarded:
            spans = (self._without_article(span, variant) for span in spans)
            if not (variant.is_strange and self._is_everyday(variant.surface)):
                yield from (span for span in spans if self.is_name(span, variant.surface, label))
        else:
            yield from spans

    def _without_article(self, span: Span, variant: Variant) -> Span:
        if not variant.surface.startswith(ARTICLE):
            return span
        _, head = self._transcript.text_of(span).split(None, 1)
        return replace(span, start=span.end - len(head))

    def is_name(self, span: Span, first: str, label: Label) -> bool:
        """Tell whether what stands here looks like a name, and not like the word that it is.

        Args:
            span: where.
            first: the form as it is written where the whole was found, or bare letters.
            label: what it would be.
        """
        text = self._transcript.turns[span.turn].of(span.field)
        surface = text[span.start : span.end]
        place = Place.at(text, span.start, span.end)
        if _OTHER_NAME.search(place.before):
            return False
        if surface[0].isupper():
            return not self._is_everyday(surface) or agrees(place, surface)
        words = [word.text for word in words_of(surface)]
        if self._ambiguous.issuperset(words) or _CAPITALISED.search(text):
            return False
        is_like_first = first.islower() and (label == "PERSON" or len(words) > 1)
        return is_like_first or (label != "PERSON" and bool(_SOMEWHERE.search(place.before)))

    def _is_everyday(self, surface: str) -> bool:
        """Tell whether it is a word that is also written small, in general or here."""
        word = key(surface)
        if word not in self._everyday:
            self._everyday[word] = word in self._ambiguous or self._stands_small(word)
        return self._everyday[word]

    def _stands_small(self, word: str) -> bool:
        for span in self._concordance.occurrences(word):
            text = self._transcript.turns[span.turn].of(span.field)
            if text[span.start : span.end].islower() and _CAPITALISED.search(text):
                return True
        return False
