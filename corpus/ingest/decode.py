"""Bytes of a file in, its text and encoding out."""

from __future__ import annotations

import codecs
import re

from corpus.errors import SourceError
from corpus.layers import needs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"{\\rtf",
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS = 0.01
_ALIKE = 0.1
_WESTERN = "cp1252"
_NEAR = 0.1


def decode(data: bytes, path: str) -> tuple[str, str]:
    """Return the text of the file and the encoding it was in, without byte order mark.

    Raises:
        SourceError: the file is empty, binary, or in no encoding that can be told.
    """
    if data.startswith(_SIGNATURES):
        raise _not_text(path)
    text, encoding = _decode(data, path)
    if not text.strip():
        raise SourceError("the file is empty", path=path, remedy="leave it out or fill it")
    if "\0" in text or len(_CONTROLS.findall(text)) > max(1, len(text) * _MOST_CONTROLS):
        raise _not_text(path)
    return text, encoding


def _decode(data: bytes, path: str) -> tuple[str, str]:
    marked = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), None)
    if marked:
        mark, name = marked
        return _strictly(data[len(mark) :], name, path), name
    if (wide := _wide(data)) and _is_valid(data, wide):
        return data.decode(wide), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _guess(data, path)


def _strictly(data: bytes, encoding: str, path: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"not valid {encoding}",
            path=path,
            place=f"byte {error.start}",
            remedy="save the file again as UTF-8",
        ) from None


def _wide(data: bytes) -> str | None:
    """Name UTF-16 without a mark: its zero bytes stand on one side of the pairs only."""
    low, high = data[1::2].count(0), data[0::2].count(0)
    one_sided = not len(data) % 2 and bool(low) != bool(high)
    if not one_sided or (_is_valid(data, "utf-8") and (low + high) * 3 < len(data)):
        return None
    return "utf-16-le" if low else "utf-16-be"


def _is_valid(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _guess(data: bytes, path: str) -> tuple[str, str]:
    encoding = None if b"\0" in data else guess(data)
    if encoding is None:
        raise _not_text(path)
    return _strictly(data, encoding, path), encoding


def guess(data: bytes) -> str | None:
    """Name the encoding that bytes are in which are not UTF-8; None where it cannot be told."""
    with needs("check"):
        from charset_normalizer import from_bytes
    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        return None
    # Short texts fit several code pages about as well; then the commonest one wins.
    western = next((m for m in matches if _WESTERN in m.could_be_from_charset), best)
    near = western.chaos - best.chaos < _NEAR and best.coherence - western.coherence < _ALIKE
    if near and _WESTERN in western.could_be_from_charset:
        return _WESTERN
    return best.encoding


def _not_text(path: str) -> SourceError:
    return SourceError(
        "the file is binary or in an unknown encoding",
        path=path,
        remedy="export the transcript as text in UTF-8",
    )
