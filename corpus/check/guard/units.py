"""Stretches of text by which a passage is known again, wherever it was pasted."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.check.guard.folding import BREAK

_WORDS = 4
"""Words that a unit has at least."""
_SHORTEST = 12
"""Bytes that it has at least."""
_BYTES = 30
"""Bytes that are enough as well, where words are not parted by blanks."""
_LABEL = 5
"""Words that a line by itself has at most if it names a speaker."""
_LONGEST_LABEL = 64


def units(folded: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the units of a folded text: where the stretch that holds it begins, and its words.

    A stretch of several lines is read as one that was wrapped, line by line, and between its
    short lines, which may name speakers: how it was set is not known.
    """
    at = 0
    for stretch in folded.split(BREAK):
        if len(stretch) >= _SHORTEST:
            if b"\n" in stretch:
                for start, block in _blocks(stretch):
                    for words in _readings(block):
                        yield at + start, words
            elif words := _unit(stretch):
                yield at, words
        at += len(stretch) + 1


def longest(folded: bytes) -> list[bytes]:
    """Return the units of a turn's folded text, the longest first; lines count as wrapped."""
    found = {
        unit
        for stretch in folded.split(BREAK)
        for _, block in _blocks(stretch)
        if (unit := _unit(block))
    }
    return sorted(found, key=lambda unit: (-len(unit), unit))


def _unit(stretch: bytes) -> bytes:
    """Return the words of a stretch, or nothing where they are too few."""
    words = stretch.split()
    unit = b" ".join(words)
    enough = len(words) >= _WORDS and len(unit) >= _SHORTEST
    return unit if enough or (len(unit) >= _BYTES and not unit.isascii()) else b""


def _blocks(stretch: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what blank lines part, with where it begins."""
    at = begin = 0
    for line in stretch.split(b"\n"):
        if not line or line.isspace():
            if at > begin:
                yield begin, stretch[begin : at - 1]
            begin = at + len(line) + 1
        at += len(line) + 1
    if at > begin:
        yield begin, stretch[begin:]


def _readings(block: bytes) -> Iterator[bytes]:
    """Yield a block as one, without what may be a label before or after it, and line by line."""
    lines = block.split(b"\n")
    size = len(block)
    after_first, before_last = len(lines[0]) + 1, size - len(lines[-1]) - 1
    runs = {(0, size), (after_first, size), (0, before_last), (after_first, before_last)}
    at = begin = 0
    for line in lines:
        end = at + len(line)
        if len(line) >= _SHORTEST:
            runs.add((at, end))
        if len(line) < _LONGEST_LABEL and len(line.split()) <= _LABEL:
            if at - begin > _SHORTEST:
                runs.add((begin, at))
            begin = end + 1
        at = end + 1
    runs.add((begin, size))
    for first, end in runs:
        if end - first >= _SHORTEST and (unit := _unit(block[first:end])):
            yield unit
