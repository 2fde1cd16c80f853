"""Word files: what is said comes through as it reads when printed, and nothing else does."""

from __future__ import annotations

import contextlib
import io
import random
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import SourceError
from corpus.ingest import Roles, read_file
from corpus.model import Draft

Dialogue = list[tuple[str, str]]
Timed = list[tuple[str, str, int | None]]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
OPENING = "<w:p><w:r><w:t>Interviewer: So?</w:t></w:r></w:p>"


def document(body: str, w: str = W) -> str:
    return (
        f'<w:document xmlns:w="{w}" xmlns:mc="{MC}" xmlns:wp="urn:wp" xmlns:v="urn:v">'
        f"<w:body>{body}</w:body></w:document>"
    )


def package(body: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """Make a file of Word's with this body and these other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in {"word/document.xml": document(body), **(parts or {})}.items():
            file.writestr(name, text)
    return out.getvalue()


def p(text: str, properties: str = "") -> str:
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def bold(name: str, text: str) -> str:
    return f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{name}</w:t></w:r><w:r>{text}</w:r></w:p>"


def t(text: str) -> str:
    return f'<w:t xml:space="preserve">{text}</w:t>'


def table(*rows: list[str]) -> str:
    cells = ("".join(f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def read(folder: Path, content: bytes, name: str = "x.docx") -> Draft:
    path = folder / name
    path.write_bytes(content)
    (draft,) = read_file(str(path), roles=Roles.default())
    return draft


def said(draft: Draft) -> Dialogue:
    return [(turn.speaker, turn.text) for turn in draft.turns]


def timed(draft: Draft) -> Timed:
    return [(turn.speaker, turn.text, turn.start_ms) for turn in draft.turns]


def written(document_: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document_.save(out)
    return out.getvalue()


def in_paragraphs(dialogue: Dialogue) -> bytes:
    made = docx.Document()
    made.add_heading("An interview", 0)
    for speaker, text in dialogue:
        paragraph = made.add_paragraph()
        paragraph.add_run(f"{speaker}:").bold = True
        paragraph.add_run(f" {text}")
    return written(made)


def below_labels(dialogue: Dialogue) -> bytes:
    made = docx.Document()
    for speaker, text in dialogue:
        made.add_paragraph(f"{speaker}:")
        for line in text.split("\n\n"):
            made.add_paragraph(line)
    return written(made)


def in_table(dialogue: Dialogue) -> bytes:
    made = docx.Document()
    grid = made.add_table(1, 3)
    rows = [
        ("Speaker", "Time", "Text"),
        *((s, f"0:{n:02}", x) for n, (s, x) in enumerate(dialogue)),
    ]
    for n, row in enumerate(rows):
        for cell, text in zip((grid.add_row() if n else grid.rows[0]).cells, row, strict=True):
            cell.text = text
    return written(made)


def in_bare_table(dialogue: Dialogue) -> bytes:
    made = docx.Document()
    grid = made.add_table(0, 2)
    for row in dialogue:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text
    return written(made)


FORMS = [in_paragraphs, below_labels, in_table, in_bare_table]
WORDS = (
    st.text("abc XYZ019.,?!'-é中\n\t", min_size=1, max_size=40)
    .map(lambda text: re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]*\n[ \t]*", "\n", text)).strip())
    .filter(bool)
)
DIALOGUES = st.sampled_from((["Assistant", "User"], ["Interviewer", "P7", "Observer"])).flatmap(
    lambda speakers: st.lists(st.tuples(st.sampled_from(speakers), WORDS), min_size=4, max_size=9)
)


@pytest.mark.parametrize("form", FORMS)
@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(dialogue=DIALOGUES)
def test_a_dialogue_that_word_holds_is_read_back(
    tmp_path: Path, dialogue: Dialogue, form: Callable[[Dialogue], bytes]
) -> None:
    draft = read(tmp_path, form(dialogue))
    assert said(draft) == dialogue
    for turn in draft.turns:
        start, end = turn.text_source.to_source(0, len(turn.text))
        assert draft.source[start:end] == turn.text


STAMPED: dict[str, str] = {
    "Otter": p("Team call")
    + p("Ada Lum  0:03")
    + p("Hi.")
    + p("Bo Ek  1:02:03")
    + p("Yes.")
    + p("Ada Lum  1:02:04")
    + p("So.")
    + p("Bo Ek  1:02:05")
    + p("Oh."),
    "Teams": "".join(
        bold(name, f"{t('   ' + time)}<w:br/>{t(text)}")
        for name, time, text in (("Ada Lum", "0:03", "Hi."), ("Bo Ek", "1:02:03", "Yes."))
    ),
    "Teams, as captions": "".join(
        f"<w:p><w:r>{t(times)}<w:br/>{t(name)}<w:br/>{t(text)}</w:r></w:p>"
        for times, name, text in (
            ("0:0:3.0 --&gt; 0:0:4.5", "Ada Lum", "Hi."),
            ("1:2:3.0 --&gt; 1:2:4.0", "Bo Ek", "Yes."),
        )
    ),
    "Word": p("00:00:03 Ada Lum") + p("Hi.") + p("01:02:03 Bo Ek") + p("Yes."),
    "Trint": p("Ada Lum: [00:00:03] Hi.") + p("Bo Ek: [01:02:03] Yes."),
    "Trint, in bold": bold("Ada Lum", t(" [00:00:03] Hi."))
    + bold("Bo Ek", t(" [01:02:03] Yes."))
    + bold("Ada Lum", t(" [01:02:04] So."))
    + bold("Bo Ek", t(" [01:02:05] Oh.")),
    "Rev": p("Ada Lum (00:03):") + p("Hi.") + p("Bo Ek (01:02:03):") + p("Yes."),
    "by hand": p("[00:00:03] Ada Lum: Hi.") + p("[01:02:03] Bo Ek: Yes."),
    "table": table(
        ["Time", "Speaker", "Text"], ["0:03", "Ada Lum", "Hi."], ["1:02:03", "Bo Ek", "Yes."]
    ),
}


@pytest.mark.parametrize("form", STAMPED)
def test_times_beside_names_become_the_time_of_the_turn(tmp_path: Path, form: str) -> None:
    draft = read(tmp_path, package(STAMPED[form]))
    assert timed(draft)[:2] == [("Ada Lum", "Hi.", 3000), ("Bo Ek", "Yes.", 3_723_000)]
    assert draft.repairs.unlabelled == (2 if form == "Otter" else 0)


def test_a_name_with_a_comma_beside_a_time_is_whole(tmp_path: Path) -> None:
    body = (
        p("Lum, Ada (Extern)   0:03") + p("Hi.") + p("Ek, Bo   0:07") + p("Yes.") + p("No: that.")
    )
    assert said(read(tmp_path, package(body))) == [
        ("Lum, Ada (Extern)", "Hi."),
        ("Ek, Bo", "Yes.\n\nNo: that."),
    ]


def test_captions_of_one_speaker_are_one_turn(tmp_path: Path) -> None:
    lines = (("0:0:1.0", "0:0:2.0", "Ada", "I was"), ("0:0:2.0", "0:0:3.5", "Ada", "there."))
    rest = (("0:0:4.0", "0:0:5.0", "Bo", "Oh."),)
    body = "".join(
        f"<w:p><w:r>{t(f'{a} --&gt; {b}')}<w:br/>{t(name)}<w:br/>{t(words)}</w:r></w:p>"
        for a, b, name, words in (*lines, *rest)
    )
    draft = read(tmp_path, package(body))
    assert said(draft) == [("Ada", "I was there."), ("Bo", "Oh.")]
    assert [(turn.start_ms, turn.end_ms) for turn in draft.turns] == [(1000, 3500), (4000, 5000)]


@pytest.mark.parametrize(
    "body",
    [
        "".join(bold(name, t(f" {text}")) for name, text in (("Ada", "Hi."), ("Bo", "Yes.")) * 2),
        "".join(bold(name, "") + p(text) for name, text in (("Ada", "Hi."), ("Bo", "Yes.")) * 2),
        "".join(
            f"<w:p><w:r>{t(name)}<w:tab/>{t(text)}</w:r></w:p>"
            for name, text in (("Ada", "Hi."), ("Bo", "Yes.")) * 2
        ),
        "".join(
            p(name, '<w:pPr><w:pStyle w:val="H3"/></w:pPr>') + p(text)
            for name, text in (("Ada", "Hi."), ("Bo", "Yes.")) * 3
        ),
    ],
    ids=["in bold", "in bold, text below", "before a tab", "as headings"],
)
def test_names_set_apart_need_no_colon(tmp_path: Path, body: str) -> None:
    found = said(read(tmp_path, package(body, {"word/styles.xml": STYLES})))
    assert found[:4] == [("Ada", "Hi."), ("Bo", "Yes.")] * 2


STYLES = f"""<w:styles xmlns:w="{W}">
<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="H3"><w:name w:val="My own"/><w:basedOn w:val="H"/></w:style>
<w:style w:type="character" w:styleId="Off"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Off2"><w:basedOn w:val="Off"/></w:style>
<w:style w:type="character" w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>
</w:styles>"""


def test_headings_between_are_left_out_and_counted(tmp_path: Path) -> None:
    heading = '<w:pPr><w:pStyle w:val="H3"/></w:pPr>'
    body = p("Interviewer: So?") + p("Part 1: Youth", heading) + p("P7: No.") + p("End", heading)
    draft = read(tmp_path, package(body, {"word/styles.xml": STYLES}))
    assert said(draft) == [("Interviewer", "So?"), ("P7", "No.")]
    assert draft.repairs.dropped == 2


KEPT = {
    "a content control": f"<w:sdt><w:sdtPr><w:alias w:val='no'/></w:sdtPr><w:sdtContent>"
    f"{p('P7: a')}</w:sdtContent></w:sdt>",
    "a control in a line": f"<w:p><w:r>{t('P7: ')}</w:r><w:sdt><w:sdtContent><w:r>{t('a')}</w:r>"
    "</w:sdtContent></w:sdt></w:p>",
    "a smart tag": f"<w:p><w:r>{t('P7: ')}</w:r><w:smartTag><w:r>{t('a')}</w:r></w:smartTag></w:p>",
    "a link": f"<w:p><w:hyperlink><w:r>{t('P7: a')}</w:r></w:hyperlink></w:p>",
    "an insertion": f"<w:p><w:ins w:author='no'><w:r>{t('P7: a')}</w:r></w:ins></w:p>",
    "a move": f"<w:p><w:moveFrom><w:r>{t('P7: a')}</w:r></w:moveFrom></w:p>"
    f"<w:p><w:moveTo><w:r>{t('P7: a')}</w:r></w:moveTo></w:p>",
    "a field": f"<w:p><w:fldSimple w:instr='no'><w:r>{t('P7: a')}</w:r></w:fldSimple></w:p>",
    "a list": p("P7: a", "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>"),
    "an emoji": f"<w:p><w:r>{t('P7: ')}</w:r><w:r><mc:AlternateContent><mc:Choice>{t('no')}"
    f"</mc:Choice><mc:Fallback>{t('a')}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
    "shown in a hidden style": f"<w:p><w:r><w:rPr><w:rStyle w:val='Off'/><w:vanish w:val='0'/>"
    f"</w:rPr>{t('P7: a')}</w:r></w:p>",
    "a style of itself": f"<w:p><w:r><w:rPr><w:rStyle w:val='Loop'/></w:rPr>{t('P7: a')}"
    "</w:r></w:p>",
    "a frame": table(["P7: a"]),
    "a deleted paragraph mark": "<w:p><w:pPr><w:rPr><w:del w:author='no'/></w:rPr></w:pPr>"
    f"<w:r>{t('P7: ')}</w:r></w:p>{p('a')}",
}


@pytest.mark.parametrize("kind", KEPT)
def test_all_that_was_said_comes_through(tmp_path: Path, kind: str) -> None:
    draft = read(tmp_path, package(OPENING + KEPT[kind], {"word/styles.xml": STYLES}))
    assert said(draft) == [("Interviewer", "So?"), ("P7", "a")]
    assert draft.repairs.dropped == 0


def test_tabs_and_line_breaks_stay(tmp_path: Path) -> None:
    tabs = "<w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>"
    signs = f"{t('P7: a')}<w:tab/>{t('b')}<w:br/>{t('c')}<w:noBreakHyphen/>{t('d')}"
    draft = read(tmp_path, package(f"{OPENING}<w:p>{tabs}<w:r>{signs}</w:r></w:p>{p('e')}"))
    assert said(draft)[1] == ("P7", "a\tb\nc-d\n\ne")


def r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{t(text)}</w:r>"


def field(code: str, result: str) -> str:
    kinds = [
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    ]
    return f"{kinds[0]}{code}{kinds[1]}{result}{kinds[2]}"


BOX = f"<w:txbxContent>{p('Zeisig')}</w:txbxContent>"
SECRETS = {
    "deletion": "<w:del w:author='Zeisig'><w:r><w:delText>Zeisig</w:delText></w:r></w:del>",
    "deletion as text": f"<w:del>{r('Zeisig')}</w:del>",
    "hidden": r("Zeisig", "<w:vanish/>"),
    "hidden by style": r("Zeisig", "<w:rStyle w:val='Off2'/>"),
    "picture": "<w:r><w:drawing><wp:inline><wp:docPr descr='Zeisig' title='Zeisig'/></wp:inline>"
    "</w:drawing></w:r>",
    "text box": f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{BOX}</w:drawing></mc:Choice>"
    f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>",
    "text box without a fallback": f"<mc:AlternateContent><mc:Choice><w:drawing>{BOX}</w:drawing>"
    "</mc:Choice></mc:AlternateContent>",
    "object": f"<w:r><w:object><v:shape alt='Zeisig'>{BOX}</v:shape></w:object></w:r>",
    "code in a code": field(r("Zeisig"), r("")),
    "comment": "<w:r><w:commentReference w:id='1'/></w:r>",
    "footnote": "<w:r><w:footnoteReference w:id='1'/></w:r>",
    "endnote": "<w:r><w:endnoteReference w:id='1'/></w:r>",
    "header": "<w:sectPr><w:headerReference/></w:sectPr>",
    "footer": "<w:sectPr><w:footerReference/></w:sectPr>",
}
SILENT = {
    "code": field("<w:r><w:instrText>HYPERLINK Zeisig</w:instrText></w:r>", r("")),
    "simple code": "<w:fldSimple w:instr='AUTHOR Zeisig'/>",
    "old settings": "<w:r><w:rPr><w:rPrChange w:author='Zeisig'/></w:rPr></w:r>",
    "prompt": "<w:sdt><w:sdtPr><w:alias w:val='Zeisig'/></w:sdtPr><w:sdtContent/></w:sdt>",
    "bookmark": "<w:bookmarkStart w:name='Zeisig'/>",
    "ruby": f"<w:r><w:ruby><w:rt>{r('Zeisig')}</w:rt></w:ruby></w:r>",
}


@pytest.mark.parametrize("kind", SECRETS | SILENT)
def test_what_was_not_said_is_left_out_and_counted(tmp_path: Path, kind: str) -> None:
    secret = (SECRETS | SILENT)[kind]
    body = f"{OPENING}<w:p>{r('P7: a')}{secret}{r('b')}</w:p>"
    draft = read(tmp_path, package(body, {"word/styles.xml": STYLES}))
    assert said(draft) == [("Interviewer", "So?"), ("P7", "ab")]
    assert draft.repairs.dropped == (kind in SECRETS)


def test_a_deleted_row_is_left_out(tmp_path: Path) -> None:
    rows = table(["P7", "a"], ["P7", "no"], ["P8", "b"], ["P7", "c"])
    rows = rows.replace(
        f"<w:tr><w:tc>{p('P7')}</w:tc><w:tc>{p('no')}",
        f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('P7')}</w:tc><w:tc>{p('no')}",
    )
    draft = read(tmp_path, package(rows))
    assert said(draft) == [("P7", "a"), ("P8", "b"), ("P7", "c")]
    assert draft.repairs.dropped == 1


TALK = [["Ada", "Well, and then what?"], ["Bo", "Nothing much."], ["Ada", "Oh."], ["Bo", "No."]]
SAID = [(speaker, text) for speaker, text in TALK]


def column(values: str, rows: list[list[str]] = TALK) -> list[list[str]]:
    return [[value, *row] for value, row in zip(values.split(), rows, strict=True)]


@pytest.mark.parametrize(
    ("rows", "dropped"),
    [
        (TALK, 0),
        ([["Speaker", "Text"], *TALK], 0),
        ([["Name", "Dialogue"], *TALK], 0),
        (column("0:01 0:02 0:03 0:04"), 0),
        ([["Timecode", "Speaker", "Utterance"], *column("0:01 0:02 0:03 0:04")], 0),
        (column("1 2 3 4"), 1),
        ([["No.", "Speaker", "Text"], *column("1 2 3 4")], 1),
        ([[*row, f"theme-{n}"] for n, row in enumerate(TALK)], 1),
        ([*TALK[:2], ["Part two"], *TALK[2:]], 1),
        ([["Ada:", "Well, and then what?"], *TALK[1:]], 0),
        ([*TALK[:1], ["Bo", "Nothing"], ["", "much."], *TALK[2:]], 0),
    ],
)
def test_the_columns_of_a_table_are_told_apart(
    tmp_path: Path, rows: list[list[str]], dropped: int
) -> None:
    draft = read(tmp_path, package(table(*rows)))
    assert [(s, text.replace("\n\n", " ")) for s, text in said(draft)] == SAID
    assert draft.repairs.dropped == dropped


def test_an_end_without_a_start_says_nothing(tmp_path: Path) -> None:
    rows = [["Start", "End", "Speaker", "Text"], ["0:01", "0:02", *TALK[0]], ["", "0:04", *TALK[1]]]
    turns = read(tmp_path, package(table(*rows))).turns
    assert [(t.start_ms, t.end_ms) for t in turns] == [(1000, 2000), (None, None)]


def test_a_table_of_facts_before_the_table_of_turns_is_left_out(tmp_path: Path) -> None:
    facts = table(["Name", "Ada"], ["Interviewer", "Ada"], ["P7", "Bo"], ["Where", "Oslo"])
    more = table(["Ada", "Bye, then."], ["Bo", "Bye."])
    draft = read(tmp_path, package(p("An interview") + facts + p("") + table(*TALK) + p("") + more))
    assert said(draft) == [*SAID, ("Ada", "Bye, then."), ("Bo", "Bye.")]
    assert draft.repairs.dropped == 2
    assert "Oslo" not in draft.source


def test_a_small_table_does_not_hide_the_paragraphs(tmp_path: Path) -> None:
    people = table(["Name", "Text"], ["Ada", "Nurse"], ["Bo", "Nurse"])
    draft = read(tmp_path, package(people + p("P7: I said so at once.") + p("P8: And I did not.")))
    assert said(draft) == [("P7", "I said so at once."), ("P8", "And I did not.")]
    assert draft.repairs.dropped == 1


def test_labels_in_a_column_beside_notes_are_found(tmp_path: Path) -> None:
    rows = [["1", "Interviewer: And then?", "opening"], ["2", "P7: Nothing at all.", "loss"]]
    draft = read(tmp_path, package(table(*rows)))
    assert said(draft) == [("Interviewer", "And then?"), ("P7", "Nothing at all.")]
    assert draft.repairs.dropped == 2


def test_tables_within_cells_belong_to_the_cell(tmp_path: Path) -> None:
    inner = table(["x", "y"])
    body = table(*TALK).replace(p("Oh."), p("Oh.") + inner)
    assert said(read(tmp_path, package(body)))[2] == ("Ada", "Oh.\n\nx\n\ny")


@pytest.mark.parametrize("name", ["x.docm", "x.bin", "x.txt"])
def test_the_content_tells_word_whatever_the_name(tmp_path: Path, name: str) -> None:
    content = package(OPENING + p("P7: No."), {"word/vbaProject.bin": "macros"})
    assert read(tmp_path, content, name).format == "docx"


def test_the_strict_form_reads_alike(tmp_path: Path) -> None:
    strict = document(OPENING + p("P7: No."), STRICT)
    draft = read(tmp_path, package("", {"word/document.xml": strict}))
    assert said(draft) == [("Interviewer", "So?"), ("P7", "No.")]


def test_an_id_in_the_text_is_honoured(tmp_path: Path) -> None:
    draft = read(tmp_path, package(p("Transcript ID: work_0012") + OPENING + p("P7: No.")))
    assert draft.claimed_id == "work_0012"


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
BOMB = f'<!DOCTYPE w:x [<!ENTITY l0 "ha">{LAUGHS}]>'
OUTSIDE = '<!DOCTYPE w:x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
EVIL = p("P7: &l9;") + OPENING


def flagged(content: bytes, flag: int = 1) -> bytes:
    """Claim in the table of contents that the members are encrypted."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + struct.pack("<H", flag) + content[at + 2 :]


HOSTILE = {
    "entities": (package("", {"word/document.xml": BOMB + document(EVIL)}), "DOCTYPE"),
    "entities in UTF-16": (
        package("", {"word/document.xml": (BOMB + document(EVIL)).encode("utf-16")}),
        "DOCTYPE",
    ),
    "a file from outside": (
        package("", {"word/document.xml": OUTSIDE + document(EVIL)}),
        "DOCTYPE",
    ),
    "entities in the styles": (
        package(OPENING, {"word/styles.xml": BOMB + STYLES}),
        "word/styles.xml: its XML has a DOCTYPE",
    ),
    "a bomb": (package("", {"word/document.xml": " " * (40 << 20)}), "unpacks to far more"),
    "a bomb beside": (package(OPENING, {"word/media/a.png": " " * (40 << 20)}), "unpacks to far"),
    "encrypted": (flagged(package(OPENING)), "encrypted"),
    "a way out": (package(OPENING, {"../../evil.xml": "x"}), "leads out"),
    "a way to the root": (package(OPENING, {"/etc/evil.xml": "x"}), "leads out"),
    "no XML": (package("", {"word/document.xml": "<w:document"}), "its XML is damaged"),
    "an unknown encoding": (
        package("", {"word/document.xml": '<?xml version="1.0" encoding="utf-7"?><a/>'}),
        "its XML is damaged",
    ),
    "no speaker": (package(p("Nothing but prose.") + p("And more.")), "no speaker was found"),
    "no text": (package(""), "no speaker was found"),
    "a table of facts": (package(table(["Date", "3 May"], ["Where", "Oslo"])), "no speaker"),
    "a first row without a speaker": (
        package(table(["Speaker", "Text"], ["", "a"], ["P7", "b"])),
        "table 1, row 2: the turn has no speaker",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, kind: str) -> None:
    content, problem = HOSTILE[kind]
    with pytest.raises(SourceError, match=problem) as caught:
        read(tmp_path, content)
    assert caught.value.remedy
    assert "x.docx" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"Interviewer: So?", package("")[:-30]])
def test_what_is_no_word_file_is_refused_as_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(SourceError, match="the archive is damaged"):
        read_file(str(tmp_path / "x"), roles=Roles.default(), format="docx")


def test_an_archive_of_something_else_is_not_taken_for_word(tmp_path: Path) -> None:
    other = package("").replace(b"word/document.xml", b"text/document.xml")
    with pytest.raises(SourceError, match="binary"):
        read(tmp_path, other)
    with pytest.raises(SourceError, match="no Word file"):
        read_file(str(tmp_path / "x.docx"), roles=Roles.default(), format="docx")


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = package(p("P7: No.") * 2000)
    size = len(document(p("P7: No.") * 2000))
    with pytest.raises(SourceError, match="damaged"):
        read(tmp_path, content.replace(struct.pack("<L", size), struct.pack("<L", 40)))


def test_a_part_of_over_24_megabytes_is_refused(tmp_path: Path) -> None:
    noise = random.Random(7).randbytes((24 << 20) + 1)
    with pytest.raises(SourceError, match="too large to be a transcript"):
        read(tmp_path, package("", {"word/document.xml": noise}))


@pytest.mark.parametrize(("noise", "is_refused"), [(60_000, True), (100_000, False)])
def test_what_unpacks_to_two_hundred_times_its_size_is_refused(
    tmp_path: Path, noise: int, is_refused: bool
) -> None:
    beside = {"word/a.bin": bytes(17 << 20), "word/b.bin": random.Random(7).randbytes(noise)}
    content = package(p("P7: Well."), beside)
    if is_refused:
        with pytest.raises(SourceError, match="unpacks to far more than it holds"):
            read(tmp_path, content)
    else:
        assert [turn.text for turn in read(tmp_path, content).turns] == ["Well."]


@pytest.mark.parametrize(
    "body",
    [
        "<w:sdt>" * 100_000 + OPENING + "</w:sdt>" * 100_000,
        "<w:tbl><w:tr><w:tc>" * 50_000 + OPENING + "</w:tc></w:tr></w:tbl>" * 50_000,
        "<w:del>" * 100_000 + "</w:del>" * 100_000 + OPENING,
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>' * 50_000 + OPENING,
    ],
    ids=["controls", "tables", "deletions", "fields"],
)
def test_depth_does_no_harm(tmp_path: Path, body: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("word/document.xml", document(body))
    with contextlib.suppress(SourceError):
        assert said(read(tmp_path, content.getvalue())) == [("Interviewer", "So?")]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_refused_or_read_never_worse(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(package(OPENING + p("P7: No."), {"word/styles.xml": STYLES}))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(SourceError):
        read(tmp_path, bytes(content))
