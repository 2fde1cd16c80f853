"""Opens the parts of Word's, Excel's, PowerPoint's and LibreOffice's documents, all alike.

Whatever part it is, a paragraph of it is one text, however many runs it is written in. Where
changes are tracked it is read twice, as it is and as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.check import opening
from corpus.check.opening import runs
from corpus.check.opening.content import Content, UnopenedError
from corpus.check.opening.passages import cut
from corpus.check.opening.prose import is_prose
from corpus.check.types import Opened, Passage
from corpus.parts import xml

_FORMATS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_LISTED = "[Content_Types].xml"
_LIBRE = {"mimetype", "content.xml", "META-INF/manifest.xml"}
_PARTS = (".xml", ".rels")
_MACROS = "vbaproject.bin"

_BLOCKS = frozenset(("p", "h", "si", "is"))
_FLOWING = frozenset(("t", "p", "h", "span", "a", "delText"))
"""Whose words belong to the text of a paragraph."""
_CODES = frozenset(("instrText", "delInstrText"))
_GONE = frozenset(("del", "moveFrom"))
_NEW = frozenset(("ins", "moveTo"))
_SIGNS = {
    **dict.fromkeys(("tab", "ptab"), "\t"),
    **dict.fromkeys(("br", "cr", "line-break"), "\n"),
    "s": " ",
    "noBreakHyphen": "-",
}
_TELLING = frozenset(
    (
        *("author", "initials", "userId", "displayName", "creator", "title", "descr", "name"),
        *("text", "Target", "href", "tooltip", "instr", "formula", "string-value"),
    )
)
"""Attributes that people fill in, or that quote them."""
_FORMS = frozenset(
    ("alias", "tag", "docVar", "default", "listEntry", "listItem", "statusText", "helpText")
)
"""Tags whose attributes are filled in by people, all of them."""
_FONTS = frozenset(("ascii", "hAnsi", "cs", "eastAsia", "typeface"))
_LOOKS = re.compile(r"(?:.*/)?(?:styles\w*|theme\d*|fontTable|numbering|\[Content_Types\])\.xml")
"""Parts that hold how things look: their attributes are full of names that nobody bears."""
_OWN = re.compile(r"(?:.*/)?customXml/.*")
"""Parts that are not Word's, but of whoever made the document."""
_FORM = re.compile(
    r"@|www\.|\w{2}://(?!schemas\.|purl\.|www\.w3\.)|(?<![\w.])[+0](?:[ ()/-]?\d){9,13}(?![\w.])"
)
"""What can be told by its form in whatever attribute: an address, a link, a telephone number."""
_CODE = re.compile(
    r"[-+]?[\d.]{1,12}(?:%|[a-z]{2})?|[0-9A-Fa-f]{2,8}|\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4,12}){4}\}?"
    r"|rId\d+|https?://(?:schemas|purl|www\.w3)\.[\w./-]+"
)
_BUILT_IN = re.compile(r".* (?:Char|Zchn)")
"""Names that Word gives to styles which it makes for others."""
_WORD = re.compile(r"[^\W\d_]{2}")
_SAMPLED = 50
_TAG = 32
"""What a tag counts for on top of its bytes: each is work."""
_LONG_NUMBER = 7
"""Digits from which on a number may be that of a telephone."""


def kind(names: Iterable[str]) -> str | None:
    """Name the format of a document by its members; None where an archive is none."""
    listed = set(names)
    if listed >= _LIBRE:
        return "odt"
    if _LISTED not in listed:
        return None
    return next(
        (k for start, k in _FORMATS.items() if any(n.startswith(start) for n in listed)), None
    )


def opened(content: Content) -> Opened:
    """Open a part."""
    name = content.name.lower()
    if name.endswith(_MACROS):
        told = runs.passages(content.data, "macros")
        return Opened(kind="macros", passages=told, skipped="macros are read in part")
    if not name.endswith(_PARTS):
        return opening.opened(content)
    content.budget.spend(content.data.count(b"<") * _TAG)
    part = _Part(content.name)
    try:
        xml.walk(content.data, part)
    except xml.DoctypeError:
        raise UnopenedError("its XML has a DOCTYPE") from None
    except xml.BrokenXmlError:
        raise UnopenedError("its XML is damaged") from None
    prose = is_prose("\n".join(part.texts[:_SAMPLED]), "")
    return Opened(kind="xml", passages=_passages(part), is_prose=prose)


def _passages(part: _Part) -> Iterator[Passage]:
    for number, text in enumerate(part.texts, 1):
        yield from cut(
            text, inside=f"paragraph {number}", line=0, is_prose=bool(_WORD.search(text))
        )
    yield from cut("\n\n".join(part.noted), inside="attributes", line=0, is_prose=False)


def _is_custom(tag: str, attributes: dict[str, str]) -> bool:
    """Tell whether a tag begins a style that people made."""
    return tag == "style" and any(key.endswith("}customStyle") for key in attributes)


class _Block:
    """A paragraph that is being read."""

    def __init__(self) -> None:
        self.now: list[str] = []
        self.before: list[str] = []
        self.codes: list[str] = []

    def texts(self) -> Iterator[str]:
        """Yield the paragraph as it is, as it was, and the codes of its fields."""
        for text in dict.fromkeys(map("".join, (self.now, self.before, self.codes))):
            if text and not text.isspace():
                yield text


class _Part:
    """Gathers the paragraphs of a part, and what stands in its attributes."""

    def __init__(self, name: str) -> None:
        self.texts: list[str] = []
        self.noted: dict[str, None] = {}
        """Texts of attributes, each once."""
        self._path: list[str] = []
        self._blocks: list[_Block] = []
        self._alone: list[str] = []
        """Words that belong to no paragraph."""
        self._gone = self._new = 0
        self._looks = bool(_LOOKS.fullmatch(name))
        self._own = bool(_OWN.fullmatch(name))
        self._custom = False
        """Whether a style is open that people made."""

    def start(self, tag: str, attributes: dict[str, str], /) -> None:
        """Take an opening tag."""
        self._end_alone()
        name = tag.rpartition("}")[2]
        self._path.append(name)
        for key, text in attributes.items():
            if self._tells(name, key.rpartition("}")[2], text):
                self.noted[text] = None
        self._custom = self._custom or _is_custom(name, attributes)
        if name in _BLOCKS:
            self._blocks.append(_Block())
        elif name in _SIGNS and self._blocks:
            self._add(_SIGNS[name])
        self._gone += name in _GONE
        self._new += name in _NEW

    def end(self, _tag: str, /) -> None:
        """Take a closing tag."""
        self._end_alone()
        name = self._path.pop()
        if name in _BLOCKS:
            self.texts += self._blocks.pop().texts()
        self._custom = self._custom and name != "style"
        self._gone -= name in _GONE
        self._new -= name in _NEW

    def data(self, text: str, /) -> None:
        """Take some text."""
        name = self._path[-1]
        if self._blocks and name in _CODES:
            self._blocks[-1].codes.append(text)
        elif self._blocks and name in _FLOWING:
            self._add(text)
        else:
            self._alone.append(text)

    def comment(self, text: str, /) -> None:
        """Take a comment."""
        self.noted[text] = None

    def pi(self, target: str, data: str | None = None, /) -> None:
        """Take an instruction to some program."""
        self.noted[f"{target} {data or ''}"] = None

    def _tells(self, tag: str, key: str, text: str) -> bool:
        """Tell whether an attribute may say something of people."""
        if _FORM.search(text):
            return True
        if self._looks:
            named = self._custom and tag in ("name", "aliases")
            return named and not _BUILT_IN.fullmatch(text)
        if key in _TELLING or tag in _FORMS:
            return True
        if self._own:
            return not _CODE.fullmatch(text)
        return " " in text.strip() and key not in _FONTS

    def _add(self, text: str) -> None:
        block = self._blocks[-1]
        if not self._gone:
            block.now.append(text)
        if not self._new:
            block.before.append(text)

    def _end_alone(self) -> None:
        text = "".join(self._alone).strip()
        self._alone.clear()
        if text and (not text.isdigit() or len(text) >= _LONG_NUMBER):
            self.texts.append(text)
