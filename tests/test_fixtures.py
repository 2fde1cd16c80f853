"""The fixtures are what build.py makes of the marked transcripts, and read back as such."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus import ingest, score
from corpus.detect import roster
from corpus.ids import is_stable
from corpus.ingest import Roles
from corpus.model import LABELS, Draft
from fixtures import build, forms
from fixtures.transcripts import Marked, read, unmark

FIXTURES = Path(__file__).parents[1] / "fixtures"
INTERVIEWS = FIXTURES / "interviews"
MARKED: dict[str, Marked] = {p.stem: read(p) for p in (FIXTURES / "marked").glob("*.md")}
GOLD = score.read_gold(FIXTURES / "gold.jsonl")


def turns(draft: Draft) -> list[tuple[str, str]]:
    return [(turn.speaker.lower(), turn.text) for turn in draft.turns]


def expected(id_: str) -> list[tuple[str, str]]:
    return [(turn.speaker.lower(), turn.text) for turn in MARKED[id_].turns]


def same(path: Path, data: bytes) -> bool:
    """Tell whether the file is what was rendered; each pyarrow writes bytes of its own."""
    if path.suffix == ".parquet":
        return bool(pq.read_table(path) == pq.read_table(pa.BufferReader(data)))
    return path.read_bytes() == data


def test_committed_files_are_those_that_build_renders() -> None:
    rendered: dict[str, bytes] = build.render()
    on_disk = {f"interviews/{path.name}" for path in INTERVIEWS.iterdir()} | {"gold.jsonl"}
    assert on_disk == rendered.keys()
    stale = [name for name, data in rendered.items() if not same(FIXTURES / name, data)]
    assert stale == [], "run make fixtures"


def test_every_marked_transcript_is_rendered_once() -> None:
    assert sorted(id_ for file in build.FILES.values() for id_ in file.ids) == sorted(MARKED)


@pytest.mark.parametrize("name", build.FILES)
def test_every_file_reads_back_to_the_turns_it_was_made_from(name: str) -> None:
    drafts = ingest.read_file(str(INTERVIEWS / name), roles=Roles.default())
    ids = build.FILES[name].ids
    assert [turns(draft) for draft in drafts] == [expected(id_) for id_ in ids]
    assert [d.claimed_id for d in drafts if is_stable(d.claimed_id or "")] == [
        id_ for id_ in ids if is_stable(id_)
    ]


def test_times_come_back_where_a_file_has_them() -> None:
    (draft,) = ingest.read_file(str(INTERVIEWS / "harbour-pilot.parquet"), roles=Roles.default())
    wanted = forms.clock(MARKED["harbour-pilot"].turns)
    assert [(t.start_ms, t.end_ms) for t in draft.turns] == [
        (round(start * 1000), round(end * 1000)) for start, end in wanted
    ]


@pytest.mark.parametrize("id_", GOLD)
def test_a_bare_text_of_the_gold_reads_as_the_same_turns(id_: str) -> None:
    assert turns(ingest.bare(GOLD[id_].text, roles=Roles.default())) == expected(id_)


def test_every_format_and_label_occurs() -> None:
    drafts = [
        draft
        for path in INTERVIEWS.iterdir()
        for draft in ingest.read_file(str(path), roles=Roles.default())
    ]
    assert {draft.format for draft in drafts} == set(ingest.FORMATS)
    assert {mark.label for gold in GOLD.values() for mark in gold.marks} == {*LABELS, "OTHER"}


def test_damage_is_in_the_files_and_not_in_the_gold() -> None:
    broken = (INTERVIEWS / "dialog_00001.md").read_text("utf-8")
    assert all(run in broken for run in ("â€“", "â€™", "Ã©"))
    assert "â€" not in GOLD["creativity_0001"].text
    assert (INTERVIEWS / "oral-history.txt").read_bytes()[:2] == b"\xff\xfe"
    with pytest.raises(UnicodeDecodeError):
        (INTERVIEWS / "parcel-support.txt").read_text("utf-8")


@pytest.mark.parametrize("id_", GOLD)
def test_marks_are_in_order_disjoint_and_tight(id_: str) -> None:
    text, marks = GOLD[id_].text, GOLD[id_].marks
    assert all(a.end <= b.start for a, b in pairwise(marks))
    assert all(text[m.start : m.end] == text[m.start : m.end].strip() for m in marks)


@pytest.mark.parametrize("id_", GOLD)
def test_a_direct_mention_is_marked_wherever_it_stands(id_: str) -> None:
    text, marks = GOLD[id_].text, GOLD[id_].marks
    marked = {place for mark in marks for place in range(mark.start, mark.end)}
    names = {text[m.start : m.end] for m in marks if m.mask == "direct" and m.end - m.start > 5}
    unmarked = [
        match.start()
        for name in names
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
        if not marked.issuperset(range(*match.span()))
    ]
    assert unmarked == []


def test_marks_survive_angle_brackets_around_and_inside() -> None:
    text, spans = unmark("<<<EMAIL_ADDRESS/direct|a@b.se>>> <<OTHER/none|List<T>>> x")
    assert text == "<a@b.se> List<T> x"
    assert [text[start:end] for start, end, *_ in spans] == ["a@b.se", "List<T>"]


def test_the_roster_names_what_stands_in_the_transcripts() -> None:
    entries = roster.load(FIXTURES / "roster.csv")
    assert entries
    assert all(entry.text in GOLD[entry.transcript_id].text for entry in entries)


def test_the_readme_lists_every_file() -> None:
    readme = (FIXTURES / "README.md").read_text("utf-8")
    assert [name for name in build.FILES if f"`{name}`" not in readme] == []
