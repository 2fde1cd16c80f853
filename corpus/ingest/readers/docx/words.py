"""Runs of a paragraph in, the paragraph out, without what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.ingest.readers.docx.styles import Styles
from corpus.ingest.readers.docx.xml import is_on, value


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph that has words."""

    text: str = field(repr=False)
    bold: int = 0
    """How many characters at its start are bold."""
    is_heading: bool = False


@dataclass(slots=True, kw_only=True)
class _Run:
    """How a stretch of text is set, where it says so itself."""

    hidden: bool | None = None
    bold: bool | None = None
    style: str = ""
    is_cut: bool = False
    """Some of its words were left out."""


class Words:
    """Gathers the words of one paragraph after the other."""

    def __init__(self, styles: Styles) -> None:
        self.dropped = 0
        """How many runs had hidden words."""
        self._styles = styles
        self._style = ""
        self._run = _Run()
        self._fields: list[bool] = []
        self._codes = 0
        self._words: list[str] = []
        self._bold = 0
        self._is_bold = True

    def style(self, attributes: Mapping[str, str]) -> None:
        """Take the style of the paragraph."""
        self._style = value(attributes)

    def set_run(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take how the run is set."""
        if name == "w:rStyle":
            self._run.style = value(attributes)
        elif name == "w:vanish":
            self._run.hidden = is_on(attributes)
        else:
            self._run.bold = is_on(attributes)

    def end_run(self) -> None:
        """Go back to how the paragraph is set."""
        self.dropped += self._run.is_cut
        self._run = _Run()

    def pass_field(self, attributes: Mapping[str, str]) -> None:
        """Know the code of a field, which comes first, from its result."""
        kind = value(attributes, "w:fldCharType")
        if kind == "begin":
            self._fields.append(True)
            self._codes += 1
        elif self._fields:
            self._codes -= self._fields.pop()
            if kind == "separate":
                self._fields.append(False)

    def add(self, words: str) -> None:
        """Take words, unless they are hidden or stand in the code of a field."""
        run, styles = self._run, self._styles
        hidden = run.hidden
        if hidden is None:
            hidden = styles.hides(run.style) or styles.hides(self._style)
        if hidden or self._codes:
            run.is_cut = run.is_cut or not words.isspace()
            return
        bold = run.bold
        if bold is None:
            bold = styles.is_bold(run.style) or styles.is_bold(self._style)
        self._is_bold = self._is_bold and (bold or words.isspace())
        self._bold += len(words) if self._is_bold else 0
        self._words.append(words)

    def take(self) -> list[Paragraph]:
        """Return the paragraph, if it has words, and begin the next."""
        text = "".join(self._words)
        margin = len(text) - len(text.lstrip())
        paragraph = Paragraph(
            text=text.strip(),
            bold=max(0, self._bold - margin),
            is_heading=self._styles.is_heading(self._style),
        )
        self._words, self._bold, self._is_bold = [], 0, True
        return [paragraph] if paragraph.text else []
