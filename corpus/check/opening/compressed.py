"""Opens what is compressed as a whole: gzip, bzip2, xz."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from corpus.check import opening
from corpus.check.opening import runs, streams
from corpus.check.opening.content import DEEPEST, Content, UnopenedError, label, problem, within
from corpus.check.types import Opened

_ENDINGS = {"gz": "", "bz2": "", "xz": "", "tgz": ".tar", "tbz2": ".tar", "txz": ".tar"}


def opened(content: Content, kind: str) -> Opened:
    """Open what is compressed; where its end is damaged, what stands before it is read."""
    if content.depth >= DEEPEST:
        raise UnopenedError("archives lie too deep within one another")
    stem, _, ending = content.name.rpartition(".")
    name = stem + _ENDINGS[ending.lower()] if ending.lower() in _ENDINGS else content.name
    data, heads, wrong = streams.unpacked(content.data, kind, content.budget)
    one = opening.as_part(opening.opened(content.member(data, name)))
    place = label(name.replace("\\", "/").rpartition("/")[2], "unpacked")
    return replace(
        one,
        kind=kind,
        passages=chain(runs.passages(heads, "header"), within(place, one.passages)),
        problem=problem(filter(None, (wrong, one.problem))),
    )
