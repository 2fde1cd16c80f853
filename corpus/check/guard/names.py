"""A steward's roster as keyed fingerprints: its names are known again, and cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus.check.guard.folding import BREAK, Ruler, fold, pieces
from corpus.check.guard.hashing import Hash, Table, hasher
from corpus.check.types import Passage
from corpus.labels import LABELS, Label, Mask

MOST = 6
"""Words of a name that are compared."""
LONGEST = 64
"""Bytes of a word that may be part of one."""

_LABEL_BITS = 4
_QUASI = 1 << _LABEL_BITS
_CAPITALISED = _QUASI << 1
_BITS = 6
"""Of label, mask and case; as many as a name has words, of which the first tells the numbers."""
_REMEMBERED = 100_000
_LENGTH = 8
_WORD = re.compile(rb"[^\0 \n]+")
_SENTENCE = re.compile(r"(?:^|[.!?:;\u2026\n])[\s\"'\u2018\u201c(\[*#>_-]*$")
"""What goes before the first word of a sentence."""
_NEAR = 16


class Form(NamedTuple):
    """How a name may be written."""

    words: bytes
    """Folded, parted by a blank."""
    label: Label
    mask: Mask
    is_capitalised: bool = False
    """It is an everyday word as well, and counts only where it is written as a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Where an item holds a name."""

    inside: str
    line: int
    column: int
    length: int
    """In code points."""
    label: Label
    mask: Mask
    surface: str = field(repr=False)


class Names:
    """What is known of the names."""

    def __init__(self, names: Table, openers: Table, key: bytes) -> None:
        self._names = names
        self._openers = openers
        self._name_of = _Remembered(names, hasher(key, "names"))
        self._lengths_of = _Remembered(openers, hasher(key, "openers"))

    @classmethod
    def of(cls, forms: Iterable[Form], key: bytes) -> Names:
        """Make one of the forms of all names."""
        numbers: dict[bytes, int] = {}
        lengths: dict[bytes, int] = {}
        for form in forms:
            number = _numbered(form)
            numbers[form.words] = min(number, numbers.get(form.words, number))
            first, *others = form.words.split()
            lengths[first] = lengths.get(first, 0) | 1 << len(others)
        name, opener = hasher(key, "names"), hasher(key, "openers")
        return cls(
            Table.of(((name(words), number) for words, number in numbers.items()), _BITS),
            Table.of(((opener(word), bits) for word, bits in lengths.items()), _BITS),
            key,
        )

    @classmethod
    def from_bytes(cls, data: bytes, key: bytes) -> Names:
        """Return what `to_bytes` gave.

        Raises:
            ValueError: it is not of a length that this could have.
        """
        end = _LENGTH + int.from_bytes(data[:_LENGTH], "big") * 8
        names = Table.from_bytes(data[_LENGTH:end], _BITS)
        return cls(names, Table.from_bytes(data[end:], _BITS), key)

    def to_bytes(self) -> bytes:
        """Return it all as bytes: only how many there are is told without the key."""
        length = len(self._names).to_bytes(_LENGTH, "big")
        return length + self._names.to_bytes() + self._openers.to_bytes()

    def __len__(self) -> int:
        """Return the number of forms."""
        return len(self._names)

    def found(self, passage: Passage) -> Iterator[Named]:
        """Yield the names that a passage holds, in reading order."""
        if not len(self):
            return
        for piece in pieces(passage):
            folded = fold(piece.text)
            openers = {}
            for word in set(folded.replace(BREAK, b" ").split()):
                if len(word) <= LONGEST and (lengths := self._lengths_of(word)):
                    openers[word] = lengths
            if openers:
                yield from self._matches(piece, folded, openers)

    def _matches(self, piece: Passage, folded: bytes, openers: dict[bytes, int]) -> Iterator[Named]:
        ruler = Ruler(piece, folded)
        words = [match.span() for match in _WORD.finditer(folded)]
        after = 0
        for index, (start, end) in enumerate(words):
            lengths = openers.get(folded[start:end])
            if not lengths or start < after:
                continue
            for last, phrase in _phrases(folded, words[index : index + MOST], lengths):
                begin, stop = ruler.offset(start), ruler.offset(last - 1) + 1
                told = _told(self._name_of(phrase), piece.text, begin, stop)
                if told is not None:
                    line, column = ruler.place(begin)
                    yield Named(
                        inside=piece.inside,
                        line=line,
                        column=column,
                        length=stop - begin,
                        label=told[0],
                        mask=told[1],
                        surface=piece.text[begin:stop],
                    )
                    after = last
                    break


class _Remembered:
    """A table's answers, so that each word is hashed once; of bounded size. Absent is 0."""

    def __init__(self, table: Table, hashed: Hash) -> None:
        self._table = table
        self._hashed = hashed
        self._answers: dict[bytes, int] = {}

    def __call__(self, words: bytes) -> int:
        answer = self._answers.get(words)
        if answer is None:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            found = self._table.numbers(self._hashed(words))
            answer = self._answers[words] = found[0] if found else 0
        return answer


def _numbered(form: Form) -> int:
    number = LABELS.index(form.label) + 1
    return number | (_QUASI if form.mask == "quasi" else 0) | _CAPITALISED * form.is_capitalised


def _told(number: int, text: str, begin: int, end: int) -> tuple[Label, Mask] | None:
    """Return label and mask of what stands in a place, if it is a name there."""
    label = number & (_QUASI - 1)
    if not 1 <= label <= len(LABELS):
        return None
    if number & _CAPITALISED and not _is_name(text, begin, end):
        return None
    return LABELS[label - 1], "quasi" if number & _QUASI else "direct"


def _is_name(text: str, begin: int, end: int) -> bool:
    """Tell whether a word is written as a name: with a capital that no sentence asks for."""
    surface = text[begin:end]
    if not surface[:1].isupper() or (len(surface) > 1 and surface.isupper()):
        return False
    before, after = text[max(0, begin - _NEAR) : begin], text[end : end + _NEAR]
    return not _SENTENCE.search(before) or after.lstrip("*_ ").startswith(":")


def _phrases(
    folded: bytes, words: Sequence[tuple[int, int]], lengths: int
) -> Iterator[tuple[int, bytes]]:
    """Yield where each run of words that may be a name ends, and the run; the longest first."""
    parts = [folded[start:end] for start, end in words]
    together = 1
    while (
        together < len(words)
        and len(parts[together]) <= LONGEST
        and _is_near(folded[words[together - 1][1] : words[together][0]])
    ):
        together += 1
    for number in range(together, 0, -1):
        if lengths >> (number - 1) & 1:
            yield words[number - 1][1], b" ".join(parts[:number])


def _is_near(gap: bytes) -> bool:
    """Tell whether what lies between two words may lie within a name."""
    return gap.count(b"\n") <= 1 and (BREAK not in gap or len(gap) <= 2)  # noqa: PLR2004, as "J. S"
