"""The styles of a Word file in; which of them hide text, are bold or are headings out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.ingest.readers.docx.xml import Walk, is_on, value

_HEADING = re.compile(r"heading \d|title|subtitle|toc .*", re.IGNORECASE)
"""Word writes these names in English, whatever language it speaks."""


@dataclass(slots=True, kw_only=True)
class _Style:
    based_on: str = ""
    hides: bool | None = None
    bold: bool | None = None
    heading: bool = False


class Styles(Walk):
    """What each style does; the empty ID stands for that of paragraphs without one."""

    def __init__(self) -> None:
        super().__init__()
        self._by_id: dict[str, _Style] = {}
        self._style = _Style()

    def hides(self, id_: str) -> bool:
        """Tell whether text in this style is hidden."""
        return next((s.hides for s in self._chain(id_) if s.hides is not None), False)

    def is_bold(self, id_: str) -> bool:
        """Tell whether text in this style is bold."""
        return next((s.bold for s in self._chain(id_) if s.bold is not None), False)

    def is_heading(self, id_: str) -> bool:
        """Tell whether paragraphs in this style are headings, or lists of them."""
        return any(s.heading for s in self._chain(id_))

    def opened(self, attributes: Mapping[str, str]) -> bool:
        """Note what a style says of itself."""
        match self.path[-3:]:
            case [*_, "w:style"]:
                self._style = self._by_id.setdefault(value(attributes, "w:styleId"), _Style())
                if value(attributes, "w:default") and value(attributes, "w:type") == "paragraph":
                    self._by_id[""] = self._style
            case [*_, "w:style", "w:name"]:
                self._style.heading = _HEADING.fullmatch(value(attributes)) is not None
            case [*_, "w:style", "w:basedOn"]:
                self._style.based_on = value(attributes)
            case ["w:style", "w:rPr", "w:vanish"]:
                self._style.hides = is_on(attributes)
            case ["w:style", "w:rPr", "w:b"]:
                self._style.bold = is_on(attributes)
        return True

    def _chain(self, id_: str) -> Iterator[_Style]:
        """Yield the style and those that it is based on."""
        seen = set()
        while id_ in self._by_id and id_ not in seen:
            seen.add(id_)
            yield self._by_id[id_]
            id_ = self._by_id[id_].based_on or id_
