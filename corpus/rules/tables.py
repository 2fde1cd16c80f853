"""Shapes and sets of characters as bytes to translate a text with, and to look for in it."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.rules.needs.known import Shape


def row(shape: Shape) -> tuple[bytes | None, bytes]:
    """Return what a text has to be translated with, if at all, and the row in it."""
    sets = [shape.sets[i] for i in shape.row]
    if all(chars.bit_count() == 1 for chars in sets):
        return None, bytes(chars.bit_length() - 1 for chars in sets)
    table = bytearray(256)
    for number, chars in enumerate(shape.sets, start=1):
        for byte in members(chars):
            table[byte] = number
    return bytes(table), bytes(i + 1 for i in shape.row)


def members(chars: int) -> Iterator[int]:
    """Return the bytes of a set."""
    return (byte for byte in range(128) if chars >> byte & 1)
