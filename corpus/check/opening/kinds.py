"""Tells what a content is: by its bytes first, by the ending of its name second."""

from __future__ import annotations

import re

from corpus.check.opening.content import Content

TEXT = "text"
BINARY = "binary"

_SIGNATURES = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"PK\x07\x08": "zip",
    b"\x1f\x8b\x08": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"PAR1\x15": "parquet",
    b"PARE": "parquet",
    b"ARROW1\x00\x00": "arrow",
    b"FEA1": "feather",
    b"%PDF-": "pdf",
    b"{\\rtf": "rtf",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "office",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_BLOCKS_OF_BZIP2 = (b"1AY&SY", b"\x17rE8P\x90")
"""What stands behind its signature, which a word may begin with, too: a block, or the end."""
_STREAM = b"\xff\xff\xff\xff"
_SHORTEST = 8
_TAR = slice(257, 262)
_TEXTS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".geojson": "json",
    ".ipynb": "notebook",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "xml",
    ".svg": "xml",
    ".vtt": "captions",
    ".srt": "captions",
    **dict.fromkeys((".eml", ".mbox", ".mbx", ".mht", ".mhtml"), "mail"),
}
_OTHER_TEXTS = frozenset(
    (
        *(".txt", ".text", ".log", ".rst", ".adoc", ".org", ".tex", ".yaml", ".yml", ".toml"),
        *(".rtf", ".sbv", ".eaf", ".cha", ".textgrid", ".css", ".js", ".py", ".r", ".sql", ".sh"),
    )
)
"""Endings of texts that need no opener of their own."""
_BEGINNINGS = (
    (re.compile(rb"\s*(?:\[\s*)*\{\s*\"|\s*(?:\[\s*)+\""), "json"),
    (re.compile(rb"\s*<(?:!doctype|\?xml|html|svg)\b", re.IGNORECASE), "html"),
    (re.compile(rb"WEBVTT\b"), "captions"),
    (
        re.compile(
            rb"(?:From |[!-9;-~]{1,80}:)(?s:.)*?^(?:MIME-Version|Content-Transfer-Encoding)[ ]?:",
            re.IGNORECASE | re.MULTILINE,
        ),
        "mail",
    ),
)
_MARK = b"\xef\xbb\xbf"
_SAMPLE = 1 << 12
_BINARIES = {
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".arrows": "arrow",
    ".zip": "zip",
    ".docx": "zip",
    ".docm": "zip",
    ".dotx": "zip",
    ".xlsx": "zip",
    ".pptx": "zip",
    ".odt": "zip",
    ".gz": "gzip",
    ".tgz": "gzip",
    ".bz2": "bzip2",
    ".xz": "xz",
    ".tar": "tar",
    ".pdf": "pdf",
    ".doc": "office",
    ".xls": "office",
}


def packed(content: Content) -> str | None:
    """Name the format of a content whose first bytes tell it; None for what may be text."""
    data = content.data
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature) and (kind != "bzip2" or data[4:10] in _BLOCKS_OF_BZIP2):
            return kind
    if data[_TAR] == b"ustar":
        return "tar"
    size = int.from_bytes(data[4:8], "little")
    return "arrow" if data.startswith(_STREAM) and _SHORTEST <= size < len(data) else None


def written(content: Content) -> str:
    """Name the kind of a text."""
    if kind := _TEXTS.get(content.suffix):
        return kind
    beginning = content.data[:_SAMPLE].removeprefix(_MARK)
    return next((kind for pattern, kind in _BEGINNINGS if pattern.match(beginning)), TEXT)


def is_called_text(content: Content) -> bool:
    """Tell whether a name says that a content is text."""
    return content.suffix in _TEXTS or content.suffix in _OTHER_TEXTS


def named(content: Content) -> str:
    """Name the kind of what is neither told by its first bytes nor text: its name may tell."""
    return _BINARIES.get(content.suffix, BINARY)
