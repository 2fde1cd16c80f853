"""Texts of every kind: all of them is looked through, and every place in them is true."""

from __future__ import annotations

import base64
import json
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.check.opening import is_read, open_item
from corpus.check.opening.passages import LONGEST
from corpus.check.types import Passage

MOST = 1 << 28
PROSE = "I was there when she told me that we had to go on with it, and so I did.\n"
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
TEXTS = st.text(LETTERS | st.sampled_from("\n\t \\\"/'"), max_size=60)
SMALL = settings(max_examples=60, deadline=None)


def passages(data: bytes | str, name: str) -> list[Passage]:
    opened = open_item(data.encode() if isinstance(data, str) else data, name, most=MOST)
    assert not opened.problem
    return list(opened.passages)


def offset(text: str, passage: Passage) -> int:
    """Return where in the text a passage says that it begins."""
    starts = [0, *(i + 1 for i, character in enumerate(text) if character == "\n")]
    return starts[passage.line - 1] + passage.column - 1


def words(data: bytes | str, name: str) -> str:
    return "\0".join(p.text for p in passages(data, name))


@SMALL
@given(st.lists(TEXTS, max_size=8).map("\n".join))
def test_a_text_comes_through_at_its_own_places(text: str) -> None:
    text = text.removeprefix("\ufeff")
    for passage in passages(text, "notes.txt"):
        at = offset(text, passage)
        assert text[at : at + len(passage.text)] == passage.text
    assert words(text, "notes.txt").strip() == text.strip()


@pytest.mark.parametrize("unit", ["word ", "x", "ä,b", "one line\n", "a paragraph\n\n", "終わり。"])
def test_long_texts_are_cut_at_true_places_and_lose_nothing(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    found = passages(text, "notes.txt")
    assert len(found) > 2
    assert max(len(p.text) for p in found) <= LONGEST
    assert "".join(p.text for p in found) == text
    at = 0
    for passage in found:
        assert offset(text, passage) == at
        at += len(passage.text)


@pytest.mark.parametrize("joint", [" ", "\n", ". ", ", ", "; "])
def test_no_mention_is_cut(joint: str) -> None:
    chance = random.Random(7)
    names = [f"Ada{i}@kestrel-loom.example" for i in range(20_000)]
    text = joint.join(name + "z" * chance.randrange(9) for name in names)
    found = passages(text, "notes.txt")
    assert len(found) > 5
    assert all(p.text.strip(" \n,;.").startswith("Ada") for p in found)


def test_a_name_over_the_end_of_a_line_stays_whole_where_a_paragraph_or_a_sentence_ends() -> None:
    text = ("We met Ada\nBrook there. " * 40 + "\n\n") * 200
    assert all(p.text.count("Ada") == p.text.count("Brook") for p in passages(text, "a.txt"))


def test_a_line_of_a_million_characters_is_read_in_bounded_time() -> None:
    for unit in ("x", "<b", "\\nx", '"\\', "&a", "{["):
        text = unit * (1_000_000 // len(unit))
        for name in ("a.txt", "a.json", "a.html", "a.ipynb", "a.vtt"):
            assert sum(len(p.text) for p in passages(text, name)) > 0


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text", ["Ada Brook said so.\nÄh – yes.\n", "Ада Брук сказала так.\nДа.\n"]
)
def test_encodings_that_tell_themselves(codec: str, text: str) -> None:
    (passage,) = passages(text.encode(codec), "notes.txt")
    assert (passage.text, passage.line, passage.column) == (text, 1, 1)


def test_encodings_that_are_guessed() -> None:
    text = "Zoë Brückner wohnt in Köln, und Ähnliches für alle.\n"
    assert words(text.encode("cp1252"), "a.txt") == text


@pytest.mark.parametrize(
    "data",
    [
        b"Ada\0Brook\0" * 50,
        b"Ada Brook \x00\x01 and more of the text " * 5,
        b"Ada Brook \xff and \xc3\xa9t\xc3\xa9 and na\xc3\xafve",
        b"Ada Brook" + b" plain words" * 9000 + b"\xfe\xff",
    ],
    ids=["parted", "controls", "odd bytes", "odd end"],
)
def test_damaged_text_is_looked_through(data: bytes) -> None:
    assert "Ada" in words(data, "a.txt")
    assert "Brook" in words(data, "a.txt")


@pytest.mark.parametrize("size", [100, 5_000, 200_000])
def test_noise_is_binary_and_a_problem_where_its_name_says_that_it_is_text(size: int) -> None:
    noise = random.Random(size).randbytes(size)
    opened = open_item(noise, "notes", most=MOST)
    assert (opened.kind, opened.problem, list(opened.passages)) == ("binary", "", [])
    for name in ("notes.txt", "a.MD", "a.csv", "a.json", "a.vtt"):
        for data in (noise, bytes(size)):
            opened = open_item(data, name, most=MOST)
            assert is_read(opened.kind)
            assert "its name says that it is text" in opened.problem


@pytest.mark.parametrize("size", [64, 5_000, 400_000])
def test_text_around_runs_of_zeros_is_read(size: int) -> None:
    zeros = bytes(size)
    found = passages(zeros + b"Ada\nBrook" + zeros + b"Fen\n" + zeros, "a.txt")
    assert all(word in "".join(p.text for p in found) for word in ("Ada", "Brook", "Fen"))
    assert len(found) <= 3 * size // LONGEST + 3


@pytest.mark.parametrize(
    "magic", ["%PDF-1.7\n", "Rar!\x1a\x07\x00", "FEA1", "7z\xbc\xaf'\x1c", "GIF89a", "\x89PNG\n"]
)
def test_a_text_that_begins_like_something_else_is_read(magic: str) -> None:
    data = magic.encode("latin-1") + PROSE.encode() * 9 + b"Ada Brook"
    assert "Ada Brook" in words(data, "notes.txt")


RTF = r"""{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\info{\author Ada Brook}{\title Fen}}
\f0\fs24 Zo\'eb said: {\b ca}n{\i0 a}ry-
{\b 77}31.\par Br\u252?ck\tab{\*\comment Otter}{\footnote Heron}x\u-10179 ?\u-8704 ?
{\field{\*\fldinst HYPERLINK "mailto:ada@kestrel.example"}{\fldrslt her}}}"""


def test_rtf_is_read_without_its_codes() -> None:
    opened = open_item(RTF.encode(), "a.rtf", most=MOST)
    assert (opened.kind, opened.problem, opened.skipped) == ("rtf", "", "")
    text = "".join(p.text for p in opened.passages)
    told = (
        "\nAda Brook\n",
        "\nFen\n",
        "Zoë said: canary-7731.\n",
        "Brück\t\nOtter\n",
        "\nHeron\nx\U0001f600",
    )
    assert all(word in text for word in told)
    assert "mailto:ada@kestrel.example" in text


def test_a_text_larger_than_is_read_is_a_problem() -> None:
    opened = open_item(b"Ada " * 100, "a.txt", most=399)
    assert opened.problem
    assert not list(opened.passages)


JSON = st.recursive(
    TEXTS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [s for k, v in value.items() for s in (k, *strings(v))]
    return [s for v in value for s in strings(v)] if isinstance(value, list) else []


@SMALL
@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_every_literal_of_json_reads_as_it_is_at_its_place(
    value: object, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    found = passages(text, "a.json")
    read = "".join(p.text for p in found)
    for string in strings(value):
        assert string.replace("\n", "\r").strip() in read
    for passage in found:
        rest = text[offset(text, passage) :]
        plain = rest.split("\\", 1)[0]
        assert passage.text.startswith(plain[: len(passage.text)])


def test_literals_on_one_line_each_have_a_true_column() -> None:
    text = json.dumps({f"k{i}": f"Zoë {i}" for i in range(50)})
    found = passages(text, "a.json")
    for number in range(1, 50):
        (passage,) = (p for p in found if f'"k{number}"' in p.text)
        assert text[offset(text, passage) :].startswith(passage.text.partition("Zo")[0])


def test_broken_json_is_looked_through() -> None:
    text = '{"a": "Zo\\u00eb, \\q \\ud800 \\u12\n{"b": "Brook\\/Ada", \\\n "Fen\\'
    read = words(text, "a.jsonl")
    assert all(word in read for word in ("Zoë", "Brook/Ada", "Fen"))


@pytest.mark.parametrize(
    ("text", "name", "reads", "place"),
    [
        ("<p>x</p>\n<p>ada&#64;b.example</p>", "a.html", "ada@b.example", (2, 4)),
        ("<p>x</p>\n<i>A</i>da &amp; <b>Bo</b>", "a.htm", "Ada & Bo", (2, 1)),
        ("<?xml version='1.0'?><a>Br&#x6F;ok</a>", "a", "Brook", (1, 1)),
        ("# Notes\nada&#64;b.example\n", "a.md", "ada@b.example", (1, 1)),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada><c.y>Br</c>ook\n", "a", "<v Ada>Brook", (1, 1)),
    ],
)
def test_marks_within_words_are_read_over(
    text: str, name: str, reads: str, place: tuple[int, int]
) -> None:
    found = passages(text, name)
    assert reads in "".join(p.text for p in found)
    first = next(p for p in found if reads[-2:] in p.text)
    assert text.startswith(first.text[:2], offset(text, first))
    assert (first.line, first.column) <= place


def notebook(**cell: object) -> str:
    cells = [{"cell_type": "markdown", "source": [PROSE, PROSE]}, {"cell_type": "code", **cell}]
    return json.dumps({"cells": cells, "metadata": {"authors": [{"name": "Ada"}]}, "nbformat": 4})


def test_a_notebook_is_read_cell_by_cell() -> None:
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256))).decode()
    picture = {"data": {"image/png": png, "text/plain": ["a\n", "b"]}}
    found = passages(notebook(source="x = 1\nBrook", outputs=[picture]), "a.ipynb")
    places = {p.text: (p.inside, p.line) for p in found}
    assert places[PROSE * 2] == ("cell 1", 1)
    assert places["x = 1\nBrook"] == ("cell 2", 1)
    assert places["a\nb"] == ("cell 2, output 1", 1)
    assert places["Ada"] == ("metadata", 1)
    assert not any(png[:9] in text for text in places)


@pytest.mark.parametrize(
    ("mime", "written"),
    [
        *((mime, "Brook") for mime in ("image/svg+xml", "text/html", "text/latex", "image/png")),
        *((mime, "Brook, Ada") for mime in ("application/json", "application/x", "audio/x")),
        ("image/png", base64.b64encode(b"So said Brook").decode()),
        ("image/svg+xml", "<svg><text>Br&#111;ok</text></svg>"),
    ],
)
def test_outputs_of_every_kind_are_read_but_for_pictures(mime: str, written: str) -> None:
    output = {"data": {mime: [written]}, "metadata": {mime: {"x": 1}}}
    found = passages(notebook(source="x", outputs=[output]), "a.ipynb")
    assert [p.inside for p in found if "Brook" in p.text] == ["cell 2, output 1"]


def test_a_pdf_in_a_notebook_is_said_to_be_skipped() -> None:
    output = {"data": {"application/pdf": base64.b64encode(b"%PDF-" + bytes(99)).decode()}}
    opened = open_item(notebook(outputs=[output]).encode(), "a.ipynb", most=MOST)
    assert (opened.problem, opened.skipped) == ("", "PDF in it is not read")


def test_a_notebook_that_is_none_is_read_as_text() -> None:
    nested = "[" * 100_000
    for text in ('{"cells": [{"source": "Ada"', "{}", '{"cells": 1, "cells": "Ada"}', nested):
        assert text[:9] in words(text, "a.ipynb")


@pytest.mark.parametrize(
    ("name", "text", "prose"),
    [
        ("a.md", PROSE * 3, True),
        ("a", PROSE, True),
        ("a.vtt", "WEBVTT\n\n" + PROSE * 3, True),
        ("a.csv", "turn,text\n" + f"1,{PROSE}" * 9, True),
        ("a.ipynb", notebook(source="x = 1"), True),
        ("a.py", PROSE * 3, False),
        ("a.csv", "a,b\n" + "1.5,2.5\n" * 99, False),
        ("a.txt", "2026-01-05 10:11:12,123 INFO worker[7]: GET /v1/items 200 0.013\n" * 9, False),
        (
            "a.json",
            json.dumps({"name": "loom", "version": "1.0.0", "scripts": {"a": "b c"}}),
            False,
        ),
    ],
)
def test_what_people_read_is_told_from_code_numbers_and_logs(
    name: str, text: str, prose: bool
) -> None:
    assert open_item(text.encode(), name, most=MOST).is_prose is prose


def test_nothing_heavy_is_loaded_for_a_plain_text() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from corpus.check.opening import kinds, encoding, passages, prose, text\n"
        "print(*sorted(m for m in set(sys.modules) - before if 'corpus.check.opening' in m))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "corpus.check.opening.text" in loaded
    assert not loaded & {f"corpus.check.opening.{m}" for m in ("columns", "zipped", "notebook")}


@pytest.mark.parametrize(
    ("name", "line", "reads"),
    [
        ("a.html", "<p>Zo&#235; <b>Br</b>ook {}</p>\n", "Zoë Brook {}"),
        ("a.json", '{{"a": "Zo\\u00eb\\nBrook {}", "b": "x"}}\n', "Zoë\rBrook {}"),
        ("a.html", "<p>Zo&#235; <b>Br</b>ook {}</p> ", "Zoë Brook {}"),
        ("a.json", '["Zo\\u00eb\\nBrook {}"] ', "Zoë\rBrook {}"),
    ],
)
@pytest.mark.parametrize("count", [40_000, 400_000])
def test_long_texts_with_marks_are_read_whole_and_at_their_lines(
    name: str, line: str, reads: str, count: int
) -> None:
    found = passages("".join(line.format(number) for number in range(count)), name)
    if "\n" in line:
        assert all(
            p.text.startswith(line.partition("Zo")[0].format())
            and reads.format(p.line - 1) in p.text[:60]
            for p in found
            if p.column == 1
        )
    told = "".join(p.text for p in found)
    assert all(reads.format(number) in told for number in range(0, count, 9973))
    assert told.count("Brook") == count
