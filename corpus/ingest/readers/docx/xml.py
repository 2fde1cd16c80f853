"""The XML of a part in, its tags and words told one by one; nothing beyond the part is opened."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from corpus.ingest.source import Source
from corpus.parts import xml

_PREFIXES = {
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "{http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "{http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
}


class Walk:
    """Goes through a part tag by tag; a subclass says what to do at each, and what to pass over."""

    def __init__(self) -> None:
        self.path: list[str] = []
        """The tags that are open, as people write them ("w:p"); empty for other vocabularies."""
        self._passed_over = 0

    def opened(self, attributes: Mapping[str, str]) -> bool:
        """Take the tag that ends the path; return whether to go into it."""
        raise NotImplementedError

    def closed(self) -> None:
        """Take the end of the tag that ends the path."""

    def said(self, words: str) -> None:
        """Take words of a text tag; what stands together may come in pieces."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag from the parser."""
        if self._passed_over:
            self._passed_over += 1
            return
        self.path.append(_short(tag))
        self._passed_over = int(not self.opened(attributes))

    def end(self, _tag: str) -> None:
        """Take a closing tag from the parser."""
        if self._passed_over > 1:
            self._passed_over -= 1
            return
        if not self._passed_over:
            self.closed()
        self._passed_over = 0
        self.path.pop()

    def data(self, text: str) -> None:
        """Take some text from the parser."""
        if not self._passed_over and self.path[-1] in ("w:t", "m:t"):
            self.said(text)


def parse(data: bytes, part: str, walk: Walk, source: Source) -> None:
    """Walk through a part.

    Raises:
        SourceError: the part is no XML, or has a DOCTYPE.
    """
    try:
        xml.walk(data, walk)
    except xml.DoctypeError:
        raise source.error(
            "its XML has a DOCTYPE, which Word never writes",
            part,
            "do not trust this file; copy its text into a new document",
        ) from None
    except xml.BrokenXmlError:
        raise source.error(
            "its XML is damaged", part, "open the file in Word and save it as .docx again"
        ) from None


def value(attributes: Mapping[str, str], name: str = "w:val") -> str:
    """Return an attribute, empty where it is absent."""
    return next((text for tag, text in attributes.items() if _short(tag) == name), "")


def is_on(attributes: Mapping[str, str]) -> bool:
    """Tell whether a switch such as <w:b/> is on."""
    return value(attributes) not in ("0", "false", "off")


@lru_cache(maxsize=1024)
def _short(tag: str) -> str:
    space, _, name = tag.rpartition("}")
    prefix = _PREFIXES.get(space)
    return prefix + name if prefix else ""
