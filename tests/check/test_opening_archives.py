"""Archives and documents: every member and part is looked through, within bounds."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import docx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.check.opening import is_read, open_item
from corpus.check.types import Opened, Passage

MOST = 1 << 26
NOISE = bytes(range(256)) * 9
PDF = b"%PDF-1.7\n" + NOISE
CANARY = "canary-7731-kestrel"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = "[Content_Types].xml"


def zipped(members: Mapping[str, str | bytes], comment: bytes = b"") -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.comment = comment
    return file.getvalue()


def tarred(members: Mapping[str, bytes], mode: str = "w", **fields: str) -> bytes:
    with tarfile.open(fileobj=(file := io.BytesIO()), mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for key, value in fields.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def opened(data: bytes, name: str = "a.zip", most: int = MOST) -> tuple[Opened, list[Passage]]:
    item = open_item(data, name, most=most)
    return item, list(item.passages)


def places(data: bytes, name: str = "a.zip") -> set[str]:
    """Return where the canary is."""
    item, found = opened(data, name)
    assert not item.problem
    assert CANARY not in repr(item) + repr(found)
    return {p.inside for p in found if CANARY in p.text}


TEXT = f"one\n{CANARY}\n".encode()


def table() -> bytes:
    pq.write_table(pa.table({"text": ["x", CANARY]}), file := io.BytesIO(), write_statistics=False)
    return file.getvalue()


def word(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return zipped({TYPES: "<Types/>", "word/document.xml": document, **(parts or {})})


@pytest.mark.parametrize(
    ("data", "name", "place"),
    [
        (zipped({"b.csv": TEXT}), "a.zip", "b.csv"),
        (zipped({"b.csv": TEXT}), "a.txt", "b.csv"),
        (zipped({"c/b.zip": zipped({"d.md": TEXT})}), "a.zip", "c/b.zip > d.md"),
        (zipped({"t.parquet": table()}), "a.zip", "t.parquet > row 2, column text"),
        (
            zipped({"t.gz": gzip.compress(table(), mtime=0)}),
            "a.zip",
            "t.gz > t > row 2, column text",
        ),
        (zipped({"d": word(f"<w:p><w:r><w:t>{CANARY}</w:t></w:r></w:p>")}), "a.zip", None),
        (gzip.compress(TEXT, mtime=0), "notes.txt.gz", "notes.txt"),
        (gzip.compress(TEXT, mtime=0) + gzip.compress(TEXT, mtime=0), "notes.txt.gz", "notes.txt"),
        (bz2.compress(TEXT), "notes.txt.bz2", "notes.txt"),
        (lzma.compress(TEXT), "notes.txt.xz", "notes.txt"),
        (tarred({"d/b.md": TEXT}), "a.tar", "d/b.md"),
        (tarred({"d/b.md": TEXT}, "w:gz"), "a.tgz", "a.tar > d/b.md"),
        (tarred({"b.md": TEXT}, uname="x"), "a", "b.md"),
        (zipped({CANARY: b""}), "a.zip", "name of member 1"),
        (zipped({"b": b""}, comment=TEXT), "a.zip", "name of member 1"),
        (tarred({"b": b""}, uname=CANARY), "a.tar", "name of member 1"),
        (tarred({CANARY * 9: b""}), "a.tar", "name of member 1"),
    ],
)
def test_a_canary_is_found_however_it_is_packed(data: bytes, name: str, place: str | None) -> None:
    assert places(data, name) == {place or "d > word/document.xml, paragraph 1"}


def test_lines_are_those_of_the_member() -> None:
    (passage,) = (p for p in opened(zipped({"b.csv": TEXT}))[1] if p.inside == "b.csv")
    assert (passage.text, passage.line, passage.column) == (TEXT.decode(), 1, 1)


def test_the_name_that_gzip_notes_is_looked_through() -> None:
    with gzip.GzipFile(CANARY, "wb", fileobj=(file := io.BytesIO())) as packed:
        packed.write(b"x y")
    assert places(file.getvalue(), "a.gz") == {"header"}


@pytest.mark.parametrize("name", ["ada@kestrel.example.txt", "call 07700900123", "Zoë.txt"])
def test_a_member_whose_name_could_tell_something_is_told_by_its_number(name: str) -> None:
    item, found = opened(zipped({name: b"x y", "b": zipped({name: PDF})}))
    assert not any(name in p.inside for p in found)
    assert not item.problem
    assert item.skipped == "b: member 1: PDF is not read"


def encrypted(data: bytes) -> bytes:
    at = data.index(b"PK\x01\x02") + 8
    return data[:6] + b"\1" + data[7:at] + b"\1" + data[at + 1 :]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (encrypted(zipped({"x": b"y" * 99})), "encrypted"),
        (zipped({"x": b"\0" * (1 << 25)}), "far more than it holds"),
        (gzip.compress(b"\0" * (1 << 27), mtime=0), "more than is read"),
        (gzip.compress(TEXT * 99)[:-20], "damaged"),
        (b"PK\x03\x04" + b"\0" * 40, "damaged"),
        (zipped({"x": zipped({"y": zipped({"z": b""})})}), "too deep"),
        (word("<w:p>"), "XML is damaged"),
        (tarred({"x": b"y" * 2000})[:1200], "damaged"),
    ],
)
def test_a_bad_member_spoils_no_other(bad: bytes, said: str) -> None:
    item, found = opened(zipped({"bad": bad, "good.txt": TEXT}))
    assert said in item.problem
    assert item.problem.startswith("bad: ")
    assert any(p.inside == "good.txt" and CANARY in p.text for p in found)
    assert CANARY not in item.problem


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (PDF, "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE, "2007"),
        (gzip.compress(PDF), "PDF"),
    ],
)
def test_a_part_that_is_not_read_is_skipped_as_it_would_be_alone(part: bytes, said: str) -> None:
    alone = open_item(part, "part", most=MOST)
    assert said in (alone.skipped if is_read(alone.kind) else alone.problem)
    item, found = opened(zipped({"bad": part, "good.txt": TEXT}))
    assert not item.problem
    assert said in item.skipped
    assert any(p.inside == "good.txt" and CANARY in p.text for p in found)


def test_a_damaged_member_is_a_problem_and_its_neighbours_are_read() -> None:
    data = zipped({"bad": bytes(range(256)) * 9, "good.txt": TEXT})
    item, found = opened(data[:40] + b"\xff\xff\xff" + data[43:])
    assert item.problem == "bad: it is damaged"
    assert any(CANARY in p.text for p in found)


def test_what_stands_before_the_damage_of_a_stream_is_read() -> None:
    noise = [str(number * 7919 % 10_007) for number in range(200_000)]
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        item, found = opened(pack(TEXT + " ".join(noise).encode())[:-30], "a.txt.gz")
        assert item.problem
        assert any(CANARY in p.text for p in found)


def hidden_in_zip() -> dict[str, bytes]:
    """Return archives that hold a text which their table of contents does not tell of."""
    one, two = zipped({"a.txt": b"x y"}), zipped({"b.txt": TEXT})
    entry = two[: two.index(b"PK\1\2")]
    at = one.index(b"PK\1\2")
    moved = bytearray(one[:at] + entry + one[at:])
    offset = moved.rindex(b"PK\5\6") + 16
    moved[offset : offset + 4] = struct.pack("<I", at + len(entry))
    info = zipfile.ZipInfo("a.txt")
    info.extra = b"\xfe\xca" + struct.pack("<H", len(CANARY)) + CANARY.encode()
    with zipfile.ZipFile(extra := io.BytesIO(), "w") as archive:
        archive.writestr(info, b"x y")
    return {
        "behind": one + TEXT,
        "before": b"PK\3\4" + TEXT + one,
        "another behind": one + two,
        "no member": bytes(moved),
        "comment of nothing": zipped({}, comment=TEXT),
        "comment of a member": commented(),
        "extra field": extra.getvalue(),
    }


def commented() -> bytes:
    info = zipfile.ZipInfo("a.txt")
    info.comment = TEXT
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        archive.writestr(info, b"x y")
    return file.getvalue()


@pytest.mark.parametrize("case", hidden_in_zip())
def test_no_byte_of_a_zip_is_left_out_unsaid(case: str) -> None:
    item, found = opened(hidden_in_zip()[case])
    assert item.problem or any(CANARY in p.text for p in found)
    assert case == "comment of nothing" or any(p.text == "x y" for p in found)


def test_what_a_zip_holds_as_text_beside_its_members_is_read() -> None:
    for case in ("behind", "comment of nothing", "comment of a member", "extra field"):
        assert places(hidden_in_zip()[case])


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_member_that_holds_more_than_it_says_is_a_problem(method: int) -> None:
    with zipfile.ZipFile(file := io.BytesIO(), "w", method) as archive:
        archive.writestr("a.txt", b"x y" + TEXT)
    data = bytearray(file.getvalue())
    assert places(bytes(data))
    for at in (14, data.index(b"PK\1\2") + 16):
        data[at : at + 4] = struct.pack("<I", zlib.crc32(b"x y"))
        data[at + 8 : at + 12] = struct.pack("<I", 3)
    assert opened(bytes(data))[0].problem


class _Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError


def test_a_zip_that_was_written_to_a_pipe_is_whole() -> None:
    with zipfile.ZipFile(file := _Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", TEXT)
        with archive.open("b.txt", "w", force_zip64=True) as member:
            member.write(TEXT)
    assert places(file.getvalue()) == {"a.txt", "b.txt"}


def kind_of_tar(kind: bytes, data: bytes = TEXT, **fields: Any) -> bytes:
    info = tarfile.TarInfo("a.txt")
    info.type = tarfile.REGTYPE
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    with tarfile.open(fileobj=(file := io.BytesIO()), mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(info, io.BytesIO(data))
        tar.addfile(tarfile.TarInfo("b.txt"))
    block = bytearray(file.getvalue())
    at = 1024 if fields else 0
    block[at + 156 : at + 157] = kind
    block[at + 148 : at + 156] = b" " * 8
    block[at + 148 : at + 156] = f"{sum(block[at : at + 512]):06o}\0 ".encode()
    return bytes(block)


@pytest.mark.parametrize("kind", [b"0", b"7", b"Z", b"M", b"V", b"N", b"S", b"A", b"g", b"x", b"L"])
def test_members_of_every_kind_are_read_or_a_problem(kind: bytes) -> None:
    item, found = opened(kind_of_tar(kind), "a.tar")
    assert item.problem or any(CANARY in p.text for p in found)
    if kind in b"07ZMVNA":
        assert not item.problem


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"5", b"6"])
def test_what_is_stored_where_nothing_can_be_is_a_problem(kind: bytes) -> None:
    assert opened(kind_of_tar(kind), "a.tar")[0].problem


@pytest.mark.parametrize("key", ["comment", "path", "x." + CANARY, "SCHILY.xattr.user.note"])
def test_what_extended_headers_of_tar_hold_is_read(key: str) -> None:
    data = kind_of_tar(b"0", b"x y", pax_headers={key: f"{CANARY} Zoë"})
    assert places(data, "a.tar") == {"name of member 1"}


def test_what_stands_in_the_gaps_of_tar_is_a_problem() -> None:
    data = tarred({"a": b"x", "b": b""})
    for at in (513, 2000, 5000):
        item, _ = opened(data[:at] + CANARY.encode() + data[at + len(CANARY) :], "a.tar")
        assert "damaged" in item.problem


PACKERS = [gzip.compress, bz2.compress, lzma.compress]


@pytest.mark.parametrize("pack", PACKERS)
def test_all_streams_are_read_and_what_is_behind_them_is_a_problem(
    pack: Callable[[bytes], bytes],
) -> None:
    first, second = pack(b"x y" * 300_000), pack(TEXT)
    for data in (first + second, first + bytes(8) + second, second + first + bytes(4)):
        item, found = opened(data, "a.txt.gz")
        assert not item.problem
        assert any(CANARY in p.text for p in found)
    for behind in (TEXT, pack(TEXT)[:-9], b"\0" * 9 + TEXT):
        item, found = opened(first + second + behind, "a.txt.gz")
        assert "behind its end" in item.problem
        assert any(CANARY in p.text for p in found)


def test_the_names_that_all_streams_note_are_looked_through() -> None:
    with gzip.GzipFile("x" * 2000 + CANARY, "wb", fileobj=(file := io.BytesIO())) as packed:
        packed.write(b"x y")
    assert places(gzip.compress(b"x") + file.getvalue(), "a.gz") == {"header"}


def test_a_tar_that_is_damaged_in_its_midst_is_a_problem() -> None:
    data = tarred({"a": b"x", "b": b"y", "c": b"z"})
    item, _ = opened(data[:1024] + b"\xff" * 512 + data[1536:], "a.tar")
    assert "damaged" in item.problem


def test_members_without_end_are_a_problem() -> None:
    item, found = opened(zipped({f"m{number}": b"" for number in range(10_001)}))
    assert item.problem == "it has more than 10,000 members"
    assert len(found) == 10_000


def test_a_table_of_contents_without_end_is_a_problem() -> None:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 1 << 30, 0, 0)
    assert opened(b"PK\3\4" + b"\0" * 99 + end)[0].problem


PARAGRAPH = "<w:p><w:r><w:t>canary-</w:t></w:r><w:r><w:t>7731-kestrel</w:t></w:r></w:p>"
CORE = f'<c:core xmlns:c="c" xmlns:dc="d"><dc:creator>{CANARY}</dc:creator></c:core>'
HIDDEN: dict[str, tuple[str, str]] = {
    "word/document.xml": ("", PARAGRAPH),
    "word/comments.xml": (f"<w:comments {W}><w:comment>{PARAGRAPH}</w:comment></w:comments>", ""),
    "word/footnotes.xml": (f"<w:footnotes {W}>{PARAGRAPH}</w:footnotes>", ""),
    "word/header2.xml": (f"<w:hdr {W}>{PARAGRAPH}</w:hdr>", ""),
    "docProps/core.xml": (CORE, ""),
    "docProps/custom.xml": (f'<p><property name="x"><v>{CANARY}</v></property></p>', ""),
    "word/people.xml": (f'<w:people {W}><w:person w:author="{CANARY}"/></w:people>', ""),
    "word/_rels/document.xml.rels": (f'<R><r Target="mailto:{CANARY}"/></R>', ""),
    "customXml/item1.xml": (f"<a><b>{CANARY}</b></a>", ""),
    "word/embeddings/a.csv": (CANARY, ""),
    "customXml/item2.xml": (f'<a b="{CANARY}"/>', ""),
    "customXml/item3.xml": (f"<a><!-- {CANARY} --></a>", ""),
    "customXml/item4.xml": (f"<a><?note {CANARY}?></a>", ""),
    "customXml/item5.xml": (f"<a><![CDATA[{CANARY}]]></a>", ""),
    "word/footer1.xml": (f"<w:ftr {W}>{PARAGRAPH}</w:ftr>", ""),
    "word/endnotes.xml": (f"<w:endnotes {W}>{PARAGRAPH}</w:endnotes>", ""),
    "word/glossary/document.xml": (f"<w:glossaryDocument {W}>{PARAGRAPH}</w:glossaryDocument>", ""),
    "word/settings.xml": (f'<w:s {W}><w:docVar w:name="x" w:val="{CANARY}"/></w:s>', ""),
    "word/styles.xml": (
        f'<w:styles {W}><w:style w:customStyle="1"><w:name w:val="{CANARY}"/></w:style></w:styles>',
        "",
    ),
    "word/fontTable.xml": (f'<w:fonts {W}><w:font w:name="ada@x.example {CANARY}"/></w:fonts>', ""),
    "word/theme/theme1.xml": (f'<t name="www.ada.example {CANARY}"/>', ""),
    "word/numbering.xml": (f'<t name="07700 900 123" b="ada@x.example {CANARY}"/>', ""),
}


def runs(*runs: str) -> str:
    return f"<w:p>{''.join(f'<w:r>{run}</w:r>' for run in runs)}</w:p>"


GONE = "<w:del><w:r><w:delText>{}</w:delText></w:r></w:del>"
INLINE = {
    "text box": runs(
        "<w:t>x</w:t>", f"<w:pict><w:txbxContent>{PARAGRAPH}</w:txbxContent></w:pict>"
    ),
    "deleted": f"<w:p><w:r><w:t>He</w:t></w:r>{GONE.format(CANARY)}</w:p>",
    "inserted": f"<w:p><w:r><w:t>canary-</w:t></w:r>{GONE.format('x')}"
    "<w:ins><w:r><w:t>7731-kestrel</w:t></w:r></w:ins></w:p>",
    "author": f'<w:p><w:ins w:author="{CANARY}"><w:r><w:t>x</w:t></w:r></w:ins></w:p>',
    "field": runs(
        "<w:instrText>HYPERLINK canary-</w:instrText>",
        "<w:t>x</w:t>",
        "<w:instrText>7731-kestrel</w:instrText>",
    ),
    "picture": f'<w:p><w:r><w:drawing><docPr descr="{CANARY}"/></w:drawing></w:r></w:p>',
    "cell": f"<w:tbl><w:tr><w:tc>{PARAGRAPH}</w:tc></w:tr></w:tbl>",
    "form": f'<w:sdt><w:sdtPr><w:alias w:val="{CANARY}"/></w:sdtPr></w:sdt>',
}


@pytest.mark.parametrize("part", HIDDEN)
def test_every_part_of_a_document_is_looked_through(part: str) -> None:
    xml, body = HIDDEN[part]
    data = word(body, {part: xml} if xml else None)
    (place,) = places(data, "a.docx")
    assert place.startswith(part)
    assert open_item(data, "a.docx", most=MOST).kind == "docx"


@pytest.mark.parametrize("body", INLINE.values(), ids=INLINE)
def test_every_place_in_a_paragraph_is_looked_through(body: str) -> None:
    (place,) = places(word(body), "a.docx")
    assert place.startswith("word/document.xml, ")


def test_a_document_of_words_own_kind_is_prose_and_its_styles_are_no_text() -> None:
    document = docx.Document()
    document.add_paragraph("I was there when she told me that we had to go on with it.")
    document.save(file := io.BytesIO())
    item, found = opened(file.getvalue(), "a.docx")
    assert item.is_prose
    assert not any(part in p.inside for p in found for part in ("styles", "fontTable", "theme"))


def test_names_of_members_attributes_and_dates_of_a_document_are_no_running_text() -> None:
    document = docx.Document()
    document.add_paragraph("I was there when she told me that we had to go on with it.")
    document.core_properties.author = "Rosalind Vane"
    document.save(file := io.BytesIO())
    _, found = opened(file.getvalue(), "a.docx")
    prose = {p.text for p in found if p.is_prose}
    assert {"Rosalind Vane"} | {p.text for p in found if p.text.startswith("I was")} <= prose
    others = [p for p in found if not p.is_prose]
    assert any(p.inside.startswith("name of member") for p in others)
    assert any(p.inside.endswith("attributes") for p in others)
    assert any(p.text.endswith("T23:15:00Z") for p in others)


def test_macros_are_read_in_part_and_said_to_be() -> None:
    macros = b"\1\0\3" * 99 + CANARY.encode() + b"\0\1\2"
    item, found = opened(word("", {"word/vbaProject.bin": macros.decode()}), "a.docm")
    assert any(CANARY in p.text for p in found)
    assert (item.problem, item.skipped) == ("", "word/vbaProject.bin: macros are read in part")


def test_a_document_of_more_tags_than_are_read_is_a_problem() -> None:
    tags = f"<a>{'<b/>' * 100_000}</a>"
    data = word(PARAGRAPH, {"word/x.xml": tags})
    assert opened(data, "a.docx", most=1 << 20)[0].problem
    assert not opened(data, "a.docx")[0].problem


def test_sheets_and_other_documents_are_read_alike() -> None:
    sheet = zipped({TYPES: "<T/>", "xl/sharedStrings.xml": f"<sst><si><t>{CANARY}</t></si></sst>"})
    libre = zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": "<o><p>canary-<span>7731-</span>kestrel</p></o>",
            "META-INF/manifest.xml": "<m/>",
        }
    )
    assert places(sheet, "a.xlsx") == {"xl/sharedStrings.xml, paragraph 1"}
    assert places(libre, "a.odt") == {"content.xml, paragraph 1"}


def test_xml_that_could_do_harm_is_a_problem() -> None:
    laughs = f'<!DOCTYPE x [<!ENTITY a "{CANARY}">]><x>&a;</x>'
    item, _ = opened(word(PARAGRAPH, {"word/x.xml": laughs}), "a.docx")
    assert item.problem == "word/x.xml: its XML has a DOCTYPE"
    deep = "<a>" * 200_000 + "</a>" * 200_000
    assert not opened(word("", {"word/x.xml": deep}), "a.docx")[0].problem


MEMORY = """
import gzip, io, lzma, resource, zipfile
from corpus.check.opening import open_item
nothing = bytes(1 << 20)
packed = io.BytesIO()
with gzip.GzipFile(fileobj=packed, mode="w", compresslevel=1) as file:
    for _ in range(300):
        file.write(nothing)
bomb = packed.getvalue()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for data in (bomb, gzip.compress(bomb)):
    assert open_item(data, "a.gz", most=1 << 25).problem
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)
"""


def test_a_bomb_takes_no_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 150
