"""What a Word file holds beside the talk gets neither into the workspace nor into a release."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from corpus.workspace import Workspace
from fixtures.word import BESIDE as FIXTURE
from tests.studies import ok

FIXTURES = Path(__file__).parents[2] / "fixtures"
SECRET = re.compile(rb"zq[a-z]+qz")
"""How each secret below is written, whatever the place that it stands in: zqheaderqz."""
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(*content: str) -> str:
    return f"<w:p>{''.join(content)}</w:p>"


BESIDE = [
    '<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
    '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="2"/></w:r>',
    '<w:del w:author="zqdeleterqz"><w:r><w:delText>zqdeletedqz</w:delText></w:r></w:del>',
    f'<w:ins w:author="zqinserterqz" w:date="2024-01-01T00:00:00Z">{run("so")}</w:ins>',
    run("zqhiddenqz", "<w:vanish/>"),
    run("zqstyleqz", '<w:rStyle w:val="Secret"/>'),
    '<w:r><w:drawing><docPr descr="zqaltqz" title="zqpictureqz"/></w:drawing></w:r>',
    f"<w:r><w:pict><w:txbxContent>{paragraph(run('zqboxqz'))}</w:txbxContent></w:pict></w:r>",
    (
        f"<w:r><mc:AlternateContent><mc:Choice>{run('zqchoiceqz')}</mc:Choice><mc:Fallback>"
        f"<w:pict>{run('zqfallbackqz')}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    ),
    (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        "<w:r><w:instrText>HYPERLINK zqtargetqz</w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("here")}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    ),
    '<w:bookmarkStart w:name="zqbookmarkqz"/>',
    (
        f'<w:sdt><w:sdtPr><w:tag w:val="zqtagqz"/></w:sdtPr><w:sdtContent>{run("so")}'
        "</w:sdtContent></w:sdt>"
    ),
    "<w:r><w:object><o:OLEObject xmlns:o='o' ProgID='zqobjectqz'/></w:object></w:r>",
]
PARTS = {
    "word/comments.xml": '<w:comment w:author="zqauthorqz">zqcommentqz</w:comment>',
    "word/people.xml": '<w:person w:author="zqpersonqz"/>',
    "word/footnotes.xml": "zqfootnoteqz",
    "word/endnotes.xml": "zqendnoteqz",
    "word/header1.xml": "zqheaderqz",
    "word/footer1.xml": "zqfooterqz",
    "word/settings.xml": '<w:rsid w:val="zqrsidqz"/>',
    "word/_rels/document.xml.rels": "zqlinkqz",
    "word/embeddings/sheet.xlsx": "zqembeddedqz",
    "docProps/core.xml": "zqtitleqz",
    "docProps/app.xml": "zqcompanyqz",
    "docProps/custom.xml": "zqcustomqz",
    "customXml/item1.xml": "zqdataqz",
}
STYLES = (
    f'<w:styles {W}><w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>'
)


def word(body: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(
            "word/document.xml", f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>"
        )
        file.writestr("word/styles.xml", STYLES)
        for name, content in PARTS.items():
            file.writestr(name, f"<w:part {W}>{content}</w:part>")
    return out.getvalue()


def in_paragraphs() -> bytes:
    title = paragraph('<w:pPr><w:pStyle w:val="T"/></w:pPr>', run("zqheadingqz"))
    said = [("Interviewer: Tell me. ", BESIDE), ("P7: It was raining.", [])] * 3
    section = "<w:sectPr><w:headerReference/><w:footerReference/></w:sectPr>"
    return word(title + "".join(paragraph(run(s), *beside) for s, beside in said) + section)


def in_a_table() -> bytes:
    rows = [
        ("Person", "Said", "zqcolumnqz"),
        *[("Ada", "Why?", "zqcodeqz"), ("Bo", "So.", "zqthemeqz")] * 4,
    ]
    cells = (
        f"<w:tc>{paragraph(run(speaker))}</w:tc><w:tc>{paragraph(run(text), *BESIDE)}</w:tc>"
        f"<w:tc>{paragraph(run(code))}</w:tc>"
        for speaker, text, code in rows
    )
    fact = f"<w:tc>{paragraph(run('zqfactqz'))}</w:tc>"
    facts = f"<w:tbl><w:tr>{fact}{fact}</w:tr></w:tbl>"
    table = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    return word(f"{facts}{paragraph(run('zqaboveqz'))}<w:tbl>{table}</w:tbl>")


def contents(folder: Path) -> Iterator[bytes]:
    """Yield every file below a folder, and every value of the databases in it, unpacked."""
    for path in (p for p in folder.rglob("*") if p.is_file()):
        yield path.read_bytes()
        if path.suffix == ".db":
            yield from _values(path)


def _values(path: Path) -> Iterator[bytes]:
    with sqlite3.connect(path) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in tables.fetchall():
            for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608
                for value in row:
                    is_packed = isinstance(value, bytes) and value[:1] == b"\x78"
                    yield zlib.decompress(value) if is_packed else str(value).encode()


def test_no_secret_of_a_word_file_is_kept_or_released(workspace: Workspace) -> None:
    files = {"paragraphs.docx": in_paragraphs(), "table.docx": in_a_table()}
    inbox = workspace.root.parent / "inbox"
    inbox.mkdir()
    for name, content in files.items():
        assert SECRET.search(content)
        (inbox / name).write_bytes(content)
    shown = ok(workspace.root, "ingest", inbox)
    ok(workspace.root, "release", "1.0.0")
    everything = [shown.encode(), *contents(workspace.root)]
    assert {word for content in everything for word in SECRET.findall(content)} == set()
    for said in (b"It was raining.", b"Why?"):
        assert any(said in content for content in everything)
    assert "pieces beside what was said left out" in shown


def test_what_stands_beside_the_talk_of_the_fixture_is_counted_and_gone(
    workspace: Workspace,
) -> None:
    file = FIXTURES / "interviews" / "piano-tuner.docx"
    facts = json.loads(ok(workspace.root, "ingest", file, "--json"))
    assert facts["transcripts"][0]["repairs"]["dropped"] == 5
    ok(workspace.root, "release", "1.0.0")
    everything = b"\0".join(contents(workspace.root))
    assert b"put old ones back together" in everything
    assert [key for key, words in FIXTURE.items() if words.encode() in everything] == []
