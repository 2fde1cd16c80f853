"""Opens the members of an archive, one after the other; one that is damaged spoils no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from corpus.check import opening
from corpus.check.opening.content import DEEPEST, Content, UnopenedError, label, problem, within
from corpus.check.opening.passages import cut
from corpus.check.types import Opened, Passage

_MOST = 10_000
"""Members that are looked at."""


class Member(NamedTuple):
    """A member of an archive."""

    name: str
    read: Callable[[], bytes]
    """Unpacks it, within the budget."""
    notes: Iterable[str] = ()
    """What the archive says of it: comments, links, owners."""


Opener = Callable[[Content], Opened]


def opened(
    content: Content,
    kind: str,
    members: Iterator[Member],
    *,
    opener: Opener = opening.opened,
    joint: str = " > ",
) -> Opened:
    """Open an archive.

    Args:
        content: its bytes.
        kind: what it is.
        members: what lies in it.
        opener: opens each of them.
        joint: what stands between the name of a member and a place in it.

    Raises:
        UnopenedError: it lies too deep within others.
    """
    if content.depth >= DEEPEST:
        raise UnopenedError("archives lie too deep within one another")
    passages: list[Iterable[Passage]] = []
    problems: list[str] = []
    skipped: list[str] = []
    prose = is_private = False
    for number, member in enumerate(islice(members, _MOST), 1):
        place = label(member.name, f"member {number}")
        one = _member(content, member, opener)
        told = filter(None, dict.fromkeys((member.name, *member.notes)))
        named = (
            cut(text, inside=f"name of member {number}", line=0, is_prose=False) for text in told
        )
        passages += (*named, within(place, one.passages, joint))
        problems += [f"{place}: {one.problem}"] if one.problem else []
        skipped += [f"{place}: {one.skipped}"] if one.skipped else []
        prose = prose or one.is_prose
        is_private = is_private or one.is_private
    if next(members, None):
        problems.append(f"it has more than {_MOST:,} members")
    return Opened(
        kind=kind,
        passages=chain.from_iterable(passages),
        is_prose=prose,
        problem=problem(problems),
        skipped=problem(skipped),
        is_private=is_private,
    )


def _member(content: Content, member: Member, opener: Opener) -> Opened:
    try:
        return opening.as_part(opener(content.member(member.read(), member.name)))
    except UnopenedError as error:
        return Opened(kind="member", problem=str(error))
