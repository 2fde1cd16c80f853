"""An address in every place of every kind of file that is opened: it is found, wherever it is."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import pytest

from corpus.check.opening import open_item

MOST = 1 << 24
CANARY = "ada.brook@kestrel-loom.example"
CODED = CANARY.replace("@", "&#64;")
JSON = CANARY.replace("@", "\\u0040")
TYPES = "[Content_Types].xml"
LIBRE = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "META-INF/manifest.xml": "<m/>",
    "content.xml": "<o/>",
}


def zipped(*documents: Mapping[str, str]) -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        for name, data in {k: v for parts in documents for k, v in parts.items()}.items():
            archive.writestr(name, data)
    return file.getvalue()


def office(part: str, xml: str) -> bytes:
    return zipped({TYPES: "<T/>", part.partition("/")[0] + "/x.xml": "<x/>"}, {part: xml})


def cell(**fields: object) -> str:
    return json.dumps({"cells": [{"cell_type": "code", **fields}], "nbformat": 4})


FILES: dict[str, tuple[str, str | bytes]] = {
    "text": ("a.txt", f"one\n{CANARY}"),
    "no ending": ("LICENSE", CANARY),
    "utf-16": ("a.txt", CANARY.encode("utf-16")),
    "code": ("a.py", f"x = 1  # {CANARY}"),
    "yaml": ("a.yaml", f"# {CANARY}\na: b"),
    "markdown": ("a.md", f"# x\n[a](mailto:{CANARY})"),
    "markdown, coded": ("a.md", CODED),
    "front matter": ("a.md", f"---\nauthor: {CANARY}\n---\nx"),
    "html": ("a.html", f"<p>{CODED}</p>"),
    "html, attribute": ("a.html", f'<a title="{CANARY}">x</a>'),
    "html, comment": ("a.html", f"<!-- {CANARY} -->"),
    "html, script": ("a.html", f"<script>x = '{CANARY}'</script>"),
    "html, within": ("a.html", f"<p>{CANARY[:9]}<b>{CANARY[9:]}</b></p>"),
    "svg": ("a.svg", f"<svg><desc>{CODED}</desc></svg>"),
    "csv, header": ("a.csv", f"a,{CANARY}\n1,2"),
    "csv, cell": ("a.csv", f'a,b\n1,"x\n{CANARY}"'),
    "tsv": ("a.tsv", f"a\tb\n1\t{CANARY}"),
    "json, key": ("a.json", json.dumps({CANARY: 1})),
    "json, coded": ("a.json", f'{{"a": ["{JSON}"]}}'),
    "json lines": ("a.jsonl", f'{{"a": 1}}\n{{"a": "{JSON}"}}'),
    "vtt, cue": ("a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>{CODED}"),
    "vtt, name": ("a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v {CANARY}>x"),
    "vtt, note": ("a.vtt", f"WEBVTT\n\nNOTE {CANARY}"),
    "vtt, title": ("a.vtt", f"WEBVTT {CANARY}\n\n"),
    "srt": ("a.srt", f"1\n00:00:01,000 --> 00:00:02,000\n<i>{CANARY[:9]}</i>{CANARY[9:]}"),
    "notebook, input": ("a.ipynb", cell(source=[CANARY])),
    "notebook, stream": ("a.ipynb", cell(source="", outputs=[{"text": [CANARY]}])),
    "notebook, error": ("a.ipynb", cell(source="", outputs=[{"traceback": ["x", CANARY]}])),
    "notebook, html": ("a.ipynb", cell(source="", outputs=[{"data": {"text/html": CODED}}])),
    "notebook, tag": ("a.ipynb", cell(source="", metadata={"tags": [CANARY]})),
    "notebook, key": ("a.ipynb", cell(source="", metadata={CANARY: {}})),
    "notebook, attachment": ("a.ipynb", cell(source="", attachments={CANARY: {}})),
    "rtf": ("a.rtf", rf"{{\rtf1 {CANARY[:9]}{{\b {CANARY[9:]}}}}}"),
    "rtf, author": ("a.rtf", rf"{{\rtf1{{\info{{\author {CANARY}}}}}x}}"),
    "sheet, shared": ("a.xlsx", office("xl/sharedStrings.xml", f"<s><si><t>{CODED}</t></si></s>")),
    "sheet, inline": ("a.xlsx", office("xl/worksheets/s.xml", f"<c><is><t>{CANARY}</t></is></c>")),
    "sheet, formula": ("a.xlsx", office("xl/worksheets/s.xml", f"<c><f>A({CANARY})</f></c>")),
    "sheet, link": ("a.xlsx", office("xl/worksheets/s.xml", f'<h location="{CANARY}"/>')),
    "sheet, its name": ("a.xlsx", office("xl/workbook.xml", f'<sheet name="{CANARY}"/>')),
    "sheet, comment": ("a.xlsx", office("xl/comments1.xml", f"<c><t>{CANARY}</t></c>")),
    "slide": ("a.pptx", office("ppt/slides/s.xml", f"<p><r><t>{CANARY}</t></r></p>")),
    "slide, notes": ("a.pptx", office("ppt/notesSlides/n.xml", f"<p><r><t>{CANARY}</t></r></p>")),
    "slide, author": ("a.pptx", office("ppt/commentAuthors.xml", f'<a initials="{CANARY}"/>')),
    "libre": ("a.odt", zipped(LIBRE, {"content.xml": f"<o><p>{CANARY}</p></o>"})),
    "libre, meta": ("a.odt", zipped(LIBRE, {"meta.xml": f"<m><creator>{CANARY}</creator></m>"})),
    "libre, styles": ("a.odt", zipped(LIBRE, {"styles.xml": f"<s><p>{CANARY}</p></s>"})),
    "libre, note": ("a.odt", zipped(LIBRE, {"content.xml": f"<o><!--{CANARY}--></o>"})),
}


@pytest.mark.parametrize(("name", "data"), FILES.values(), ids=FILES)
def test_an_address_is_found_wherever_it_is(name: str, data: str | bytes) -> None:
    opened = open_item(data.encode() if isinstance(data, str) else data, name, most=MOST)
    assert (opened.problem, opened.skipped) == ("", "")
    found = list(opened.passages)
    assert any(CANARY in p.text for p in found)
    assert not any(CANARY in p.inside for p in found)
