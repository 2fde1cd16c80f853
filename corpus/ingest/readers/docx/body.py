"""The main part of a Word file in, its paragraphs and tables out, as they read when printed.

Tracked changes count as accepted. What was not said is passed over and counted: comments and
notes, headers, deletions, hidden text, pictures and text boxes, objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from corpus.ingest.readers.docx.styles import Styles
from corpus.ingest.readers.docx.words import Paragraph, Words
from corpus.ingest.readers.docx.xml import Walk, is_on

_LEFT_OUT = frozenset(
    ("w:del", "w:drawing", "w:pict", "w:object", "w:altChunk", "w:txbxContent", "w:sym")
)
_ELSEWHERE = frozenset(
    f"w:{name}Reference" for name in ("comment", "footnote", "endnote", "header", "footer")
)
"""What points to a text in a part that is never read."""
_SETTINGS_BEFORE = ("pPr", "rPr", "sectPr", "tblPr", "tblPrEx", "trPr", "tcPr")
_PASSED_OVER = frozenset(
    ("w:moveFrom", "w:sdtPr", "w:rt", "mc:Choice", *(f"w:{old}Change" for old in _SETTINGS_BEFORE))
)
"""What says nothing, or what stands elsewhere too: old settings, richer renderings, sources."""
_SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}


@dataclass(slots=True, kw_only=True)
class Row:
    """A row of a table; its cells hold paragraphs."""

    cells: list[list[Paragraph]] = field(default_factory=list, repr=False)
    is_header: bool = False
    """The file says that it repeats on each page."""
    is_deleted: bool = False


Table = list[Row]


class Body(Walk):
    """Gathers paragraphs and tables; a table within a table becomes paragraphs of its cell."""

    def __init__(self, styles: Styles) -> None:
        super().__init__()
        self.blocks: list[Paragraph | Table] = []
        self._left_out = 0
        self._words = Words(styles)
        self._joins = False
        """The mark between this paragraph and the next was deleted."""
        self._renderings: list[int] = []
        self._depth = 0
        self._table: Table = []
        self._row = Row()
        self._cell: list[Paragraph] | None = None
        self._begin: dict[str, Callable[[Mapping[str, str]], None]] = {
            "w:p": self._begin_paragraph,
            "w:pStyle": self._words.style,
            "w:rStyle": self._set_run,
            "w:vanish": self._set_run,
            "w:b": self._set_run,
            "w:fldChar": self._words.pass_field,
            "mc:AlternateContent": self._begin_renderings,
            "mc:Fallback": self._begin_fallback,
            "w:tbl": self._begin_table,
            "w:tr": self._begin_row,
            "w:tblHeader": self._set_header,
            "w:tc": self._begin_cell,
        }
        self._end: dict[str, Callable[[], None]] = {
            "w:p": self._end_paragraph,
            "w:r": self._words.end_run,
            "m:r": self._words.end_run,
            "mc:AlternateContent": self._end_renderings,
            "w:tbl": self._end_table,
            "w:tr": self._end_row,
            "w:tc": self._end_cell,
            "w:body": self._flush,
        }

    @property
    def dropped(self) -> int:
        """Count the pieces that were left out."""
        return self._left_out + self._words.dropped

    def opened(self, attributes: Mapping[str, str]) -> bool:
        """Begin what the tag begins; pass over what was not said."""
        parent, name = ["", *self.path[-2:]][-2:]
        if name in ("w:del", "w:moveFrom") and parent in ("w:rPr", "w:trPr"):
            self._delete_mark()
        elif name in _LEFT_OUT or name in _PASSED_OVER:
            self._left_out += name in _LEFT_OUT
            return False
        elif name in _SIGNS and parent == "w:r":
            self._words.add(_SIGNS[name])
        elif name in self._begin:
            self._begin[name](attributes)
        else:
            self._left_out += name in _ELSEWHERE
        return True

    def closed(self) -> None:
        """End what the tag began."""
        if end := self._end.get(self.path[-1]):
            end()

    def said(self, words: str) -> None:
        """Take words."""
        self._words.add(words)

    def _delete_mark(self) -> None:
        """Take it that the end of a paragraph, or a row, was deleted."""
        if self.path[-3:-1] == ["w:pPr", "w:rPr"]:
            self._joins = True
        elif self.path[-2] == "w:trPr" and self._depth == 1:
            self._row.is_deleted = True

    def _begin_paragraph(self, _: Mapping[str, str]) -> None:
        self._end_paragraph()
        self._joins = False
        self._words.style({})

    def _end_paragraph(self) -> None:
        if not self._joins:
            self._flush()

    def _flush(self) -> None:
        paragraphs = self._words.take()
        if self._cell is None:
            self.blocks += paragraphs
        else:
            self._cell += paragraphs

    def _set_run(self, attributes: Mapping[str, str]) -> None:
        if self.path[-3:-1] in (["w:r", "w:rPr"], ["m:r", "w:rPr"]):
            self._words.set_run(self.path[-1], attributes)

    def _begin_renderings(self, _: Mapping[str, str]) -> None:
        self._renderings.append(0)

    def _begin_fallback(self, _: Mapping[str, str]) -> None:
        if self._renderings:
            self._renderings[-1] += 1

    def _end_renderings(self) -> None:
        """Count what a richer rendering without a plain one, which is not read, may have said."""
        self._left_out += not self._renderings.pop()

    def _begin_table(self, _: Mapping[str, str]) -> None:
        self._flush()
        self._depth += 1
        if self._depth == 1:
            self._table = []

    def _begin_row(self, _: Mapping[str, str]) -> None:
        if self._depth == 1:
            self._row = Row()

    def _set_header(self, attributes: Mapping[str, str]) -> None:
        if self._depth == 1:
            self._row.is_header = is_on(attributes)

    def _begin_cell(self, _: Mapping[str, str]) -> None:
        if self._depth == 1:
            self._cell = []

    def _end_cell(self) -> None:
        self._flush()
        if self._depth == 1 and self._cell is not None:
            self._row.cells.append(self._cell)
            self._cell = None

    def _end_row(self) -> None:
        if self._depth == 1 and self._row.is_deleted:
            self._left_out += 1
        elif self._depth == 1 and any(self._row.cells):
            self._table.append(self._row)

    def _end_table(self) -> None:
        """Keep the table; one of a single column is but a frame around its paragraphs."""
        self._flush()
        self._depth -= 1
        if self._depth:
            return
        if all(len(row.cells) == 1 for row in self._table):
            self.blocks += [p for row in self._table for p in row.cells[0]]
        else:
            self.blocks.append(self._table)
