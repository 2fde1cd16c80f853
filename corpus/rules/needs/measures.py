"""How far the parts of a pattern reach, and what they begin and end with."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.rules.needs.chars import LETTERS, NEWLINE, SPACE
from corpus.rules.needs.syntax import Alt, Edge, Look, Node, One, Rep, Seq

ENDLESS = 1 << 20
"""More lines than any limit."""


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return the parts that follow one another."""
    return node.parts if isinstance(node, Seq) else (node,)


def alphabet(node: Node) -> int:
    """Return all that it takes or looks at."""
    if isinstance(node, One):
        return node.chars
    if isinstance(node, Rep | Look):
        return alphabet(node.part)
    if isinstance(node, Edge):
        return 0 if node.of_word else NEWLINE
    chars = 0
    for part in node.parts:
        chars |= alphabet(part)
    return chars


def lines(node: Node) -> int:
    """Return how many line breaks lie at most in what it takes and looks at.

    Line breaks with nothing but spaces between them count as one.
    """
    if isinstance(node, One | Edge):
        return int(bool(alphabet(node) & NEWLINE))
    if isinstance(node, Seq):
        return sum(map(lines, node.parts))
    if isinstance(node, Alt):
        return max(map(lines, node.parts))
    once = lines(node.part)
    if isinstance(node, Look):
        return once
    if isinstance(node.part, One) and not node.part.chars & ~SPACE:
        return once
    return once * (ENDLESS if node.most is None else node.most)


def looked_at(node: Node, *, ahead: bool) -> int:
    """Return how many line breaks lie at most in what it looks at on one side of itself."""
    if isinstance(node, Look):
        return lines(node.part) if node.ahead == ahead else looked_at(node.part, ahead=ahead)
    if isinstance(node, Rep):
        once = looked_at(node.part, ahead=ahead)
        return once * (ENDLESS if node.most is None else node.most)
    if isinstance(node, Alt):
        return max(looked_at(part, ahead=ahead) for part in node.parts)
    if isinstance(node, Seq):
        return sum(looked_at(part, ahead=ahead) for part in node.parts)
    return 0


def width(node: Node) -> int:
    """Return how many characters it takes at least."""
    if isinstance(node, One):
        return 1
    if isinstance(node, Seq):
        return sum(map(width, node.parts))
    if isinstance(node, Alt):
        return min(map(width, node.parts))
    return node.least * width(node.part) if isinstance(node, Rep) else 0


def is_barred(part: Node) -> bool:
    """Tell whether no letter is on the other side of where this holds beside one."""
    if isinstance(part, Edge):
        return True
    if not isinstance(part, Look) or part.wanted:
        return False
    ways = part.part.parts if isinstance(part.part, Alt) else (part.part,)
    return any(_is_any_letter(parts_of(way)) for way in ways)


def _is_any_letter(parts: tuple[Node, ...]) -> bool:
    only = parts[0] if len(parts) == 1 else None
    return isinstance(only, One) and only.chars & LETTERS == LETTERS


def nearest(parts: Iterable[Node], beyond: int, *, forwards: bool) -> int:
    """Return what may stand next where the parts follow, the nearest first, and then others."""
    chars = 0
    for part in parts:
        if is_barred(part):
            return chars
        found, is_optional = end(part, forwards=forwards)
        chars |= found
        if not is_optional:
            return chars
    return chars | beyond


def end(part: Node, *, forwards: bool) -> tuple[int, bool]:
    """Return what a part may begin (or end) with, and whether it may be empty."""
    if isinstance(part, One):
        return part.chars, False
    if isinstance(part, Look | Edge):
        return 0, not is_barred(part)
    if isinstance(part, Rep):
        chars, is_optional = end(part.part, forwards=forwards)
        return chars, is_optional or part.least == 0
    chars = 0
    if isinstance(part, Alt):
        ends = [end(way, forwards=forwards) for way in part.parts]
        for found, _ in ends:
            chars |= found
        return chars, any(is_optional for _, is_optional in ends)
    for inner in part.parts if forwards else part.parts[::-1]:
        found, is_optional = end(inner, forwards=forwards)
        chars |= found
        if not is_optional:
            return chars, False
    return chars, True
