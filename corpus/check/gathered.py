"""The passages of one item, joined to one text that people read, with the way back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus.check.scanning import Mention
from corpus.check.types import Passage

_GAP = "\n"


class Found(NamedTuple):
    """A mention, and the passage that it lies in."""

    passage: Passage
    mention: Mention


@dataclass(slots=True)
class Gathered:
    """Keeps passages until the model may read them; no more than the model would."""

    most: int
    """In characters; what comes after is not kept."""
    passages: list[Passage] = field(default_factory=list, repr=False)
    length: int = 0
    """Of all passages, kept or not."""

    def feed(self, passage: Passage) -> None:
        """Take the next passage."""
        self.length += len(passage.text) + len(_GAP)
        if self.length <= self.most:
            self.passages.append(passage)

    @property
    def is_whole(self) -> bool:
        """Whether all that was fed is kept."""
        return self.length <= self.most

    @property
    def text(self) -> str:
        """What was kept."""
        return _GAP.join(passage.text for passage in self.passages)

    def places(self, mentions: Iterable[Mention]) -> Iterator[Found]:
        """Yield what was found in `text`, by passage; none lies in two."""
        starts = [0]
        for passage in self.passages[:-1]:
            starts.append(starts[-1] + len(passage.text) + len(_GAP))
        for mention in mentions:
            number = bisect_right(starts, mention.start) - 1
            passage, start = self.passages[number], starts[number]
            end = min(mention.end - start, len(passage.text))
            yield Found(passage, mention._replace(start=mention.start - start, end=end))
