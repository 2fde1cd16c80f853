"""XML of strangers in, its tags and words told one by one; nothing beyond it is opened.

The standard library's parser reads it: no tree is built, so that memory is bounded by the
text, and no external entity is ever fetched.
"""

from __future__ import annotations

from typing import Protocol
from xml.etree.ElementTree import ParseError, XMLParser

_DOCTYPES = tuple("<!DOCTYPE".encode(name) for name in ("ascii", "utf-16-le", "utf-16-be"))
"""In any encoding that the parser knows, the word reads like one of these."""


class Target(Protocol):
    """What is told."""

    def start(self, tag: str, attributes: dict[str, str], /) -> None:
        """Take an opening tag."""

    def end(self, tag: str, /) -> None:
        """Take a closing tag."""

    def data(self, text: str, /) -> None:
        """Take some text; what stands together may come in pieces."""


class BrokenXmlError(Exception):
    """Bytes that are no XML; nothing of them is told."""


class DoctypeError(Exception):
    """XML with a DOCTYPE, which programs never write into parts of documents.

    What makes XML dangerous are entities, and they need one.
    """


def walk(data: bytes, target: Target) -> None:
    """Tell the target what the XML holds.

    Raises:
        BrokenXmlError: it is none.
        DoctypeError: it has a DOCTYPE.
    """
    if any(doctype in data for doctype in _DOCTYPES):
        raise DoctypeError
    parser = XMLParser(target=target)  # noqa: S314 - without a DOCTYPE there are no entities
    try:
        parser.feed(data)
        parser.close()
    except (ParseError, LookupError, ValueError):
        raise BrokenXmlError from None
