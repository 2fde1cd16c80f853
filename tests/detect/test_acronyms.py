"""What brackets introduce is short for the name beside them, or is that name."""

from __future__ import annotations

import pytest

from corpus.detect.acronyms import introduced


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("at Quayle Data Services (QDS) now", "Quayle Data Services", ["QDS"]),
        ("at Quayle Data Services (or \u201cQDS\u201d) now", "Quayle Data Services", ["QDS"]),
        ("at QDS (Quayle Data Services) now", "Quayle Data Services", ["QDS"]),
        ("at QDS (Quayle Data Services) now", "QDS", ["Quayle Data Services"]),
        ("I am at Quayle Data Services (QDS) now", "QDS", ["Quayle Data Services"]),
        ("at Sable Ridge Trust (SaRT)", "Sable Ridge Trust", ["SaRT"]),
        ("at Quayle Data Services (in Leeds)", "Quayle Data Services", []),
        ("at Quayle Data Services (NYSE)", "Quayle Data Services", []),
        ("at Quayle Data Services (DS)", "Quayle Data Services", []),
        ("at Quayle (PLC)", "Quayle", []),
        ("at QDS (a firm of Quayle, Dent and Sons)", "QDS", ["Quayle, Dent and Sons"]),
        ("at QDS (a firm of Quayle and Dent)", "QDS", []),
        ("QDS and Quayle Data Services", "Quayle Data Services", []),
    ],
)
def test_brackets_introduce_short_forms(text: str, name: str, expected: list[str]) -> None:
    start = text.index(name)
    assert list(introduced(text, start, start + len(name))) == expected
