"""A file of captions in, its cues out: what WebVTT and SRT have in common.

Read by hand, since webvtt-py passes over in silence what it cannot read (a wrong time, text
after a blank line, a cue without its number) and does not say where anything stood.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.ingest.source import Source

NUMBER = re.compile(r"\s*[0-9]+\s*")
ANYTHING = re.compile(r".*")

_ARROW = "-->"
_TIME = r"\s*(?:([0-9]{1,4}):)?([0-5]?[0-9]):([0-5]?[0-9])(?:[.,]([0-9]{1,9}))?"
_TIMES = re.compile(rf"{_TIME}\s*{_ARROW}{_TIME}(\s.*)?")
_SETTING = re.compile(r"(?:[a-z]+|[A-Z][12]?):\S+")
_Block = list[tuple[int, str]]
"""Lines without a blank one between them, each with its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """What is shown together, and when."""

    line: int
    """Where in the file its times stand."""
    start_ms: int
    end_ms: int
    lines: list[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """The cues of a file, and how many blocks it has beside them."""

    cues: list[Cue]
    dropped: int


def read(
    source: Source, *, names: re.Pattern[str], asides: re.Pattern[str] | None = None
) -> Captions:
    """Return the cues of a file; what stands after a blank line goes on with the cue above.

    Args:
        source: the file.
        names: what a line above the times of a cue must be to identify the cue.
        asides: how a block begins that nobody said, if the format has such blocks.

    Raises:
        SourceError: a line with an arrow is no line of times, or there is no such line.
    """
    cues: list[Cue] = []
    dropped, goes_on = 0, False
    for block in _blocks(source.text):
        timed = [i for i, (_, line) in enumerate(block) if _ARROW in line]
        above = block[: timed[0]] if timed else block
        if timed:
            above = [] if _is_name(above, names) else _unnumbered(above)
        if asides and above and asides.match(above[0][1]):
            goes_on = False
        if goes_on:
            cues[-1].lines.extend(line for _, line in above)
        else:
            dropped += bool(above)
        for start, end in pairwise([*timed, len(block)]):
            shown = block[start:end]
            cues.append(_cue(shown if end == len(block) else _unnumbered(shown), source))
        goes_on = goes_on or bool(timed)
    if not cues:
        raise source.error(
            "no cue is in it",
            "line 1",
            "put a line of times, 00:00:01.000 --> 00:00:04.000, above each text",
        )
    return Captions(cues=cues, dropped=dropped)


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the blocks; a blank line below a cue's number does not end one."""
    block: _Block = []
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if line.strip():
            block.append((number, line.rstrip("\n")))
        elif block and not (len(block) == 1 and NUMBER.fullmatch(block[0][1])):
            yield block
            block = []
    if block:
        yield block


def _is_name(above: _Block, names: re.Pattern[str]) -> bool:
    return len(above) == 1 and names.fullmatch(above[0][1]) is not None


def _unnumbered(above: _Block) -> _Block:
    """Leave out the number of the cue whose times come next."""
    return above[:-1] if above and NUMBER.fullmatch(above[-1][1]) else above


def _cue(block: _Block, source: Source) -> Cue:
    """Return the cue whose times are the first line of the block."""
    (line, times), *rest = block
    start_ms, end_ms = _milliseconds(times, f"line {line}", source)
    return Cue(line=line, start_ms=start_ms, end_ms=end_ms, lines=[text for _, text in rest])


def _milliseconds(line: str, place: str, source: Source) -> tuple[int, int]:
    match = _TIMES.fullmatch(line)
    if not match:
        raise source.error(
            "the times of a cue cannot be read",
            place,
            "write them as 00:00:01.000 --> 00:00:04.000, and take arrows out of what is said",
        )
    if not all(_SETTING.fullmatch(word) for word in (match[9] or "").split()):
        raise source.error(
            "text stands behind the times of a cue", place, "put it on the next line"
        )
    return _sum(match.groups()[:4]), _sum(match.groups()[4:8])


def _sum(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((parts[3] or "").ljust(3, "0")[:3])
