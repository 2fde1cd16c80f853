"""Opens RTF: its words without the codes between them, those of notes and properties too.

The lines of an RTF file mean nothing, so that places in it have none.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from corpus.check.opening.content import Content, UnopenedError
from corpus.check.opening.passages import cut
from corpus.check.opening.prose import is_prose
from corpus.check.types import Opened

_MOST_CODES = 1 << 22
_CODE = re.compile(
    r"\\'(?P<byte>[0-9a-fA-F]{2})|\\u(?P<sign>-?\d{1,6}) ?(?:\?|\\'[0-9a-fA-F]{2})?"
    r"|\\(?P<word>[a-zA-Z]{1,32})(?:-?\d{1,10})? ?|\\(?P<mark>[^a-zA-Z'\r\n])"
    r"|(?P<group>[{}])|\\?\r?\n"
)
_PAGE = re.compile(rb"\\ansicpg(\d{3,5})(?!\d)")
_HEAD = 1 << 12
_USUAL = "cp1252"
_BREAKS = frozenset(("par", "line", "cell", "row", "sect", "page", "column", "nestcell", "nestrow"))
_SIGNS = {
    **dict.fromkeys(_BREAKS, "\n"),
    "tab": "\t",
    **dict.fromkeys(("emspace", "enspace", "qmspace"), " "),
    **dict.fromkeys(("lquote", "rquote"), "'"),
    **dict.fromkeys(("ldblquote", "rdblquote"), '"'),
    **dict.fromkeys(("endash", "emdash"), "-"),
}
_MARKS = {"~": " ", "_": "-", "-": "", "*": ""}
_APART = re.compile(
    r"\\(?:\*|info|author|operator|title|subject|manager|company|category|keywords|comment"
    r"|doccomm|hlinkbase|footnote|annotation|atn\w*|field|fldinst|fldrslt|header\w?|footer\w?"
    r"|fonttbl|stylesheet|colortbl|pict|object|revtbl)(?![a-z])"
)
"""What a group begins with whose words belong to nothing around it."""


def opened(content: Content, kind: str) -> Opened:
    """Open RTF."""
    if len(content.data) > content.most:
        raise UnopenedError("it is larger than is read")
    page = _page(content.data)
    written = content.data.replace(b"\0", b"").decode(page, "replace")
    if sum(map(written.count, "\\{}\n")) > _MOST_CODES:
        raise UnopenedError("it has more codes than are read")
    text = "".join(_words(written, page))
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    skipped = "an object in it is not read" if "\\objdata" in written else ""
    return Opened(
        kind=kind,
        passages=cut(text, inside="text", line=0),
        is_prose=is_prose(text, ""),
        skipped=skipped,
    )


def _page(data: bytes) -> str:
    """Name the code page of bytes beyond ASCII."""
    found = _PAGE.search(data, 0, _HEAD)
    try:
        return codecs.lookup(f"cp{int(found[1])}").name if found else _USUAL
    except LookupError:
        return _USUAL


def _words(written: str, page: str) -> Iterator[str]:
    at = 0
    apart: list[str] = []
    for found in _CODE.finditer(written):
        yield written[at : found.start()]
        at = found.end()
        if found["group"] == "{":
            apart.append("\n" if _APART.match(written, at) else "")
            yield apart[-1]
        elif found["group"]:
            yield apart.pop() if apart else ""
        else:
            yield _read(found, page)
    yield written[at:]


def _read(found: re.Match[str], page: str) -> str:
    if found["byte"]:
        return bytes.fromhex(found["byte"]).decode(page, "replace")
    if found["sign"]:
        code = int(found["sign"]) % 0x10000
        return chr(code)
    if found["word"]:
        return _SIGNS.get(found["word"], "")
    return _MARKS.get(found["mark"], found["mark"]) if found["mark"] else ""
