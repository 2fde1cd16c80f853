"""Every reader: what it finds, and that one dialogue reads alike from all of them."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import MachineError, SourceError
from corpus.ingest import FORMATS, Roles, bare, expand, read_file
from corpus.model import Draft

ROLES = Roles.default()
Dialogue = list[tuple[str, str]]
PUBLISHED = "# Dialog 7\n\n**Transcript ID:** work_0007\n\n---\n\nAssistant: Hi.\n\nUser: Hello.\n"


def read(folder: Path, name: str, content: str | bytes, format: str | None = None) -> list[Draft]:  # noqa: A002
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_file(str(file), roles=ROLES, format=format))


def said(draft: Draft) -> Dialogue:
    return [(turn.speaker, turn.text) for turn in draft.turns]


def as_text(dialogue: Dialogue) -> str:
    return "\n\n".join(f"{speaker}: {text}" for speaker, text in dialogue)


def as_bold(dialogue: Dialogue) -> str:
    return "\n\n".join(f"**{speaker}:** {text}" for speaker, text in dialogue)


def as_table(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def as_records(dialogue: Dialogue) -> list[dict[str, str]]:
    return [{"role": speaker, "content": text} for speaker, text in dialogue]


def renderings(dialogue: Dialogue) -> dict[str, str]:
    text, records = as_text(dialogue), as_records(dialogue)
    rows = [["transcript_id", "speaker", "text"], *(["w1", s, t] for s, t in dialogue)]
    lines = [json.dumps({"transcript_id": "w1", "speaker": s, "text": t}) for s, t in dialogue]
    return {
        "a.txt": text,
        "windows.txt": text.replace("\n", "\r\n"),
        "b.md": f"# Dialog 1\n\n**Transcript ID:** w1\n\n---\n\n{text}\n",
        "bold.md": as_bold(dialogue),
        "cell.csv": as_table([["transcript_id", "text"], ["w1", text]]),
        "rows.csv": as_table(rows),
        "rows.tsv": as_table(rows, "\t"),
        "rows.jsonl": "\n".join(lines),
        "text.jsonl": json.dumps({"id": "w1", "text": text}),
        "text.json": json.dumps({"id": "w1", "text": text}, indent=1),
        "texts.json": json.dumps([{"id": "w1", "text": text}]),
        "turns.json": json.dumps({"id": "w1", "messages": records}),
        "list.json": json.dumps(records, indent=2),
    }


SPEAKERS = (["Assistant", "User"], ["Interviewer", "P7", "Observer"])
WORDS = st.text("abc XYZ019.,?!'-é中\n", min_size=1, max_size=40).map(str.strip)
DIALOGUES = st.sampled_from(SPEAKERS).flatmap(
    lambda speakers: st.lists(st.tuples(st.sampled_from(speakers), WORDS), min_size=4, max_size=12)
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dialogue=DIALOGUES)
def test_one_dialogue_reads_alike_from_every_format(tmp_path: Path, dialogue: Dialogue) -> None:
    (first,) = read(tmp_path, "a.txt", as_text(dialogue))
    assert said(first) == dialogue
    for name, content in renderings(dialogue).items():
        (draft,) = read(tmp_path, name, content)
        assert [(t.speaker, t.role, t.text) for t in draft.turns] == [
            (t.speaker, t.role, t.text) for t in first.turns
        ], name


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dialogue=DIALOGUES, data=st.data())
def test_every_span_leads_back_to_the_same_text_in_the_source(
    tmp_path: Path, dialogue: Dialogue, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(renderings(dialogue))))
    (draft,) = read(tmp_path, name, renderings(dialogue)[name])
    for turn in draft.turns:
        start, end = turn.speaker_source.to_source(0, len(turn.speaker))
        assert draft.source[start:end] == turn.speaker
        if turn.text:
            low = data.draw(st.integers(0, len(turn.text) - 1))
            high = data.draw(st.integers(low + 1, len(turn.text)))
            start, end = turn.text_source.to_source(low, high)
            assert draft.source[start:end].replace("\r\n", "\n") == turn.text[low:high]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_make_no_difference(
    tmp_path: Path, encoding: str, ending: str
) -> None:
    text = (
        "Interviewer: Café – “naïve”?\n\nP7: Voilà, déjà vu.\n\nInterviewer: Und schön?\n\nP7: Ja."
    )
    (draft,) = read(tmp_path, "a.txt", text.replace("\n", ending).encode(encoding))
    assert as_text(said(draft)) == text
    assert draft.repairs.line_ends == (0 if ending == "\n" else 6)
    assert draft.repairs.encoding == encoding.replace("-sig", "").replace(
        "utf-16", "utf-16-le"
    ).replace("-le-", "-")


def test_the_published_form_gives_id_turns_and_roles(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, "x.md", PUBLISHED)
    assert (draft.claimed_id, draft.format, draft.place) == ("work_0007", "markdown", "line 1")
    assert [(t.index, t.role) for t in draft.turns] == [(0, "interviewer"), (1, "participant")]
    assert said(draft) == [("Assistant", "Hi."), ("User", "Hello.")]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "second",
    [
        PUBLISHED.replace("0007", "0008"),
        "---\n\n" + PUBLISHED.replace("0007", "0008"),
        "**Transcript ID:** work_0008\n\nAssistant: Hi.\n\nUser: Hello.\n",
        "Transcript ID: work_0008\n\nAssistant: Hi.\n\nUser: Hello.\n",
    ],
)
def test_several_transcripts_in_one_file_keep_to_their_own_slices(
    tmp_path: Path, second: str, ending: str
) -> None:
    drafts = read(tmp_path, "x.md", (PUBLISHED + "\n" + second).replace("\n", ending))
    assert [d.claimed_id for d in drafts] == ["work_0007", "work_0008"]
    assert [said(d) for d in drafts] == [[("Assistant", "Hi."), ("User", "Hello.")]] * 2
    assert "work_0008" not in drafts[0].source
    assert "work_0007" not in drafts[1].source


def test_columns_that_are_not_needed_stay_out_of_the_source(tmp_path: Path) -> None:
    table = """transcript_id,speaker,role,text,mail
w1,Ana,participant,Hi,x@y
w2,Ben,,Yo,q@r
w1,Cem,,Ha,
"""
    first, second = read(tmp_path, "x.csv", table)
    assert first.source == "Ana: Hi\n\nCem: Ha"
    assert (first.claimed_id, first.place) == ("w1", "row 2")
    assert [t.role for t in first.turns] == ["participant", "interviewer"]
    assert second.source == "Ben: Yo"


def test_a_name_column_does_not_turn_transcripts_into_turns(tmp_path: Path) -> None:
    table = 'transcript_id,text,name\nw1,"P1: a\n\nINT: b",Ana\nw2,"P1: c\n\nINT: d",Ben\n'
    first, second = read(tmp_path, "x.csv", table)
    assert said(first) == [("P1", "a"), ("INT", "b")]
    assert second.source == "P1: c\n\nINT: d"


def test_a_formula_in_a_table_is_text_like_any_other(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, "x.csv", "speaker,text\nAna,=cmd|' /C calc'!A0\nBen,-1\n")
    assert said(draft) == [("Ana", "=cmd|' /C calc'!A0"), ("Ben", "-1")]


def test_a_line_of_megabytes_is_one_turn(tmp_path: Path) -> None:
    long = "word " * 1_000_000
    (draft,) = read(tmp_path, "x.csv", f"speaker,text\nAna,{long}\n")
    assert said(draft) == [("Ana", long.strip())]


def test_a_plain_id_column_that_counts_rows_numbers_turns(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, "x.csv", "id;speaker;utterance\n1;Q;Why?\n2;A;So.\n")
    assert draft.claimed_id is None
    assert said(draft) == [("Q", "Why?"), ("A", "So.")]


def test_the_segments_of_a_transcriber_are_turns(tmp_path: Path) -> None:
    segments = [
        {
            "start": 0.5,
            "end": 2,
            "text": " Why?",
            "speaker": "SPEAKER_00",
            "words": [{"word": "W"}],
        },
        {"start": 2, "end": 3.25, "text": " Oh.", "speaker": "SPEAKER_01", "words": []},
    ]
    file = {"segments": segments, "language": "en"}
    (draft,) = read(tmp_path, "x.json", json.dumps(file).encode())
    assert [(t.text, t.start_ms, t.end_ms) for t in draft.turns] == [
        ("Why?", 500, 2000),
        ("Oh.", 2000, 3250),
    ]


def test_content_in_parts_is_joined(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "one"}, {"type": "image"}, {"type": "text", "text": "two"}]
    content = json.dumps(
        [{"role": "user", "content": parts}, {"role": "assistant", "content": None}]
    )
    (draft,) = read(tmp_path, "x.json", content)
    assert said(draft) == [("user", "one\n\ntwo"), ("assistant", "")]


def test_half_a_surrogate_pair_does_not_get_in(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, "x.json", '[{"speaker": "Ana", "text": "cut \\ud83d off"}]')
    assert draft.source == "Ana: cut \N{REPLACEMENT CHARACTER} off"


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("x.csv", PUBLISHED, "markdown"),
        ("x.txt", 'transcript_id,text\nw1,"P1: a\n\nINT: b"\n', "csv"),
        ("x.txt", 'id\ttext\nw1\t"P1: a\n\nINT: b"\n', "csv"),
        ("x.md", '[{"role": "user", "content": "a"}]', "json"),
        ("x", '{"id": "a", "text": "P1: a"}\n{"id": "b", "text": "P1: b"}\n', "jsonl"),
        ("x.json", '{"id": "a", "text": "P1: a"}', "json"),
        ("x.txt", "[PERSON]: hello\n\nINT: well", "text"),
        ("x.unknown", "P1: hello\n\nINT: well", "text"),
    ],
)
def test_the_content_decides_the_format_and_the_name_is_a_hint(
    tmp_path: Path, name: str, content: str, format_: str
) -> None:
    assert read(tmp_path, name, content)[0].format == format_


def test_a_format_given_overrides_the_content(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not valid JSON"):
        read(tmp_path, "x.md", PUBLISHED, "json")
    with pytest.raises(SourceError, match="use one of markdown, text"):
        read(tmp_path, "x.md", PUBLISHED, "odd")
    assert {"markdown", "text", "csv", "tsv", "jsonl", "json"} <= set(FORMATS)


BAD = {
    "empty": ("x.md", b"", "the file is empty"),
    "blank": ("x.md", b" \n\t\n", "the file is empty"),
    "image": ("x.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
    "all bytes": ("x.txt", bytes(range(256)) * 8, "binary"),
    "a zero byte": ("x.md", b"User: hello\0", "binary"),
    "controls": ("x.md", b"User: " + b"\x01\x02" * 50, "binary"),
    "half of utf-16": ("x.md", b"\xff\xfeU\0s", "not valid utf-16-le"),
    "columns": (
        "x.csv",
        b"name,comment\nAna,hi\n",
        "header: .*found: name, comment .*transcript_id",
    ),
    "quotes": ("x.csv", b'transcript_id,text\nw1,"P1: a\n', "line 2: the quotation marks"),
    "cells": ("x.csv", b"transcript_id,text\nw1,P1: a, b\n", "row 2: the row has 3 cells"),
    "a million columns": (
        "x.csv",
        b"transcript_id,text" + b",x" * 1_000_000 + b"\n",
        "header: the table has 1,000,002 columns, the most is 2,000",
    ),
    "a million cells": (
        "x.csv",
        b"transcript_id,text\nw1" + b",x" * 1_000_000 + b"\n",
        "row 2: the row has 1000001 cells",
    ),
    "a zero byte in a cell": ("x.csv", b"transcript_id,text\nw1,P1: a\0\n", "binary"),
    "a header of ten megabytes": ("x.csv", b"w " * 5_000_000, "header: .* found: no header"),
    "no rows": ("x.csv", b"transcript_id,text\n", "no transcript"),
    "truncated": ("x.jsonl", b'{"id": "a", "text": "P1: a"}\n{"id": "b", "te', "line 2, column"),
    "deep": ("x.json", b"[" * 100_000, "nested too deeply"),
    "long number": ("x.json", b'{"id": ' + b"1" * 5000 + b"}", "number is too long"),
    "other JSON": ("x.json", b'{"a": 1}', "no transcript of a known form"),
    "numbers": ("x.json", b"[1, 2]", "item 1: no transcript of a known form"),
    "no list": ("x.json", b"[]", "no transcript"),
    "some without an ID": (
        "x.csv",
        b"transcript_id,speaker,text\nw1,INT,a\n,P1,b\nw2,INT,c\n",
        "row 3: the turn has no transcript ID, though others have one",
    ),
    "a table without a header": ("x.csv", b"Anna Kowalska,works here\nyes,no\n", "no header"),
    "no turns": ("x.json", b'[{"id": "a", "turns": []}]', "item 1: there is no turn in it"),
    "odd turn": ("x.json", b'{"id": "a", "turns": [{"x": 1}]}', "line 1, turn 1"),
    "odd content": ("x.json", b'[{"role": "user", "content": 3}]', "no transcript of a known form"),
    "no speaker": ("x.csv", b"speaker,text\nAna,a\n,b\n", "row 3: the turn has no speaker"),
    "no label": ("x.txt", b"Nothing but prose.\n\nAnd more.", "line 1: no speaker label"),
    "headings": ("x.md", b"# Notes\n\nNote: a\n\nFor example: b", "no speaker label"),
    "path as ID": ("x.csv", b'id,text\n../x,"P1: a"\n', "row 2: the transcript ID is not safe"),
    "ID with a bell": (
        "x.jsonl",
        b'{"id": "a\\u0007", "text": "P1: a"}',
        "line 1: the transcript ID",
    ),
}


@pytest.mark.parametrize(("name", "content", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_named_with_file_place_and_remedy(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read(tmp_path, name, content)
    assert str(tmp_path / name) in str(caught.value)
    assert caught.value.remedy
    assert "\x07" not in str(caught.value)


def test_an_error_does_not_quote_cells_that_are_too_long_for_names(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no header") as caught:
        read(tmp_path, "x.csv", "Zyxwv said that she would rather not be quoted in any error,b\n")
    assert "Zyxwv" not in str(caught.value)


def test_a_file_that_cannot_be_opened_is_the_machines_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(MachineError, match="Permission denied"):
        read_file(str(tmp_path / "x.md"), roles=ROLES)


def test_a_missing_file_and_a_folder_are_input_errors(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.md"):
        with pytest.raises(SourceError, match="name a transcript file"):
            read_file(str(path), roles=ROLES)


def test_standard_input_is_read_like_a_file() -> None:
    (draft,) = read_file("-", roles=ROLES, stdin=io.BytesIO(PUBLISHED.encode()))
    assert (draft.path, draft.claimed_id) == ("-", "work_0007")


def test_a_bare_text_keeps_its_offsets() -> None:
    text = "\r\n  \r\nINT: Who?\r\n\r\nMK: Itâ€™s me.\x07  "
    draft = bare(text, roles=ROLES)
    assert draft.source == text
    assert said(draft) == [("INT", "Who?"), ("MK", "It’s me.")]
    assert draft.turns[1].text_source.to_source(0, 8) == (text.index("It"), text.index("\x07"))


def test_paths_expand_once_each_in_order(tmp_path: Path) -> None:
    for name in ("b/2.md", "b/.hidden", ".git/x", "a/1.md", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    files = [str(tmp_path / name) for name in ("c.txt", "a/1.md", "b/2.md")]
    assert expand([files[0], str(tmp_path)]) == files
    assert expand([str(tmp_path / "**" / "*.md"), "-"]) == [*files[1:], "-"]
    assert expand([str(tmp_path / "[ab]")]) == files[1:]
    for nothing in (tmp_path / "none", tmp_path / "*.vtt", tmp_path / ".git" / "y"):
        with pytest.raises(SourceError, match="no such file"):
            expand([str(nothing)])


def test_an_empty_folder_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the folder holds no file"):
        expand([str(tmp_path)])
